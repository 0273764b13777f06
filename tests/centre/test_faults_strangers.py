"""Whatever answers instead of the centre: nothing counts as sent, nothing is lost, the clerk reads what is wrong, what is safe and what to do."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from tests.centre import hostile
from tests.centre.faults import Mortal, Nursery, drained, enrolled, init, whole, work
from tests.centre.hostile import Behaviour, Door, http

from corner_app.book import centre as known
from corner_app.book import outbox
from corner_app.book.book import Reader
from corner_app.desk.sync import link_state
from corner_app.i18n import Language, words
from corner_app.sync.engine import NoAnswer
from corner_app.sync.http import Limits

FRAME = "Content-Type: application/x-corner"
PAGE = b"<html><title>Free Wi-Fi</title><form action=/login>Please log in</form></html>"
HTML = "Content-Type: text/html"
JSON = "Content-Type: application/json"


@dataclass
class Site:
    """A centre, the door offices know it by, and one office's book."""

    kin: Nursery
    database: str
    centre: Mortal
    door: Door
    book: Path

    @property
    def honest(self) -> Behaviour:
        return hostile.leads_to(self.centre.port)

    def refused(self, behave: Behaviour, code: str) -> None:
        """With a stranger behind the door a sync ends with 3 and the words of a code; an honest one after it sends all, once."""
        work(self.book, 3)
        before = confirmed(self.book)
        self.door.behave = behave
        language = Language.BN if before % 2 else Language.EN
        told = self.kin.run("office", "--book", str(self.book), "--language", language.value, "sync", "--once")
        assert told.wait() == 3, told.said()
        for part in ("", "_safe", "_do"):
            assert wording(f"sync.{code}{part}", language) in told.said(), told.said()
        assert "Traceback" not in told.said()
        assert confirmed(self.book) == before
        self.door.behave = self.honest
        assert drained(self.book) == 3
        assert confirmed(self.book) == before + 3


def wording(key: str, language: Language) -> str:
    return words("sync.clock_wrong_some" if key == "sync.clock_wrong" else key, language)


def confirmed(book: Path) -> int:
    reader = Reader(book)
    try:
        return reader.read(outbox.confirmed)
    finally:
        reader.close()


