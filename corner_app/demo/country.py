"""The country around the training office: the hub that sends it the day's bags, and an office that it serves in its turn."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from corner_app.app import now_ms
from corner_app.batch import play
from corner_app.book import parcels
from corner_app.book.book import Book, Reader, make
from corner_app.book.verify import verify
from corner_app.desk import attention
from corner_app.desk.counter import here_of, roll_of
from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.sync.client import Told
from corner_app.sync.engine import NoAnswer
from corner_app.sync.enrol import enrol
from corner_app.sync.http import HttpLink
from corner_app.sync.keys import make_seed
from corner_app.sync.loop import drain
from corner_app.sync.store import BookStore, client_of
from corner_app.training_day import OFFICE, Parcel

HUB, BRANCH = "8200", "8550"
"""Barishal, from where the day's bags come, and Bhandaria, which Pirojpur serves."""
_LOOKS_S = 1.0
"""Seconds between two looks of the branch for what is on its way."""
_MANY = 1_000
_TURNS = 10
"""Times every book is sent and read again at the end; what one office writes must reach the others and no further."""


class Neighbour:
    """An office without a window: its jobs go through the batch, and it speaks with the centre when it is told to."""

    def __init__(self, path: Path, office: str) -> None:
        if not path.exists():
            make(path, office=office, counter=1, training=True)
        self.office, self.path = office, path
        self._book = Book(path)
        self._store = BookStore(self._book)
        self._roll = roll_of(self._book.place)
        self._here = here_of(self._book.place, self._roll.clerks[0])
        self.told: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._store.close()
        self._book.close()

    def do(self, job: str, **fields: Any) -> dict[str, Any]:
        """Does a job as a batch command; gives its answer."""
        line = next(play(self._book, self._here, self._roll, [json.dumps({"job": job, **fields}).encode()], now_ms))
        answer: dict[str, Any] = json.loads(line)
        self.told[f"{job} {answer['code']}"] += 1
        return answer

    def enrol(self, url: str, code: str) -> None:
        """Makes the book a device of the centre. Raises NoAnswer, Trouble."""
        with closing(HttpLink(url)) as link:
            enrol(self._store, link, self._book.place, make_seed(self.path), url, code, now_ms())

    def sync(self) -> Told:
        """Sends and gets until nothing is left. Raises NoAnswer."""
        with closing(HttpLink(*self._store.where())) as link:
            return drain(client_of(self._store, link, self.path, now_ms), lambda: link.up + link.down)

    def attention(self) -> int:
        """How much the centre has said of its entries that a clerk should read."""
        return len(self._store.read(lambda rows: attention.lines(rows, _MANY)))


def hub_sorts(hub: Neighbour, sent: Iterable[Parcel]) -> None:
    """The hub takes parcels in, hears from the centre where they go, and puts each into a bag. Raises NoAnswer."""
    items = [parcel["item_id"] for parcel in sent]
    for item in items:
        hub.do("receive", scan=item)
    hub.sync()  # who touches a parcel hears what the merchant announced of it
    for item in items:
        hub.do("sort", scan=item)
    hub.sync()


class Branch:
    """The served office: takes in what the training office has put into its bag, and hands over what is fetched at the counter.

    expected: the parcels that will come to it.
    """

    def __init__(self, neighbour: Neighbour, expected: Sequence[Parcel]) -> None:
        self._office, self._left = neighbour, list(expected)
        self.handed_over: list[str] = []
        self.away = 0

    @property
    def done(self) -> bool:
        """Whether nothing more is on its way to it."""
        return not self._left

    def run(self, stop: threading.Event) -> None:
        """Works as parcels come until all are there, or until it is to stop."""
        while not self.done and not stop.is_set():
            self.look()
            stop.wait(_LOOKS_S)

    def look(self) -> None:
        """Takes in what has come by now. Without a centre it hears of nothing, and looks again later."""
        try:
            self._office.sync()
        except NoAnswer:
            self.away += 1
            return
        here = [parcel for parcel in self._left if self._is_on_its_way(parcel["item_id"])]
        for parcel in here:
            self._take(parcel)
        self._left = [parcel for parcel in self._left if parcel not in here]

    def _is_on_its_way(self, item: str) -> bool:
        """Whether the training office has put it into a bag to here."""
        with closing(Reader(self._office.path)) as reader:
            row = reader.read(lambda rows: parcels.by_item(rows, item))
        bag = parse_bag_number(row.parcel.bag) if row is not None else None
        return bag is not None and (bag.origin_office, bag.destination_office) == (OFFICE, self._office.office)

    def _take(self, parcel: Parcel) -> None:
        item = parcel["item_id"]
        self._office.do("receive", scan=item)
        self._office.do("sort", scan=item)
        if parcel["delivery_mode"] == "counter_pickup":
            answer = self._office.do("hand_over", scan=item, code=parcel["pickup_code"], tendered=int(parcel["cod_amount_minor"]))
            self.handed_over += [item] if answer["code"] == "handed_over" else []


def drain_all(offices: Sequence[Neighbour]) -> bool:
    """Sends and reads every book in turn until a whole turn brought nothing; False when that does not come about. Raises NoAnswer."""
    for _ in range(_TURNS):
        turn = [office.sync() for office in offices]
        if all((each.sent, each.received, each.left) == (0, 0, 0) for each in turn):
            return True
    return False


def state_of(path: Path) -> str | list[tuple[str, str]]:
    """What a check of a book finds: "good", or its faults."""
    report = verify(path)
    return "good" if report.good else list(report.faults)
