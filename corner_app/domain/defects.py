"""Known defects of this program: told to every office, with the days they touch (Horizon row 14: they were kept from the branches)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownDefect:
    """A defect in the field. code: to read out on the phone. since, fixed: dates of the versions that brought and mended it, fixed "" while it is open.

    kinds: words of the entries whose meaning or paper it touches (`domain.entries.KINDS`), none for all of a day. what, do: in Bangla and English:
    what goes wrong, and what to do.
    """

    code: str
    since: str
    fixed: str
    kinds: tuple[str, ...]
    what: tuple[str, str]
    do: tuple[str, str]

    def touches(self, date: str, kinds: Collection[str]) -> bool:
        """Whether a day on which these kinds were written is touched."""
        in_time = self.since <= date and (not self.fixed or date < self.fixed)
        return in_time and (not self.kinds or any(kind in kinds for kind in self.kinds))


def touching(defects: Iterable[KnownDefect], date: str, kinds: Collection[str]) -> tuple[KnownDefect, ...]:
    """Those that touch a day."""
    return tuple(defect for defect in defects if defect.touches(date, kinds))
