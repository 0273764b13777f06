"""What sets one make of simulated printer apart from another: how its stream is cut, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from corner_app.devices.readback.picture import Picture

NAME = "SIMULATED"
"""The model every simulated printer gives itself, where its make can say one."""

Event = Literal["begun", "printed", "failed"]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a stream tells a printer.

    data: of a label its bytes, of a query the query, of "confirm" what to say when everything before it is printed, of "kick" one byte, the pin.
    in_turn: a query that is answered behind the labels before it, not at once; everything else but "cancel" is in its turn anyway.
    """

    what: Literal["label", "query", "confirm", "kick", "cancel"]
    data: bytes = b""
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What answers are made of.

    count: labels ever printed. left: labels taken and not yet out. working: whether one of them is being printed. quiet: a fault lasts, and the
    printer is one that says less then.
    """

    faults: frozenset[str]
    count: int
    left: int
    working: bool
    quiet: bool
    drawer_open: bool
    dpi: int


def _nothing(event: Event, state: State) -> bytes:
    return b""


@dataclass(frozen=True, slots=True)
class Dialect:
    """cut: a stream into what it tells, and the rest that may still become something. read: a label and the dots an inch into its picture, or Unreadable.

    answer: to a query, b"" where it gives none. unasked: what it says by itself on the label's connection. by_itself: an order that ends half a label,
    though it could be dots of it, when nothing comes with it. dpi: of most models. print_s, holds: how long a label takes, and whether one that came
    without paper is kept, unless another behaviour is chosen.
    """

    cut: Callable[[bytes], tuple[list[Told], bytes]]
    read: Callable[[bytes, int], Picture]
    answer: Callable[[bytes, State], bytes]
    unasked: Callable[[Event, State], bytes] = _nothing
    by_itself: bytes | None = None
    dpi: int = 203
    print_s: float = 0.0
    holds: bool = False


Split = Callable[[bytes], tuple[list[bytes], bytes]]
Understand = Callable[[bytes], Told]


def cut_at_questions(split: Split, asks: re.Pattern[bytes], graphic: re.Pattern[bytes], understand: Understand) -> Callable[[bytes], tuple[list[Told], bytes]]:
    """A cut for a language of lines whose questions are heard wherever they stand, but not within dots.

    split: of its labels. asks: its questions and orders. graphic: what stands before dots, its groups "wide" (bytes) and "high" their number.
    """

    def cut(data: bytes) -> tuple[list[Told], bytes]:
        pieces, rest = split(data)
        told: list[Told] = []
        for piece in pieces:
            heard, label = _heard(piece, asks, graphic, understand)
            told += heard
            if label.strip():
                told.append(Told("label", label))
        heard, rest = _heard(rest, asks, graphic, understand)
        return told + heard, rest

    return cut


def _heard(data: bytes, asks: re.Pattern[bytes], graphic: re.Pattern[bytes], understand: Understand) -> tuple[list[Told], bytes]:
    """The questions, and the data without them. An order to cancel takes everything before it away."""
    told: list[Told] = []
    left = bytearray()
    at = 0
    while (found := asks.search(data, at)) is not None:
        dots = graphic.search(data, at, found.start())
        if dots is not None:
            ends = dots.end() + int(dots["wide"]) * int(dots["high"])
            left += data[at:ends]
            at = ends
            continue
        left += data[at : found.start()]
        at = found.end()
        told.append(understand(found[0]))
        if told[-1].what == "cancel":
            left.clear()
    return told, bytes(left + data[at:])
