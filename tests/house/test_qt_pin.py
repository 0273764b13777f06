"""The PySide6 we pin does not lose references.

6.12.0 on Python 3.11 and older drops a reference of None at every void call and one of True at every emit; after some thousand
calls the interpreter aborts in the middle of a counter's day. From 3.12 on both are immortal and the counts below stand still.
"""

import sys

import PySide6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

CALLS = 1000
NOISE = 50  # references that other code takes or gives back meanwhile


class Bell(QObject):
    rung = Signal()


def test_the_version_is_below_the_cap() -> None:
    assert (6, 11, 3) <= PySide6.__version_info__[:3] < (6, 12)


def test_set_text_keeps_none_alive(qapp: QApplication) -> None:
    label = QLabel()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        label.setText("x")
    assert sys.getrefcount(None) - before > -NOISE


def test_emit_keeps_true_alive(qapp: QApplication) -> None:
    bell = Bell()
    heard: list[int] = []
    bell.rung.connect(lambda: heard.append(1))
    before = sys.getrefcount(True)
    for _ in range(CALLS):
        bell.rung.emit()
    assert len(heard) == CALLS
    assert sys.getrefcount(True) - before > -NOISE
