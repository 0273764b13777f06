"""Which papers a printer can print, and its profile with one of them in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from corner_app.devices.languages.brother_ql import NoSuchRoll, roll_of
from corner_app.devices.profile import Profile
from corner_app.devices.setup.events import Paper, Role
from corner_app.devices.setup.finding import changed


def fitting(papers: Iterable[Paper], role: Role, profile: Profile, head: int) -> tuple[Paper, ...]:
    """Papers this printer prints whole: labels of its resolution, or rolls for receipts. head: dots it can print side by side.

    On a Brother QL the roll in it decides, so there is one label, the largest it takes.
    """
    right = [paper for paper in papers if (paper.dpi == profile.dpi and paper.height if role == "label" else not paper.height)]
    if profile.language != "brother_ql":
        return tuple(paper for paper in right if paper.width <= head)
    taken = tuple(paper for paper in right if _on_its_roll(paper, profile))
    return taken[:1] if role == "label" else taken


def _on_its_roll(paper: Paper, profile: Profile) -> bool:
    try:
        cut = roll_of(profile).length_mm > 0
    except NoSuchRoll:
        return False
    return paper.width <= profile.width and (not cut or 0 < paper.height <= profile.height)


def lies_on(paper: Paper, profile: Profile) -> bool:
    """Whether it is no larger than the paper the profile names."""
    return paper.width <= profile.width and (not profile.height or 0 < paper.height <= profile.height)


def loaded(profile: Profile, paper: Paper) -> Profile:
    """The same printer with this paper in it. A Brother QL keeps its roll: no other size may be named to it."""
    if profile.language == "brother_ql":
        return profile
    label: Literal["gap", "mark"] = "mark" if profile.media == "mark" else "gap"
    return changed(profile, width=paper.width, height=paper.height, media=label if paper.height else "continuous")
