"""What goes wrong with a simulated printer, and how slow it is: chosen by any thread, at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableSet
from dataclasses import dataclass, replace
from threading import RLock
from typing import Literal, get_args

Fault = Literal["media_out", "head_open", "media_low", "mute", "quiet_faults", "garbage", "half_answers"]
FAULTS: tuple[Fault, ...] = get_args(Fault)
STOPPING: frozenset[str] = frozenset({"media_out", "head_open"})
"""Nothing comes out while one of these lasts."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """As it is at one moment.

    faults: "media_out" and "head_open" show in the answers, and nothing is printed; "media_low" shows where the make can say so; "mute" answers
    nothing, and prints; "quiet_faults" leaves questions unanswered while one of the first two lasts, as Zebra's printers do with ~HS; "garbage" says
    noise instead of an answer; "half_answers" says the first half of each.
    holds: what came while it could not print comes out when that is mended; else it is lost. reset_after: bytes of one connection after which it
    breaks; stall_after: bytes of one connection after which it takes no more and keeps it open; None never. line_bytes_s: bytes a second that it
    takes of a connection, 0 as they come. slow_s: seconds a label takes before it is out and counted. die_after_print: it goes off with the next
    label, before it says a word about it.
    """

    faults: frozenset[str] = frozenset()
    holds: bool = False
    reset_after: int | None = None
    stall_after: int | None = None
    line_bytes_s: int = 0
    slow_s: float = 0.0
    die_after_print: bool = False

    @property
    def stopped(self) -> bool:
        """Whether nothing can come out."""
        return bool(self.faults & STOPPING)


class Control:
    """The behaviour of one printer, and the one place where it is changed: what is changed together is seen together."""

    def __init__(self, at_first: Behaviour) -> None:
        self.now = at_first
        self._lock = RLock()

    def change(self, edit: Callable[[Behaviour], Behaviour]) -> None:
        """Puts edit(the present one) in its place. Raises ValueError for a fault that is none."""
        with self._lock:
            fresh = edit(self.now)
            unknown = fresh.faults.difference(FAULTS)
            if unknown:
                raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
            self.now = fresh


class Faults(MutableSet[str]):
    """The faults of a control as a set."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def __contains__(self, fault: object) -> bool:
        return fault in self._control.now.faults

    def __iter__(self) -> Iterator[str]:
        return iter(self._control.now.faults)

    def __len__(self) -> int:
        return len(self._control.now.faults)

    def add(self, value: str) -> None:
        """Raises ValueError for a fault that is none."""
        self.update((value,))

    def discard(self, value: str) -> None:
        """It is mended."""
        self._control.change(lambda now: replace(now, faults=now.faults - {value}))

    def update(self, faults: Iterable[str]) -> None:
        """Adds several at one moment. Raises ValueError for a fault that is none."""
        self._control.change(lambda now: replace(now, faults=now.faults.union(faults)))

    def clear(self) -> None:
        """All is mended at one moment."""
        self._control.change(lambda now: replace(now, faults=frozenset()))
