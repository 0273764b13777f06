"""Where the set-up of a printer stands: one value, from which window and terminal tell the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corner_app.devices.profile import Profile, plain_zpl
from corner_app.devices.setup import events as e
from corner_app.devices.setup.finding import for_dpi, tag_of
from corner_app.devices.setup.hearing import Reading, TestCode
from corner_app.devices.setup.loading import fitting
from corner_app.devices.setup.remedies import remedies_of

Step = Literal["find", "language", "paper", "print", "scan", "darkness", "saved"]
STEPS: tuple[Step, ...] = ("find", "language", "paper", "print", "scan", "darkness", "saved")
Busy = Literal["", "looking", "asking", "printing", "saving"]
CheckName = Literal["printed", "size", "read", "letters"]
CheckState = Literal["open", "good", "bad"]

LADDER = (20, 35, 50, 65, 80)
"""Darkness of the labels of a ladder, in percent of what the language can."""
SETS_DARKNESS = frozenset({"zpl", "tspl", "epl2", "cpcl"})
"""Languages with a command for darkness."""


@dataclass(frozen=True, slots=True)
class Check:
    """One of the four things a test label proves. by: who or what says so, a stable word, "" nobody yet."""

    name: CheckName
    state: CheckState = "open"
    by: str = ""


@dataclass(frozen=True, slots=True)
class Wizard:
    """Where the set-up of a printer stands.

    busy: what is being waited for. found, row: what is attached, and the row of the list in front. printer: the one being set up. model: the name of its
    profile's file; profile: as it will be kept. said: its model in its own words; answered: whether it told its language itself. paper: of `papers`.
    run: of the labels printed so far. codes: what stands on the newest label; earlier: on those before it. by: who says it was printed. read: codes of the
    newest label that were scanned. letters: whether they came as they are or only by the places of the keys. scanner: which read them. reading: of the last
    scan, "" none. rungs: codes of the ladder's labels. trouble: what is wrong, a word of `remedies`. nothing, unread: how often the clerk said so. skipped:
    steps left for later.
    """

    role: e.Role
    models: tuple[e.Model, ...]
    papers: tuple[e.Paper, ...]
    step: Step = "find"
    busy: Busy = ""
    found: tuple[e.Candidate, ...] = ()
    row: int = 0
    printer: e.Candidate | None = None
    model: str = ""
    profile: Profile | None = None
    said: str = ""
    answered: bool = False
    paper: str = ""
    run: int = 0
    codes: tuple[TestCode, ...] = ()
    earlier: frozenset[str] = frozenset()
    by: Literal["", "printer", "transport", "clerk", "scan"] = ""
    read: frozenset[TestCode] = frozenset()
    letters: Literal["", "as_is", "by_keys"] = ""
    scanner: str = ""
    reading: Reading | Literal[""] = ""
    rungs: tuple[tuple[int, tuple[TestCode, ...]], ...] = ()
    trouble: str = ""
    nothing: int = 0
    unread: int = 0
    skipped: frozenset[Step] = frozenset()

    @property
    def remedies(self) -> tuple[str, ...]:
        """What helps with the trouble, the first to try first."""
        return remedies_of(self.trouble)

    @property
    def candidates(self) -> tuple[e.Model, ...]:
        """Models a person may choose from: those of the language it told, or all."""
        told = self.profile.language if self.answered and self.profile else None
        return tuple(model for model in self.models if told is None or model.profile.language == told)

    @property
    def sheets(self) -> tuple[e.Paper, ...]:
        """Papers this printer can print, none before it is known what it is. Its head is as wide as its model's paper, or as one that is set."""
        if self.profile is None:
            return ()
        dpi = self.profile.dpi
        model = next((model.profile for model in self.models if model.name == self.model), plain_zpl(dpi))
        return fitting(self.papers, self.role, self.profile, max(for_dpi(model, dpi).width, self.profile.width))

    @property
    def sheet(self) -> e.Paper | None:
        """The paper in it."""
        return next((paper for paper in self.sheets if paper.name == self.paper), None)

    @property
    def tag(self) -> int:
        """In the numbers of the newest label, or of the next one's picture before any was printed."""
        return tag_of(self.printer.identity, self.run) if self.printer is not None else 0

    @property
    def to_read(self) -> frozenset[TestCode]:
        """Codes whose reading proves the scanner: the thinnest and the thickest bars there was room for."""
        bars = sorted((code for code in self.codes if code.kind == "code128"), key=lambda code: code.dots)
        return frozenset(bars[:1] + bars[-1:])

    @property
    def checks(self) -> tuple[Check, ...]:
        """What is proven so far."""
        unread = self.trouble in ("unread", "unread_again", "unread_still", "wrong_digit")
        letters = self.trouble in ("lower_case", "other_layout", "garbled")
        all_read = bool(self.to_read) and self.to_read <= self.read
        return (
            Check("printed", "good" if self.by else "bad" if self.trouble.startswith("nothing_came") else "open", self.by),
            Check("size", "good" if self.read else "open", "scan" if self.read else ""),
            Check("read", "good" if all_read else "bad" if unread else "open", self.scanner if self.read else ""),
            Check("letters", "good" if self.letters else "bad" if letters else "open", self.letters),
        )

    @property
    def may_go_on(self) -> bool:
        """Whether "next" does something here."""
        if self.busy:
            return False
        match self.step:
            case "find":
                return self.row < len(self.found)
            case "language":
                return self.profile is not None
            case "paper":
                return self.sheet is not None
            case "scan":
                return bool(self.read)
            case _:
                return self.step == "darkness"
