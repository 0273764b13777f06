"""One seed: a day in which everything that can fail does, then quiet, then the promises are looked at.

What happens is drawn from the seed alone. Each seed draws its own mixture of troubles, so that some runs have many clones and no bad link
and others the reverse. `Ledger` keeps what really happened, beside the product, for the oracles to compare with.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation import cash, oracles
from tests.simulation.oracles import Ledger
from tests.simulation.parts import CODE, ITEMS, T0, Centre, Counter, Crashed, Link, Power, RelayPart, announced, copy_book, copy_into

from central_server.announce import announce
from central_server.backup import put_back
from corner_app.desk import commands as c
from corner_app.sync.carry import carry_in, carry_out

STEPS = (15, 25, 45)
"""How long a day may be; most of what goes wrong goes wrong in a short one."""
CASH = 0.3
"""Share of a clerk's work that is about cash; drawn apart, so that parcels go through the same troubles with it and without."""
QUIET_PASSES = 14
"""Passes over all PCs after which everything must have arrived: a bound, so that a livelock is a failure (I10)."""
ROUNDS = 300

TROUBLES = ("relay", "stick", "link", "power", "centre_power", "image", "clone", "other_machine", "clock", "centre_restored")


def drawn(chance: random.Random) -> frozenset[str]:
    """The troubles of a day: the first thing its seed decides."""
    return frozenset(t for t in TROUBLES if chance.random() < 0.4)


