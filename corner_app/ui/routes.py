"""Where a scan and a key go. A code of another kind than the screen's does what a person would expect of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLineEdit

from corner_app.domain.outcome import Tone
from corner_app.i18n import Language, words
from corner_app.ui.widgets.basic import Button
from corner_app.ui.widgets.frame import RAIL_ENTRIES

if TYPE_CHECKING:
    from corner_app.domain.scan import Meaning, Scan
    from corner_app.ui.main_window import MainWindow

_KEYS = {entry[2]: entry[0] for entry in RAIL_ENTRIES if entry is not None}
_CARDS = {"RECEIVE": "receive", "SORT": "sort", "HANDOVER": "handover", "SEARCH": "search", "TODAY": "today"}


def take(window: MainWindow, scan: Scan) -> None:
    """A code was read: into the question that waits, refused while a STOP stands, else by what it means."""
    if window.asked:
        if not window.asking.take_scan(scan.text):
            window.play(Tone.LOOK)
        return
    if window.front_screen.locked:
        window.play(Tone.STOP)
        window.footer.notice(words("ui.scan_not_counted", window.look.language, code=scan.text[:40]))
        if window.front == "receive":
            window.receive.refuse(scan)
        return
    from corner_app.domain.scan import understand

    _route(window, understand(scan.text), scan)
    window.show_hints()


def _route(window: MainWindow, meaning: Meaning, scan: Scan) -> None:
    from corner_app.domain.scan import BadgeScan, BagScan, CommandScan, Nothing, TokenScan

    match meaning:
        case BadgeScan(badge):
            window.port.sign_in(badge, lambda known: window.play(Tone.GOOD if known else Tone.LOOK))
        case CommandScan(command):
            _card(window, command)
        case BagScan() if window.front != "receive":
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
    if command in _CARDS:
        window.open(_CARDS[command])
    elif command != "UNDO" or not window.front_screen.on_key("Ctrl+Z"):
        window.play(Tone.LOOK)


def press(window: MainWindow, key: str) -> bool:
    """A named key, before any widget sees it. True if it was used; single letters are left to a field that has the focus."""
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


def _tell_keys(window: MainWindow) -> None:
    lang = window.look.language
    pairs = [(key, words(f"ui.screen_{name}", lang)) for key, name in _KEYS.items()]
    pairs += [(key, words(say, lang)) for key, say in (*window.front_screen.hints(), ("Ctrl+S", "link.screen"), ("Ctrl+L", "ui.other_language"))]
    window.asking.keys("ui.all_keys", pairs, window.setFocus)
