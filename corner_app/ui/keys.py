"""Keys of the whole window: told apart from a scanner that types, then named the same everywhere."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from corner_app.devices.scanners.wedge import KeyStroke, Platform, Verdict, WedgeDecoder, letter
from corner_app.domain.scan import Scan
from corner_app.i18n import latin_digits

_NAMES = {
    Qt.Key.Key_Return: "Enter", Qt.Key.Key_Enter: "Enter", Qt.Key.Key_Escape: "Esc", Qt.Key.Key_Backspace: "Backspace", Qt.Key.Key_Space: "Space",
    Qt.Key.Key_Up: "Up", Qt.Key.Key_Down: "Down", Qt.Key.Key_Left: "Left", Qt.Key.Key_Right: "Right", Qt.Key.Key_PageUp: "PgUp", Qt.Key.Key_PageDown: "PgDn",
    Qt.Key.Key_Delete: "Del", Qt.Key.Key_Tab: "Tab", Qt.Key.Key_Slash: "/", Qt.Key.Key_Question: "?",
}  # fmt: skip
_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_HELD_BESIDE = frozenset({
    Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_AltGr, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_Mode_switch,
})  # fmt: skip
"""Keys that only change what others mean. A scanner presses Shift for each capital, so they must not break a burst."""
_ONCE = frozenset({"Enter", "Ctrl+Enter"})
"""Keys that write something, or go on to what does: held down they do one thing."""
_TICK_MS = 20
_REPEATS_MS = 100.0
"""No system repeats a key sooner after it went down; most wait for a quarter of a second."""
_REMEMBERED = 256
"""Keys looked back at when a scan is described."""
PLATFORM: Platform = "windows" if sys.platform == "win32" else "x11"
"""Whose scan codes the keys of this machine carry."""


def key_name(event: QKeyEvent) -> str:
    """ "Esc", "F2", "Ctrl+Enter", "K", "5"; letters by their key, so a Bangla layout does not matter; "" for a key without a name."""
    key = Qt.Key(event.key())
    name = _NAMES.get(key, "")
    if not name and Qt.Key.Key_F1 <= key <= Qt.Key.Key_F12:
        name = f"F{key - Qt.Key.Key_F1 + 1}"
    if not name and (Qt.Key.Key_A <= key <= Qt.Key.Key_Z or Qt.Key.Key_0 <= key <= Qt.Key.Key_9):
        name = chr(key)
    if not name:
        name = _by_position(event) or latin_digits(event.text().strip())
    control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    return f"Ctrl+{name}" if name and control else name


def _by_position(event: QKeyEvent) -> str:
    """The letter printed on the key in Latin, from its place on the board."""
    printed = letter(event.nativeScanCode(), False, PLATFORM).upper()
    return printed if printed.isalpha() and not event.text().isdigit() else ""


class Keys(QObject):
    """Event filter on the application. Scans are taken out, typing goes through untouched, named keys are offered to the window first.

    Of the last scan, set before on_scan is called: typed, what the layout made of its keys; gaps_ms, between them. For a page that tests scanners.
    """

    def __init__(
        self, decoder: WedgeDecoder, window: QWidget, on_key: Callable[[str], bool], on_scan: Callable[[Scan], None], clock_ms: Callable[[], float]
    ) -> None:
        super().__init__(window)
        self._decoder, self._window, self._on_key, self._on_scan, self._clock_ms = decoder, window, on_key, on_scan, clock_ms
        self._given_back: set[int] = set()
        self._lag, self._late = float("inf"), 0.0
        self._strokes, self._ticked_ms = 0, 0.0
        self._alt_presses = 1
        self._fresh_ms = float("-inf")
        self.typed, self.gaps_ms = "", tuple[int, ...]()
        self._pressed: deque[tuple[str, float]] = deque(maxlen=_REMEMBERED)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Looks at key presses on their way to the focused widget only: windows see the same event again."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if watched is not (QApplication.focusWidget() or self._window):
            return False
        if id(event) in self._given_back:
            return self._named(event)
        if event.key() in _HELD_BESIDE:
            self._alt_presses += event.key() == Qt.Key.Key_Alt and not event.isAutoRepeat()
            return False
        held = self._repeats(event)
        if held or not self._belongs(event):
            self._act(Verdict(hold=False, replay=self._decoder.flush()))
            return (held and key_name(event) in _ONCE) or self._named(event)
        self._strokes += 1
        stroke = self._stroke(event)
        self._pressed.append((stroke.text, stroke.at_ms))
        verdict = self._decoder.press(stroke)
        self._act(verdict)
        return True if verdict.hold else self._named(event)

    def _repeats(self, event: QKeyEvent) -> bool:
        """Whether a key is held down. Qt says so too of a digit that a quick scanner sends twice, when its release and press wait together."""
        at_ms = self._pressed_at(event)
        if event.isAutoRepeat() and at_ms - self._fresh_ms > _REPEATS_MS:
            return True
        self._fresh_ms = at_ms
        return False

    def _belongs(self, event: QKeyEvent) -> bool:
        """Whether the decoder is to see this key: what prints, what ends a code, and the combinations that some scanners type in haste."""
        held = event.modifiers() & _MODIFIERS
        if held == Qt.KeyboardModifier.NoModifier and (event.text() or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)):
            return True
        control, alt = held == Qt.KeyboardModifier.ControlModifier, held == Qt.KeyboardModifier.AltModifier
        return (control or alt or not held) and self._decoder.takes(event.nativeScanCode(), control=control, alt=alt)

    def _stroke(self, event: QKeyEvent) -> KeyStroke:
        held = event.modifiers()
        shift, control = bool(held & Qt.KeyboardModifier.ShiftModifier), bool(held & Qt.KeyboardModifier.ControlModifier)
        alt = self._alt_presses if held & Qt.KeyboardModifier.AltModifier else 0
        name = {Qt.Key.Key_Return: "Return", Qt.Key.Key_Enter: "Enter", Qt.Key.Key_Tab: "Tab"}.get(Qt.Key(event.key()), str(event.key()))
        return KeyStroke(event.nativeScanCode(), shift, event.text(), self._pressed_at(event), name, control, alt)

    def _pressed_at(self, event: QKeyEvent) -> float:
        """When the key was pressed, on our clock: by the system's own stamp, so that a busy PC does not make a scanner look slow."""
        now, stamp = self._clock_ms(), event.timestamp()
        if not stamp:
            return now
        self._lag = min(self._lag, now - stamp)
        self._late = now - (stamp + self._lag)
        return stamp + self._lag

    def _named(self, event: QKeyEvent) -> bool:
        name = key_name(event)
        return bool(name) and self._on_key(name)

    def _tick(self) -> None:
        """Silence counts only if it is real: not after a stall of this PC, and not while keys wait to be delivered."""
        now, heard = self._clock_ms(), self._strokes
        stalled, self._ticked_ms = now - self._ticked_ms > 2 * _TICK_MS, now
        if not stalled:
            QTimer.singleShot(0, self, lambda: self._silent(now, heard))

    def _silent(self, now: float, heard: int) -> None:
        if heard == self._strokes:
            self._act(self._decoder.tick(now - self._late))

    def _act(self, verdict: Verdict) -> None:
        for stroke in verdict.replay:
            self._give_back(stroke)
        if verdict.scan is not None:
            self._remember(verdict.scan)
            self._on_scan(verdict.scan)
        if self._decoder.holding and not self._timer.isActive():
            self._ticked_ms = self._clock_ms()
            self._timer.start()
        elif not self._decoder.holding:
            self._timer.stop()

    def _remember(self, scan: Scan) -> None:
        """The last keys that printed something are the code's."""
        keys = [(text, at_ms) for text, at_ms in self._pressed if text.strip()][-len(scan.text) :]
        self.typed = "".join(text for text, _ in keys)
        self.gaps_ms = tuple(round(after - before) for (_, before), (_, after) in pairwise(keys))

    def _give_back(self, stroke: KeyStroke) -> None:
        """A held key turned out to be typing: it goes where it was going."""
        key = int(stroke.key) if stroke.key.isdigit() else {"Return": Qt.Key.Key_Return, "Enter": Qt.Key.Key_Enter, "Tab": Qt.Key.Key_Tab}[stroke.key]
        modifiers = Qt.KeyboardModifier.ShiftModifier if stroke.shift else Qt.KeyboardModifier.NoModifier
        if stroke.control:
            modifiers |= Qt.KeyboardModifier.ControlModifier
        if stroke.alt:
            modifiers |= Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, stroke.scan_code, 0, 0, stroke.text)
        self._given_back.add(id(event))
        try:
            QApplication.sendEvent(QApplication.focusWidget() or self._window, event)
        finally:
            self._given_back.discard(id(event))