@pytest.fixture(scope="module")
def site(kin: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    database = f"sqlite:///{folder}/centre.db"
    init(database)
    centre = Mortal(kin, database, folder / "arm")
    centre.start()
    with hostile.door(hostile.leads_to(centre.port)) as door:
        book = enrolled(f"http://127.0.0.1:{door.port}", database, folder, "8500")
        yield Site(kin, database, centre, door, book)
    centre.stop(15)
    whole(database, book)


BOMB = gzip.compress(bytes(20_000_000))
DEEP = b"[" * 200_000
STRANGERS: dict[str, tuple[bytes, str]] = {
    "a login page with 200": (http("200 OK", PAGE, HTML), "portal"),
    "a redirect to a login": (http("302 Found", b"", "Location: http://portal.example/login"), "portal"),
    "network authentication required": (http("511 Network Authentication Required", PAGE, HTML), "portal"),
    "a login page in JSON": (http("200 OK", b'{"code": "login", "text": "log in"}', JSON), "portal"),
    "JSON that is no object": (http("403 Forbidden", b'{"code": ["a", {}]}', JSON), "portal"),
    "JSON without a bottom": (http("403 Forbidden", DEEP, JSON), "portal"),
    "JSON with a field without a bottom": (http("403 Forbidden", b'{"x": ' + DEEP, JSON), "portal"),
    "a proxy's trouble": (http("502 Bad Gateway", PAGE, HTML), "centre_trouble"),
    "not HTTP at all": (b"SSH-2.0-OpenSSH_9.2\r\n", "unreachable"),
    "nothing": (b"", "unreachable"),
    "our media type and nonsense": (http("200 OK", b"nonsense" * 40, FRAME), "garbled"),
    "an empty frame": (http("200 OK", b"", FRAME), "garbled"),
    "shorter than it says": (http("200 OK", b"x" * 200, FRAME, length=5_000), "unreachable"),
    "longer than it says": (http("200 OK", b"x" * 5_000, FRAME, length=200), "garbled"),
    "a chunk that is none": (b"HTTP/1.1 200 OK\r\n" + FRAME.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "unreachable"),
    "a chunk that is cut": (b"HTTP/1.1 200 OK\r\n" + FRAME.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\nabc", "unreachable"),
    "a gzip bomb": (http("200 OK", BOMB, FRAME, "Content-Encoding: gzip"), "garbled"),
    "a thousand headers": (http("200 OK", b"", *(f"X-{n}: y" for n in range(1_000))), "unreachable"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_s_answer_changes_nothing(site: Site, name: str) -> None:
    answer, code = STRANGERS[name]
    site.refused(hostile.says(answer), code)


def test_an_answer_without_an_end_is_not_kept(site: Site) -> None:
    site.refused(hostile.pours(b"HTTP/1.1 200 OK\r\n" + FRAME.encode() + b"\r\n\r\n", 50_000_000), "garbled")


def test_an_older_answer_of_the_centre_is_not_taken(site: Site) -> None:
    heard: list[bytes] = []
    work(site.book, 2)
    site.door.behave = hostile.leads_to_and_hears(site.centre.port, heard)
    assert site.kin.run("office", "--book", str(site.book), "sync", "--once").wait() == 0
    assert heard and heard[0].startswith(b"HTTP/1.1 200")
    site.refused(hostile.says(b"".join(heard)), "bad_signature")


@pytest.mark.parametrize("after", [0, 1, 40, 150])
def test_the_centre_s_answer_cut_on_its_way(site: Site, after: int) -> None:
    """The centre has the entries and the office does not know: it may not call them sent, and they may not be there twice."""
    site.refused(hostile.leads_to_and_cuts(site.centre.port, after), "unreachable")


@pytest.mark.parametrize("behave", [hostile.resets, hostile.hangs_up], ids=["reset", "closed"])
def test_a_connection_torn(site: Site, behave: Behaviour) -> None:
    site.refused(behave, "unreachable")


# TLS


@dataclass
class Sealed:
    """A site whose centre has a certificate. authority: that the offices were told to trust."""

    site: Site
    authority: trustme.CA

    def stranger(self, certificate: trustme.LeafCert) -> Behaviour:
        """Who shows this certificate, and would pass everything on to the centre."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return hostile.with_tls(context, hostile.says(http("200 OK", b"", FRAME)))


@pytest.fixture(scope="module")
def sealed(kin: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    folder = tmp_path_factory.mktemp("sealed")
    authority = trustme.CA()
    ours = authority.issue_cert("127.0.0.1")
    for name, blob in (("ca.pem", authority.cert_pem), ("cert.pem", ours.cert_chain_pems[0]), ("key.pem", ours.private_key_pem)):
        blob.write_to_path(folder / name)
    database = f"sqlite:///{folder}/centre.db"
    init(database)
    centre = Mortal(kin, database, folder / "arm", tls=(folder / "cert.pem", folder / "key.pem", folder / "ca.pem"))
    centre.start()
    with hostile.door(hostile.leads_to(centre.port)) as door:
        book = enrolled(f"https://127.0.0.1:{door.port}", database, folder, "8500", folder / "ca.pem")
        yield Sealed(Site(kin, database, centre, door, book), authority)
    centre.stop(15)
    whole(database, book)


NOW = datetime.now(UTC)
DAYS_AGO, SOON = NOW - timedelta(days=3), NOW + timedelta(days=3)


def test_whoever_intercepts_tls_learns_nothing(sealed: Sealed) -> None:
    sealed.site.refused(sealed.stranger(trustme.CA().issue_cert("127.0.0.1")), "not_our_centre")


def test_a_certificate_for_another_name(sealed: Sealed) -> None:
    sealed.site.refused(sealed.stranger(sealed.authority.issue_cert("expired.eof.example")), "not_our_centre")


def test_a_certificate_that_has_expired(sealed: Sealed) -> None:
    ended = sealed.authority.issue_cert("127.0.0.1", not_before=NOW - timedelta(days=9), not_after=DAYS_AGO)
    sealed.site.refused(sealed.stranger(ended), "certificate_expired")


def test_a_certificate_from_the_future_means_this_pc_s_clock(sealed: Sealed) -> None:
    early = sealed.authority.issue_cert("127.0.0.1", not_before=SOON, not_after=SOON + timedelta(days=9))
    sealed.site.refused(sealed.stranger(early), "clock_wrong")


@pytest.mark.parametrize("behave", [hostile.resets, hostile.hangs_up], ids=["reset", "closed"])
def test_a_handshake_torn_is_no_false_centre(sealed: Sealed, behave: Behaviour) -> None:
    sealed.site.refused(behave, "unreachable")


def test_plain_words_where_tls_was_expected(sealed: Sealed) -> None:
    def behave(conn: socket.socket) -> None:
        conn.recv(65_536)
        conn.sendall(http("302 Found", PAGE, "Location: http://portal.example/"))

    sealed.site.refused(behave, "not_our_centre")


def test_a_sealed_answer_that_is_cut(sealed: Sealed) -> None:
    """In the handshake, and within the answer after it."""
    heard: list[bytes] = []
    sealed.site.door.behave = hostile.leads_to_and_hears(sealed.site.centre.port, heard)
    assert drained(sealed.site.book) == 0
    for after in (300, sum(map(len, heard)) - 60):
        sealed.site.refused(hostile.leads_to_and_cuts(sealed.site.centre.port, after), "unreachable")


# Answers without an end: with short limits, in this process


@pytest.mark.parametrize(
    "begins", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n" + FRAME.encode() + b"\r\n\r\n"], ids=["nothing", "a header", "a body"]
)
@pytest.mark.parametrize("pause", [0.05, 30], ids=["drips", "falls silent"])
def test_an_answer_that_never_ends_is_given_up(site: Site, begins: bytes, pause: float) -> None:
    gone = threading.Event()
    site.door.behave = hostile.drips(begins, pause, gone)
    work(site.book, 2)
    before = confirmed(site.book)
    began = time.monotonic()
    with pytest.raises(NoAnswer) as none:
        drained(site.book, Limits(connect_s=2, stall_s=0.4, longest_s=0.8))
    assert none.value.code == "unreachable"
    assert time.monotonic() - began < 5
    gone.set()
    assert confirmed(site.book) == before
    site.door.behave = site.honest
    assert drained(site.book) == 2


def test_continue_without_an_end_is_given_up(site: Site) -> None:
    gone = threading.Event()
    site.door.behave = hostile.drips(b"", 0.01, gone, b"HTTP/1.1 100 Continue\r\n\r\n")
    work(site.book, 2)
    with pytest.raises(NoAnswer, match="unreachable"):
        drained(site.book, Limits(connect_s=2, stall_s=0.4, longest_s=0.8))
    gone.set()
    site.door.behave = site.honest
    assert drained(site.book) == 2


# A clock that is wrong


@pytest.mark.parametrize("years", [-26, 3, 74])
def test_a_pc_with_a_wrong_clock_is_told_and_refused_nothing(site: Site, years: int) -> None:
    wrong = years * 31_557_600_000
    now = time.time_ns() // 1_000_000
    work(site.book, 3, now + wrong)
    assert drained(site.book, clock=lambda: time.time_ns() // 1_000_000 + wrong) == 3
    assert told_of_clock(site.book) == f"clock_wrong:{round(abs(wrong) / 60_000)}"
    assert drained(site.book) == 0
    assert told_of_clock(site.book) == ""


def told_of_clock(book: Path) -> str:
    """The trouble that the sync screen shows."""
    reader = Reader(book)
    try:
        return link_state(reader.read(known.centre), None)[1]
    finally:
        reader.close()