@dataclass
class World:
    """The country of one seed."""

    seed: int
    folder: Path
    troubles: frozenset[str] = frozenset()
    time: int = T0
    ledger: Ledger = field(default_factory=Ledger)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance, self.cash = random.Random(self.seed), random.Random(f"cash {self.seed}")
        if not self.troubles:
            self.troubles = drawn(self.chance)
        template = copy_into(self.folder)
        self.centre = Centre(template.centre, Power(self.chance), lambda: self.time)
        self.link = Link(self.centre, self.chance)
        self.relay = RelayPart(template.relay, Power(self.chance), self.centre, lambda: self.counters[0])
        self.relay_link = Link(self.relay, self.chance)
        self.counters = [self._counter(path, bytes([n]) * 8) for n, path in enumerate(template.books.values(), 1)]
        self.images: list[tuple[Counter, Path]] = []
        self.backup: Path | None = None
        self.backed_up_at = T0
        self.copies = 0
        self.ledger.begin(self.centre)

    def _counter(self, path: Path, fp: bytes) -> Counter:
        near = self.relay_link if "relay" in self.troubles and path.name.startswith("8500") else None
        return Counter(path, self.link, Power(self.chance), fp, lambda: self.time, self.chance, near)

    def run(self) -> None:
        """The day, the quiet after it, the promises."""
        self._weather(1.0)
        for _ in range(self.chance.choice(STEPS)):
            self.time += self.chance.choice((1_000, 20_000, 600_000))
            self._step()
        self._weather(0.0)
        self.drain()
        oracles.check(self)
        cash.check(self)

    def close(self) -> None:
        for counter in self.counters:
            counter.stop()
        self.centre.stop()
        self.relay.stop()

    def _weather(self, much: float) -> None:
        self.link.rate = 0.4 * much if "link" in self.troubles else 0.0
        self.centre.power.rate = self.relay.power.rate = 0.1 * much if "centre_power" in self.troubles else 0.0
        self.relay_link.rate = self.link.rate
        for counter in self.counters:
            counter.power.rate = 0.1 * much if "power" in self.troubles else 0.0

    def _step(self) -> None:
        counter = self.chance.choice(self.counters)
        what = self.chance.choices(("work", "sync", "trouble"), (6, 4, 2))[0]
        if what == "work":
            self.work(counter)
        elif what == "sync":
            near = counter.relay_client is not None and self.chance.random() < 0.5
            for _ in range(self.chance.randrange(1, 8)):
                if not (self.sync_near(counter) if near else self.sync(counter)):
                    break
        else:
            self._trouble(counter)

    # What people do

    def work(self, counter: Counter) -> None:
        """A clerk does something to a parcel, or with cash."""
        item = self.chance.choice(ITEMS)
        command: c.AnyCommand = self.chance.choices(
            (
                c.Receive(item),
                c.Sort(item),
                c.HandOver(scan=item, code=CODE, tendered=116_000),
                c.HandOver(scan=item, code="000000", tendered=116_000),
                c.Refuse(item, "not_wanted"),
                c.MarkDamaged(item),
                c.PrintLabel(item, "torn"),
                c.Undo(1),
            ),
            (6, 4, 4, 1, 1, 1, 1, 2),
        )[0]
        if self.cash.random() < CASH:
            command, item = cash.drawn(self.cash, counter), "cash"
        try:
            code = counter.do(command, f"op-{self.chance.random()}")
            self._note(counter, f"{type(command).__name__} {item} {code}")
        except Crashed:
            counter.restart()
            self._note(counter, f"{type(command).__name__} {item} crashed")
        self.ledger.wrote(counter)

    def sync(self, counter: Counter) -> bool:
        """One round with the centre."""
        before = oracles.confirmed(counter)
        more = counter.round()
        after = oracles.confirmed(counter)
        self._note(counter, f"sync {before} → {after}{' more' if more else ''}")
        oracles.confirmed_is_true(self, counter)
        return more

    def sync_near(self, counter: Counter) -> bool:
        """One round with the relay: whatever it says, nothing is at the centre by it."""
        before = oracles.confirmed(counter)
        more = counter.relay_round()
        self._note(counter, f"relay{' more' if more else ''}")
        assert oracles.confirmed(counter) <= before, "the relay's word was taken for the centre's"
        self.ledger.wrote(counter)
        return more

    def _note(self, counter: Counter, text: str) -> None:
        self.log.append(f"{self.time - T0} {counter.path.stem} {text}")

    # What goes wrong

    def _trouble(self, counter: Counter) -> None:
        kinds = sorted(self.troubles)
        match self.chance.choice(kinds) if kinds else "announce":
            case "link":
                self.link.deliver()
            case "stick":
                self._stick(counter)
            case "relay":
                self._note(self.counters[0], "relay looks round")
                self.relay.tick(self.chance, self.link.rate)
            case "image":
                self._image(counter)
            case "clone":
                self._clone(counter, counter.fp)
            case "other_machine":
                self._clone(counter, self.chance.randbytes(8))
            case "clock":
                counter.skew = self.chance.choice((0, 0, -90_000, 3_600_000, -86_400_000, 400 * 86_400_000, -40 * 365 * 86_400_000))
                self._note(counter, f"clock {counter.skew}")
            case "centre_restored":
                self._centre_restored()
            case _:
                self.log.append("announce")
                self.announce()

    def _stick(self, counter: Counter) -> None:
        """The stick goes out, to the centre, or back, in any order and as often as somebody likes."""
        folder = self.folder / "stick"
        folder.mkdir(exist_ok=True)
        what = self.chance.choice(("out", "out", "centre", "in", "in", "lost"))
        self._note(counter, f"stick {what}")
        match what:
            case "out":
                counter.stick(carry_out, folder)
            case "in":
                counter.stick(carry_in, folder)
                oracles.confirmed_is_true(self, counter)
            case "centre":
                self.centre.carry(folder)
            case "lost":
                for file in sorted(folder.iterdir())[:1]:
                    file.unlink()

    def announce(self) -> None:
        """A merchant tells of the third parcel, again if he did before."""
        self.centre.quietly(lambda: announce(self.centre.desk, list(enumerate(announced(), 1)), "merchant:M005", self.time))
        self.ledger.announced(self.centre)

    def _image(self, counter: Counter) -> None:
        """Somebody copies the disk, or puts the copy back."""
        mine = [path for owner, path in self.images if owner is counter]
        counter.stop()
        if mine and self.chance.random() < 0.6:
            self.ledger.disk_lost(self, counter.path)
            copy_book(mine[-1], counter.path)
            self.log.append(f"{counter.path.stem} image restored")
        else:
            self.copies += 1
            self.images.append((counter, copy_book(counter.path, self.folder / f"image-{self.copies}.book")))
            self.log.append(f"{counter.path.stem} image taken")
        counter.start()
        self.ledger.wrote(counter)

    def _clone(self, counter: Counter, fp: bytes) -> None:
        """The PC's disk is copied to another machine and both go on."""
        if len(self.counters) > len(self.images) + 5 or len(self.counters) >= 5:
            return
        counter.stop()
        self.copies += 1
        path = copy_book(counter.path, self.folder / f"{counter.path.stem}-clone{self.copies}.book")
        counter.start()
        self.counters.append(self._counter(path, fp))
        self.counters[-1].power.rate = counter.power.rate
        self.log.append(f"{counter.path.stem} cloned, {'same' if fp == counter.fp else 'other'} machine")

    def _centre_restored(self) -> None:
        """A backup of the centre is made, or put back."""
        self.centre.stop()
        if self.backup is not None and self.chance.random() < 0.5:
            self.ledger.centre_before(self.centre)
            shutil.copy(self.backup, self.centre.path)
            self.centre.start()
            self.centre.quietly(lambda: self.centre.desk.database.write(lambda sql: put_back(sql, self.backed_up_at, self.time)))
            self.centre.stop()
            self.log.append("centre restored")
            self.centre.start()
            self.ledger.centre_after(self)
            self.announce()
        else:
            self.backed_up_at = self.time
            self.backup = Path(shutil.copy(self.centre.path, self.folder / "backup.db"))
            self.log.append("centre backed up")
            self.centre.start()

    # The quiet after

    def drain(self) -> None:
        """Everything arrives within a bounded number of rounds (I10)."""
        while self.link.under_way:
            self.link.deliver()
        self.announce()
        for _ in range(QUIET_PASSES):
            before = oracles.picture(self)
            for counter in self.counters:
                self._until_enough(counter, self.sync)
                if counter.relay_client is not None:
                    self._until_enough(counter, self.sync_near)
            if "relay" in self.troubles:
                self.relay.tick(self.chance, 0.0)
            if oracles.picture(self) == before:
                return
        raise AssertionError("it never becomes quiet")

    def _until_enough(self, counter: Counter, sync: Callable[[Counter], bool]) -> None:
        for _ in range(ROUNDS):
            if not sync(counter):
                return
        raise AssertionError(f"{counter.path.stem} never has enough")
