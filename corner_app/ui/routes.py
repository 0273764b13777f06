"""Where a scan and a key go. A code of another kind than the screen's does what a person would expect of it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLineEdit

from corner_app.devices.scanners.repeats import Repeats
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.reasons import DRAWER_REASONS, DrawerReason
from corner_app.i18n import Language, digits, say, words
from corner_app.ui.widgets.basic import Button
from corner_app.ui.widgets.frame import RAIL_ENTRIES

if TYPE_CHECKING:
    from corner_app.domain.scan import Meaning, Scan
    from corner_app.ui.main_window import MainWindow

_KEYS = {entry[2]: entry[0] for entry in RAIL_ENTRIES if entry is not None}
_PICKUP = re.compile(r"(BDP/[0-9A-Z]+/)\d+", re.IGNORECASE)
_CARDS = {"RECEIVE": "receive", "SORT": "sort", "HANDOVER": "handover", "SEARCH": "search", "TODAY": "today"}


class Again:
    """Which scans are the one before again: the same code from the same scanner, so soon that it is the trigger and not a second parcel.

    Between them nothing else was done: after a key, a card or another code the same code is an act of its own, as where a second scan confirms.
    """

    def __init__(self) -> None:
        self._repeats, self._acts, self._last = Repeats(), 0, ""

    def acted(self) -> None:
        """Something was done that was no parcel's scan."""
        self._acts += 1

    def since_ms(self, scan: Scan, screen: str) -> int | None:
        """How long ago the same was scanned and acted on; None when this one is to be acted on. A scan without a time is never the same again."""
        ago = self._repeats.seen(scan, f"{screen} {self._acts}") if scan.at_ms else None
        same, self._last = scan.text == self._last, scan.text
        return ago if same else None


def take(window: MainWindow, scan: Scan) -> None:
    """A code was read: into the question that waits, refused while a STOP stands, else by what it means."""
    if window.asked:
        if not window.asking.take_scan(scan.text):
            window.play(Tone.LOOK)
        return
    if window.front_screen.locked:
        window.play(Tone.STOP)
        window.footer.notice(words("ui.scan_not_counted", window.look.language, code=_public(scan.text)[:40]))
        if window.front == "receive":
            window.receive.refuse(replace(scan, text=_public(scan.text)))
        return
    from corner_app.domain.scan import carries, understand

    meaning = understand(scan.text)
    if getattr(window.front_screen, "takes_all", False):  # a page that tests scanners wants every code as it is
        window.front_screen.on_scan(meaning, scan)
        window.show_hints()
        return
    ago = window.again.since_ms(scan, window.front)
    if not carries(scan, meaning):
        _not_such_a_code(window, meaning, scan)
    elif ago is not None and not _is_card(meaning):
        _said_again(window, ago)
    else:
        _route(window, meaning, scan)
    window.show_hints()


def _is_card(meaning: Meaning) -> bool:
    from corner_app.domain.scan import CommandScan

    return isinstance(meaning, CommandScan)


def _not_such_a_code(window: MainWindow, meaning: Meaning, scan: Scan) -> None:
    """A number in a kind of code in which nobody prints it: somebody else's label, or a forged one. It is not counted, and stands in the list."""
    from corner_app.domain.scan import TokenScan

    window.play(Tone.STOP)
    shown, kind = replace(scan, text=_public(scan.text)), "token" if isinstance(meaning, TokenScan) else "item"
    said = words(f"ui.not_such_a_code_{kind}", window.look.language, code=shown.text[:13])
    window.footer.notice(said)
    if window.front in ("receive", "sort"):
        getattr(window.front_screen, "not_counted")(shown, said)  # noqa: B009 - only these two have a parcel on the stage


def _public(text: str) -> str:
    """What may be shown of a code: of a buyer's, not the pickup code in it."""
    return _PICKUP.sub(r"\1…", text)


