"""The set-up in a terminal: `test` and `set-up`. The wizard of the F12 screen, said line by line."""

from __future__ import annotations

import dataclasses
import sys

import msgspec

from corner_app.devices.setup import events as e
from corner_app.devices.setup.state import Wizard
from corner_app.devices.setup.wizard import Turn, advance, begin, resume
from corner_app.devices_cli.counter import DONE, KEYBOARD, NOT_GOOD, Counter
from corner_app.domain.trouble import Trouble
from corner_app.printers import profile_of
from corner_app.setting_up import PAPERS, TABLES, identity_in, identity_text, kit, printers
from corner_app.ui.device_words import candidate_words, paper_words, stage_of

KEYS: dict[str, e.Pressed] = {
    "": "next", "p": "print", "x": "nothing", "r": "unread", "l": "ladder", "+": "darker", "-": "lighter", "b": "back", "n": "look", "k": "ask", "q": "later",
}  # fmt: skip
"""What a line of one letter says; the letters are the screen's keys, Enter alone is the next step."""


def test(counter: Counter) -> int:
    """Prints a printer's test label; its scan proves it. 1 when none came."""
    known, asked = printers(counter.settings), counter.asked.printer
    role = next((role for role, one in known.items() if asked in (role, TABLES[role], identity_text(one))), None)
    if role is None:
        return counter.refuse("device.no_such", name=asked)
    settings = known[role]
    run = Run(counter)
    run.take(resume(role, kit(), counter.now(), identity_in(settings), settings.profile, profile_of(settings)))
    run.scan()
    return run.end(good=bool(run.wizard.read))


def set_up(counter: Counter) -> int:
    """The whole way, step by step, or at once with --at. 1 when it was not kept.

    Raises Trouble for a model or a paper that is none of those there are; then nothing was printed and nothing kept.
    """
    asked, there = counter.asked, kit()
    _one_of("model", asked.model, [model.name for model in there.models])
    _one_of("paper", asked.paper, list(PAPERS))
    without = [option for option, value in _AT_ONCE if getattr(asked, value) not in ("", None, False)]
    if without and not asked.at:
        raise Trouble("device_without_address", options=", ".join(without))
    run = Run(counter)
    run.take(begin(asked.role, there, counter.now()))
    if asked.at:
        _at_once(run, counter)
    else:
        run.converse()
    return run.end(good=run.wizard.step == "saved")


_AT_ONCE = (("--model", "model"), ("--paper", "paper"), ("--darkness", "darkness"), ("--no-scan", "no_scan"))
"""Options that say beforehand what is asked for step by step otherwise."""


def _one_of(what: str, name: str, names: list[str]) -> None:
    """Raises Trouble, with the names there are, for another one; "" is none."""
    if name and name not in names:
        raise Trouble(f"device_no_such_{what}", name=name, names=", ".join(names))


def _at_once(run: Run, counter: Counter) -> None:
    asked = counter.asked
    run.do(e.Typed(asked.at))
    if run.wizard.step != "language":
        return
    run.choose("model", asked.model, [model.name for model in run.wizard.candidates])
    if run.wizard.profile is None:
        return
    run.do("next")
    _print_at_once(run, counter)


def _print_at_once(run: Run, counter: Counter) -> None:
    asked = counter.asked
    if run.wizard.step != "paper":
        return
    run.choose("paper", asked.paper, [sheet.name for sheet in run.wizard.sheets])
    run.darken(asked.darkness)
    run.do("next")
    if not asked.no_scan:
        run.scan()
    while run.may_be_kept(unproven=asked.no_scan):
        run.do("next" if run.wizard.may_go_on else "later")


class Run:
    """A set-up that is carried out as it goes, and said aloud."""

    def __init__(self, counter: Counter) -> None:
        self.wizard: Wizard
        self._counter, self._acts, self._said = counter, counter.performer(), ""

    def take(self, turn: Turn) -> None:
        """A state and what it asks for, until it asks for nothing more."""
        self.wizard, effects = turn
        self._say()
        for effect in effects:
            event = self._acts.do(effect)
            if event is not None:
                self.do(event)

    def do(self, event: e.Event) -> None:
        """One event."""
        self.take(advance(self.wizard, event))

    def choose(self, what: str, name: str, names: list[str]) -> None:
        """A row by its name; "" leaves what is chosen. Raises Trouble for a name that cannot be chosen here."""
        _one_of(what, name, names)
        if name:
            self.do(e.Chosen(names.index(name)))

    def darken(self, percent: int | None) -> None:
        """To so much darkness."""
        if percent is not None and self.wizard.profile is not None:
            self.wizard = dataclasses.replace(self.wizard, profile=msgspec.structs.replace(self.wizard.profile, darkness=percent))

    def scan(self) -> None:
        """Waits for one scan of the label."""
        if self.wizard.step == "scan":
            for heard in self._counter.scans(1):
                self.do(e.Heard(heard.text, heard.device))

    def may_be_kept(self, *, unproven: bool) -> bool:
        """Whether there is something to keep that is not kept yet."""
        now = self.wizard
        return now.step in ("scan", "darkness") and not now.trouble and (bool(now.read) or unproven)

    def converse(self) -> None:
        """A line at a time: a number chooses, a letter is the screen's key, Enter is the next step, anything else is a scan or an address."""
        while self.wizard.step != "saved":
            self._offer()
            line = sys.stdin.readline()
            if not line:
                return
            self._answer(line.strip())

    def end(self, *, good: bool) -> int:
        """What came of it."""
        now = self.wizard
        self._counter.answer({
            "step": now.step, "identity": str(now.printer.identity) if now.printer else "", "model": now.model, "said": now.said, "paper": now.paper,
            "reading": now.reading, "trouble": now.trouble, "remedies": list(now.remedies), "checks": {check.name: check.state for check in now.checks},
            "codes": [code.text for code in now.codes],
        })  # fmt: skip
        return DONE if good else NOT_GOOD

    def _answer(self, line: str) -> None:
        if line.lower() in KEYS:
            self.do(KEYS[line.lower()])
        elif line.isdecimal() and len(line) < 3 and self.wizard.step in ("find", "language", "paper"):
            self.do(e.Chosen(int(line) - 1))
        else:
            self.do(e.Typed(line) if self.wizard.step == "find" else e.Heard(line, KEYBOARD))

    def _offer(self) -> None:
        now, lang, offers = self.wizard, self._counter.language, list[tuple[str, str]]()
        match now.step:
            case "find":
                offers = [candidate_words(one, lang) for one in now.found]
            case "language":
                offers = [(model.profile.name, model.name) for model in now.candidates]
            case "paper":
                offers = [paper_words(sheet, lang) for sheet in now.sheets]
        for n, (name, line) in enumerate(offers):
            self._counter.say(f"{'>' if n == now.row else ' '} {n + 1}  {name} · {line}")

    def _say(self) -> None:
        stage = stage_of(self.wizard, self._counter.language)
        said = f"{stage.title}. {stage.line}" if stage.line else stage.title
        if said != self._said:
            self._said = said
            self._counter.say(said)
