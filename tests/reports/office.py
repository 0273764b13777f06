"""An office of two counters, a centre and another office, made of real books that write and hear whatever a test lets them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.reports import second

from corner_app.book import arrivals, days, entries, parcels, print_jobs
from corner_app.book.accounts import balance
from corner_app.book.book import Book, make
from corner_app.book.database import Rows, Tx
from corner_app.desk.counter import here_of
from corner_app.domain import entries as e
from corner_app.domain.cash import day_subject, fold, is_document, pouch_subject
from corner_app.domain.close import day_after
from corner_app.domain.entries import EntryId, Fact
from corner_app.domain.here import Clerk, Here
from corner_app.domain.money import drawer

T0 = 1_795_500_000_000
"""24 November 2026, 10:40 in Dhaka."""
DAY_MS = 86_400_000
RAHIMA, JALIL = Clerk("rahima", "রহিমা খাতুন", "Rahima Khatun"), Clerk("jalil", "আব্দুল জলিল", "Abdul Jalil")


class Desk:
    """One book and whoever stands at it. heard: entries of others it was told of already, by their writer's desk."""

    def __init__(self, book: Book, clerk: Clerk) -> None:
        self.book, self.clerk = book, clerk
        self.office, self.counter = book.place.office, book.place.counter
        self.clock = T0
        self.heard: dict[int, int] = {}

    def here(self) -> Here:
        return here_of(self.book.place, self.clerk, self.clock)

    def write(self, subject: str, body: e.AnyBody, *, sup: e.Ref = 0, actor: str = "") -> Fact:
        """One entry, one second later, that knows what the book knows of its subject."""
        self.clock += 1_000

        def job(tx: Tx) -> Fact:
            row = parcels.by_item(tx, subject) if ":" not in subject else None
            base = row.parcel.base if row is not None else _last(tx, subject)
            return entries.append(tx, actor or self.clerk.badge, self.clock, subject, body, base=base, sup=sup)

        return self.book.write(job)

    def print_label(self, item: str) -> Fact:
        copy = self.book.write(lambda tx: print_jobs.last_copy(tx, item, "parcel_label")) + 1
        return self.write(item, e.LabelAsked("parcel_label", copy, "ছেঁড়া" if copy > 1 else ""))

    def log(self) -> list[Fact]:
        return self.book.write(lambda tx: [fact for _, fact in days.own(tx, 1, 10**9)])

    def hear(self, other: Desk, most: int) -> None:
        """Takes in the next entries of another desk that this one has not heard."""
        written = other.book.write(lambda tx: tx.all("SELECT epoch, seq, substr(hash, 1, 16), bytes FROM entry ORDER BY no"))
        at = self.heard.get(other.book.place.device, 0)
        for epoch, seq, uid, stored in written[at : at + most]:
            id = EntryId(other.book.place.device, epoch, seq)
            self.book.write(lambda tx, id=id, uid=uid, stored=stored: arrivals.take(tx, id, uid, stored))  # type: ignore[misc]
        self.heard[other.book.place.device] = min(len(written), at + most)

    def date(self) -> str:
        """Of the day that is open here."""
        return self.book.write(lambda tx: _open_date(tx, self))

    def in_drawer(self) -> int:
        return self.book.write(lambda tx: balance(tx, drawer(self.office, self.counter)))

    def open_day(self, cash: int) -> None:
        date = self.date()
        body = e.DayOpened(self.office, self.counter, date, cash, self.in_drawer())
        self.write(day_subject(self.office, self.counter, date), body)

    def close_day(self, off: int = 0) -> Fact:
        """Closes the open day with what its entries add up to by the other computation."""
        date = self.date()
        line = second.drawer_to_close(self.book.path, self.office, self.counter, date)
        counted = line.expected + off
        on_hand, cod = self.book.write(lambda tx: second.on_hand(tx, self.office))
        day = (line.opening, line.collected, line.paid_in, line.paid_out, line.deposited, line.expected, counted)
        body = e.DayClosed(self.office, self.counter, date, 0, *day, (), on_hand, cod, 0)
        return self.write(day_subject(self.office, self.counter, date), body)


def _last(tx: Tx, subject: str) -> EntryId | None:
    facts = entries.facts_about(tx, subject)
    return facts[-1].id if facts else None


def _open_date(tx: Rows, desk: Desk) -> str:
    segment = days.current(tx, desk.office, desk.counter)
    found = segment.date_of(segment.to + 1, desk.clock + 1_000)
    closed = any(fold(subject, entries.facts_about(tx, subject)).closed for subject in [day_subject(desk.office, desk.counter, found)] if is_document(subject))
    return day_after(found) if closed else found


@contextmanager
def office(folder: Path) -> Iterator[tuple[Desk, Desk, Desk, Desk]]:
    """Both counters of 8500, a counter of 8200, and a book that stands for the centre."""
    books = []
    for name, device, code, counter in (("one", 7, "8500", 1), ("two", 8, "8500", 2), ("far", 30, "8200", 1), ("centre", 9, "8500", 9)):
        make(folder / f"{name}.book", office=code, counter=counter, training=True, device=device, uuid=bytes([device]) * 16)
        books.append(Book(folder / f"{name}.book"))
    try:
        one, two, far, centre = books
        yield Desk(one, RAHIMA), Desk(two, JALIL), Desk(far, JALIL), Desk(centre, RAHIMA)
    finally:
        for book in books:
            book.close()


def advice(cod: int, postcode: str = "8500") -> e.Announced:
    return e.Announced(
        cod, 450, postcode, "01700003194", "আরিফুল মৃধা", "Ariful Mridha", "", "", "M005", "নমুনা গ্যাজেট শপ", "Namuna Gadget Shop", "", (), "parcel",
        "counter_pickup", "", "", 0, "BAG1", b"", b"", (),
    )  # fmt: skip


def pouch(n: int) -> str:
    return pouch_subject(f"P{n:06d}")


def any_parcel_body(chance: random.Random, desk: Desk) -> e.AnyBody:
    """Something that can be written about a parcel, whether or not it can be: the fold decides."""
    o, c = desk.office, desk.counter
    cod = chance.choice((0, 0, 50_000, 116_000))
    bag = f"BD8500BD8510CCC6{chance.randrange(3):04d}001"
    return chance.choice(
        (
            e.Received(o, "BAG1"),
            e.Received(o, missent=chance.random() < 0.2),
            e.Shelved(o, "ক-০১"),
            e.Bagged(o, bag, "8510"),
            e.Dispatched(o, bag),
            e.OutForDelivery(o, "p1"),
            e.Attempted(o, "absent", "again"),
            e.Held(o, "customs"),
            e.HandedOver(o, c, cod, "M005", "code", 0, cod, 0, fee=chance.choice((0, 2_000)) if cod else 0),
            e.HandedOver(o, c, cod, "M005", "code", 0, 0, 0, wallet="bkash", trx=str(chance.randrange(10**6))),
            e.Refused(o, "refused"),
            e.ReturnStarted(o, "refused"),
            e.Returned(o),
            e.Lost(o, "নেই"),
            e.Damaged(o, "ভেজা"),
            e.CodeFailed(o),
            e.CustodyConfirmed(o),
        )
    )