def _said_again(window: MainWindow, ago_ms: int) -> None:
    """The same code again: said calmly where the clerk looks, and done once."""
    lang = window.look.language
    said = words("ui.scanned_again", lang, ago=digits(f"{ago_ms / 1000:.1f}", lang))
    window.answer_as_before()
    if window.front == "receive":
        window.receive.say_beside(said)
    else:
        window.footer.notice(said)


def _route(window: MainWindow, meaning: Meaning, scan: Scan) -> None:
    from corner_app.domain.scan import BadgeScan, BagScan, CommandScan, Nothing, TokenScan

    match meaning:
        case BadgeScan(badge):
            window.port.sign_in(badge, lambda known: window.play(Tone.GOOD if known else Tone.LOOK))
        case CommandScan(command):
            _card(window, command)
        case BagScan() if window.front not in ("receive", "devices", "prints") and not getattr(window.front_screen, "wants_seal", False):
            # the print queue may have asked for just this bag's label, the cash page for a seal
            window.to_receive(meaning, scan)
        case TokenScan() if window.front in ("today", "search", "sort"):
            window.open("handover")
            window.front_screen.on_scan(meaning, scan)
        case Nothing():
            window.play(Tone.LOOK)
            window.footer.notice(words("ui.unreadable", window.look.language))
        case _:
            window.footer.notice("")
            window.front_screen.on_scan(meaning, scan)


def _card(window: MainWindow, command: str) -> None:
    window.again.acted()
    if command in _CARDS:
        window.open(_CARDS[command])
    elif command != "UNDO" or not window.front_screen.on_key("Ctrl+Z"):
        window.play(Tone.LOOK)


def press(window: MainWindow, key: str) -> bool:
    """A named key, before any widget sees it. True if it was used; single letters are left to a field that has the focus."""
    window.again.acted()
    if window.asked:
        return window.asking.on_key(key)
    if key == "Ctrl+L":
        window.look.change(language=Language.EN if window.look.language is Language.BN else Language.BN)
        return True
    if key in _KEYS and not window.front_screen.locked:
        window.open(_KEYS[key])
        return True
    if key == "Ctrl+S" and not window.front_screen.locked:
        window.open("sync")
        return True
    if key == "Ctrl+O" and window.has_drawer and not window.front_screen.locked:
        _ask_drawer(window)
        return True
    focus = QApplication.focusWidget()
    typing = isinstance(focus, QLineEdit)
    if key == "Space" and isinstance(focus, Button):
        return False
    if typing and not (key in ("Esc",) or key.startswith("Ctrl+")):
        return False
    if typing and key == "Esc":
        window.setFocus()
    if key == "?":
        _tell_keys(window)
        return True
    used = window.front_screen.on_key(key)
    window.show_hints()
    return used


def _ask_drawer(window: MainWindow) -> None:
    """Without a posting the drawer opens for a reason, which is written down first."""
    from corner_app.desk import commands as c

    def chosen(reason: DrawerReason) -> None:
        if reason == "other":
            window.asking.text("ui.drawer_for_other", lambda note: _open(c.OpenDrawer("other", note)))
        else:
            _open(c.OpenDrawer(reason))

    def _open(command: c.OpenDrawer) -> None:
        window.port.do(command, answered)

    def answered(outcome: Outcome) -> None:
        window.play(outcome.tone)
        window.footer.notice(say(outcome, window.look.language))

    choices = [(f"ui.drawer_for_{reason}", partial(chosen, reason)) for reason in DRAWER_REASONS]
    window.asking.choose("ui.drawer_open", [*choices, ("cash.open", window.to_cash)])


def _tell_keys(window: MainWindow) -> None:
    lang = window.look.language
    pairs = [(key, words(f"ui.screen_{name}", lang)) for key, name in _KEYS.items()]
    everywhere = [("Ctrl+S", "link.screen"), ("Ctrl+L", "ui.other_language"), *([("Ctrl+O", "ui.drawer_open")] if window.has_drawer else [])]
    pairs += [(key, words(said, lang)) for key, said in (*window.front_screen.hints(), *everywhere)]
    window.asking.keys("ui.all_keys", pairs, window.setFocus)
