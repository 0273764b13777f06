"""Papers a counter prints: which of its two printers each comes out of, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["label", "receipt"]
"""Of a counter's two printers."""
ROLES: tuple[Role, ...] = ("label", "receipt")
What = Literal[
    "parcel_label", "small_parcel_label", "shelf_label", "bag_label", "receipt_handover", "receipt_refusal", "receipt_cash", "receipt_day", "intimation"
]  # fmt: skip
"""Words of the papers, as entries and commands carry them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper. printer: where it comes out. about: whose number names it, and stands in the code on it."""

    what: What
    printer: Role
    about: Literal["parcel", "bag", "shelf", "drawer"]


PARCEL_LABEL = "parcel_label"
PAPERS: dict[str, Paper] = {
    paper.what: paper
    for paper in (
        Paper("parcel_label", "label", "parcel"),
        Paper("small_parcel_label", "label", "parcel"),
        Paper("shelf_label", "label", "shelf"),
        Paper("bag_label", "label", "bag"),
        Paper("receipt_handover", "receipt", "parcel"),
        Paper("receipt_refusal", "receipt", "parcel"),
        Paper("receipt_cash", "receipt", "drawer"),
        Paper("receipt_day", "receipt", "drawer"),
        Paper("intimation", "receipt", "parcel"),
    )
}
"""The one list."""


def papers_of(role: Role) -> tuple[str, ...]:
    """Words of the papers a printer takes."""
    return tuple(paper.what for paper in PAPERS.values() if paper.printer == role)


def printer_for(what: str) -> Role:
    """Where a paper comes out; one that a later version knows, on the label printer's screen at least."""
    return PAPERS[what].printer if what in PAPERS else "label"
