"""Who may stand at this counter."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.domain.here import Clerk

TRAINING_CLERKS = (
    Clerk("rahima", "রহিমা খাতুন", "Rahima Khatun"),
    Clerk("jalil", "আব্দুল জলিল", "Abdul Jalil"),
    Clerk("anwar", "মোঃ আনোয়ার হোসেন", "Md. Anwar Hossen", supervisor=True),
)
"""The invented people of every training book."""


@dataclass(frozen=True, slots=True)
class Roll:
    """The people of one office."""

    clerks: tuple[Clerk, ...]

    def find(self, badge: str) -> Clerk | None:
        """The person with this badge name."""
        return next((clerk for clerk in self.clerks if clerk.badge == badge), None)
