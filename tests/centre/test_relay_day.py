"""An office's relay by real programs: the LAN alone, then the centre; killed and back; another PC in its place; a window on it."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.centre.carrying import NOW
from tests.centre.processes import Serving, centre, free_port, office, serving

from corner_app import port
from corner_app.book.book import Reader
from corner_app.desk.sync import view
from corner_app.i18n import Language, words


@contextmanager
def relaying(book: Path, wanted: int | None = None) -> Iterator[Serving]:
    """`corner-app relay serve` until the end; waits until it answers."""
    number = wanted or free_port()
    process = subprocess.Popen([sys.executable, "-m", "corner_app", "--book", str(book), "relay", "serve", "--port", str(number)])
    url, unproven = f"https://127.0.0.1:{number}", ssl._create_unverified_context()  # noqa: S323 - only to see that it is up
    try:
        until = time.monotonic() + 60
        while True:
            assert process.poll() is None, "the relay ended"
            try:
                with closing(urllib.request.urlopen(f"{url}/v1/health", timeout=2, context=unproven)):  # noqa: S310 - our own
                    break
            except OSError:
                assert time.monotonic() < until, "the relay does not answer"
                time.sleep(0.05)
        yield Serving(url, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def test_an_office_day_over_the_lan_then_the_centre_comes_by_real_programs(tmp_path: Path) -> None:
    one, two = tmp_path / "one.book", tmp_path / "two.book"
    for n, book in enumerate((one, two), 1):
        office(book, "init", "--office", "8500", "--counter", str(n), "--training")
    codes = {n: office(one, "relay", "add", str(n), "--json")["code"] for n in (1, 2)}
    with relaying(one) as relay:
        number = int(relay.url.rpartition(":")[2])
        office(one, "enrol", "--relay", relay.url, "--code", codes[1])
        office(two, "enrol", "--relay", relay.url, "--code", codes[2])
        office(one, "receive", "CP407774791BD")
        office(two, "receive", "CP610037240BD")
        office(one, "sync", "--once", code=3)
        relay.kill()
        told = office(two, "sync", "--once", code=3)
        assert words("sync.relay_unreachable", Language.EN) in told
    database = f"sqlite:///{tmp_path}/centre.db"
    centre(database, "init")
    with relaying(one, number) as relay:
        for book in (two, one):
            office(book, "sync", "--once", code=3)
        assert office(two, "parcel", "CP407774791BD", "--json")["data"]["state"] == "received"
        assert office(one, "parcel", "CP610037240BD", "--json")["data"]["state"] == "received"
        with serving(database) as served:
            said = {n: centre(database, "office", "add", "8500", "--counter", str(n), "--json")["code"] for n in (1, 2)}
            office(one, "enrol", "--centre", served.url, "--code", said[1])
            office(two, "enrol", "--centre", f"{relay.url}/centre", "--code", said[2])  # it has no other way
            _until(lambda: centre(database, "verify", "--json")["entries"] == 2, "the relay forwarded nothing")
            for book in (one, two):
                gone = office(book, "sync", "--once", "--json")
                assert (gone["unsent"], gone["acked"], gone["relay"]["left"]) == (0, True, 0)
            checked = centre(database, "verify", "--json")
            assert (checked["good"], checked["entries"], checked["parcels"]) == (True, 2, 2)
            assert centre(database, "parcel", "CP610037240BD", "--json")["timeline"][0]["counter"] == 2
    for book in (one, two):
        assert office(book, "verify", "--json")["good"]
    other = tmp_path / "other.book"
    office(other, "init", "--office", "8500", "--training")
    with relaying(other, number):  # another PC answers under the relay's address
        told = office(two, "sync", "--once", code=3)
    assert words("sync.not_our_relay", Language.EN) in told


def test_a_window_hears_the_other_counter_over_the_lan_without_a_centre(tmp_path: Path) -> None:
    one, two = tmp_path / "one.book", tmp_path / "two.book"
    for n, book in enumerate((one, two), 1):
        office(book, "init", "--office", "8500", "--counter", str(n), "--training")
    codes = {n: office(one, "relay", "add", str(n), "--json")["code"] for n in (1, 2)}
    with relaying(one) as relay:
        office(one, "enrol", "--relay", relay.url, "--code", codes[1])
        office(two, "enrol", "--relay", relay.url, "--code", codes[2])
        office(one, "receive", "CP407774791BD")
        office(two, "receive", "CP610037240BD")
        office(one, "sync", "--once", code=3)
        desk = port.Desk(two, _Unseen(), lambda: NOW, threading.Event())
        threads = [threading.Thread(target=body) for body in (desk.writer.run, desk.background.run, desk.relay.run)]
        threads[0].start()
        desk.begin().result(timeout=30)
        for thread in threads[1:]:
            thread.start()
        with closing(Reader(two)) as reader:
            _until(lambda: reader.read(lambda rows: rows.value("SELECT count(*) FROM arrived")) == 1, "the window heard nothing")
            _until(lambda: reader.read(lambda rows: view(rows, None, NOW, NOW)).relay_has == 1, "the relay keeps nothing of the window's")
            seen = reader.read(lambda rows: view(rows, None, NOW, NOW))
        assert (seen.relay, seen.confirmed, seen.phase) == ("127.0.0.1", 0, "not_enrolled")
        desk.background.end()
        desk.relay.end()
        desk.end()
        for thread in threads:
            thread.join(timeout=30)
            assert not thread.is_alive()


class _Unseen:
    """A window that draws nothing."""

    def post(self, work: Callable[[], None]) -> None:
        work()
