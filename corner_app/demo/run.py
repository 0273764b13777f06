"""The demo: one training office, or with a database for a centre the country around it, whose day ends in one timeline of one parcel."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from corner_app import training_day
from corner_app.demo import desk
from corner_app.domain.trouble import Trouble

if TYPE_CHECKING:
    from corner_app.demo.country import Branch, Neighbour
    from corner_app.demo.link import Link

_BRANCH_S = 120
"""Seconds the branch may take, once everything is at the centre, until it has all that comes to it."""


def run_demo(out: Path, *, headless: bool, database: str, bags: int) -> int:
    """Opens the training desk, or plays the first `bags` bags of its day into `out`, 0 all of them. Gives the exit code.

    database: URL for a new centre, "sqlite" for a file in `out`, "" for a desk without a centre.
    Raises Trouble("demo_centre"), Trouble("centre_exists").
    """
    out.mkdir(parents=True, exist_ok=True)
    bags = bags or training_day.BAGS
    if not database:
        return desk.run_alone(out, headless=headless, bags=bags)
    with _ends_in_order(), ExitStack() as ends:
        country = _begin(out, database, bags, ends)
        return _play(country) if headless else _open(country)


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl+C does, also where it was started with Ctrl+C unheard: what it started is ended first."""

    def told(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class _Country:
    """What lives. bags: of the day that are played."""

    out: Path
    database: str
    bags: int
    book: Path
    link: Link
    hub: Neighbour
    branch_office: Neighbour
    branch: Branch


def _begin(out: Path, database: str, bags: int, ends: ExitStack) -> _Country:
    """A centre that serves, three enrolled books, the merchants' file announced, the day's bags sorted at the hub."""
    from corner_app.demo import centre, country
    from corner_app.demo.link import Link

    book = out / f"{training_day.OFFICE}.book"
    if database == "sqlite":
        file = out / "centre.db"
        for old in (file, *out.glob("centre.db-*")):
            old.unlink(missing_ok=True)
        database = f"sqlite:///{file}"
    elif centre.is_founded(database):
        raise Trouble("centre_exists")
    desk.fresh_book(out, book)
    print("  a centre is founded, and enrols three offices …", flush=True)
    centre.command(database, "init")
    port = ends.enter_context(centre.serving(database))
    link = ends.enter_context(Link(port))
    hub, branch_office = (ends.enter_context(country.Neighbour(out / f"{office}.book", office)) for office in (country.HUB, country.BRANCH))
    with country.Neighbour(book, training_day.OFFICE) as pirojpur:
        for office, url in ((hub, f"http://127.0.0.1:{port}"), (branch_office, f"http://127.0.0.1:{port}"), (pirojpur, link.url)):
            office.enrol(url, centre.told(database, "office", "add", office.office)["code"])
        print("  the merchants' file comes to the centre …", flush=True)
        centre.command(database, "announce", str(training_day.announced_file()))
        sent = training_day.of_bags(bags)
        print(f"  the hub sorts {len(sent)} parcels …", flush=True)
        country.hub_sorts(hub, sent)
        pirojpur.sync()
    onward = [parcel for parcel in sent if parcel["postcode"] == country.BRANCH]
    return _Country(out, database, bags, book, link, hub, branch_office, country.Branch(branch_office, onward))


@contextmanager
def _beside(branch: Branch) -> Iterator[threading.Thread]:
    """The branch works while the window does."""
    stop = threading.Event()
    thread = threading.Thread(target=branch.run, args=(stop,), name="branch", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()


def _play(country: _Country) -> int:
    """The day without a display; at its end everything must be everywhere it belongs and every book whole."""
    started = time.monotonic()
    with _beside(country.branch) as thread:
        figures = desk.play_day(country.out, country.book, country.bags, country.link)
        country.link.restore()
        if not figures["gave_up"]:
            thread.join(_BRANCH_S)
    passed = country.branch.handed_over
    figures |= _end(country, passed[-1] if passed else "")
    figures["seconds"] = round(time.monotonic() - started, 1)
    desk.keep(figures, country.out)
    _tell(figures)
    whole = figures["verify"] == figures["centre"]["verify"] == "good" and all(state == "good" for state in figures["books"].values())
    return 0 if whole and figures["drained"] and country.branch.done and passed and not figures["gave_up"] else 1


def _open(country: _Country) -> int:
    """The windows, with the country living beside them until they are closed."""
    from contextlib import closing

    from corner_app.book.book import Reader
    from corner_app.desk import scans

    with _beside(country.branch):
        code = desk.open_desk(country.out, country.book, link=country.link)
    country.link.restore()
    with closing(Reader(country.book)) as reader:
        lines = reader.read(lambda rows: scans.last(rows, 1))
    figures = _end(country, lines[0].item if lines else "")
    _tell(figures)
    whole = figures["centre"]["verify"] == "good" and all(state == "good" for state in figures["books"].values())
    return code or (0 if whole and figures["drained"] else 1)


def _end(country: _Country, item: str) -> dict[str, Any]:
    """Drains and verifies everything. item: the parcel whose timeline is told, "" none."""
    from corner_app.demo import centre
    from corner_app.demo.country import Neighbour, drain_all, state_of

    with Neighbour(country.book, training_day.OFFICE) as pirojpur:
        offices = (country.hub, country.branch_office, pirojpur)
        drained = drain_all(offices)
        attention = sum(office.attention() for office in offices)
    checked = centre.told(country.database, "verify")
    return {
        "drained": drained,
        "attention": attention,
        "centre": {"entries": centre.entries(country.database), "verify": "good" if checked["good"] else checked["faults"]},
        "books": {office.path.name: state_of(office.path) for office in offices},
        "branch": {"handed_over": country.branch.handed_over, "answers": dict(sorted(country.branch_office.told.items()))},
        "link": {"cuts": country.link.cuts, "down_s": round(country.link.down_s, 1)},
        "timeline": centre.command(country.database, "parcel", item) if item else "",
    }


def _tell(figures: dict[str, Any]) -> None:
    print(f"The centre has {figures['centre']['entries']} entries by office and is {figures['centre']['verify']}; the books: {figures['books']}.")
    waited = f"; {figures['waited']} waited meanwhile" if figures.get("waited") else ""
    print(f"  the link was down {figures['link']['down_s']} s{waited}")
    print(f"  drained   {'everywhere' if figures['drained'] else 'NOT'}   verdicts to read {figures['attention']}")
    if figures["timeline"]:
        print(figures["timeline"])
