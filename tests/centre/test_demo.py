"""The country of the demo: a day with the link down and up ends with everything everywhere, on both databases, and nothing is left running."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corner_app.demo import centre
from corner_app.demo.link import Link

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the simulated scanner is a pseudo-terminal")
BAGS = "1"
LIMIT_S = 240
"""Seconds for anything here; it takes a tenth of that on a PC with nothing else to do."""


def demo(out: Path, database: str) -> list[str]:
    return [sys.executable, "-m", "corner_app", "demo", "--headless", "--bags", BAGS, "--out", str(out), "--db", database]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else "sqlite"


@pytest.mark.timeout(300)
def test_a_day_of_the_country_ends_whole(database: str, tmp_path: Path) -> None:
    done = subprocess.run(demo(tmp_path, database), capture_output=True, text=True, encoding="utf-8", timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    figures: dict[str, Any] = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["drained"]
    assert figures["attention"] == 0, "no act of the three offices contradicts another"
    assert figures["centre"]["verify"] == "good"
    assert figures["books"] == {"8200.book": "good", "8500.book": "good", "8550.book": "good"}
    _the_day_adds_up(figures)
    _everything_is_at_the_centre(figures)
    _the_link_was_down(figures, tmp_path)
    _one_timeline(figures, done.stdout)


def _the_day_adds_up(figures: dict[str, Any]) -> None:
    """One bag of 42 parcels, one of them for an office that neither Pirojpur nor its announcements know of."""
    answers, parcels = figures["answers"], figures["status"]["parcels"]
    assert "announced" not in answers, "the desk announces nothing where there is a centre"
    assert answers["sorted"] == 41
    assert answers["unannounced"] == 2, "a number nobody announced, and the parcel that the centre had no reason to tell Pirojpur of"
    assert "missent" not in answers
    assert len(figures["missing"]) == 1, "what was left out of the bag is missing, though the hub says it put it in"
    assert (answers["handed_over"], answers["locked"], answers["refused"]) == (18, 2, 1)
    assert (parcels["handed_over"], parcels["bagged"], parcels["shelved"], parcels["received"]) == (18, 12, 10, 2)


def _everything_is_at_the_centre(figures: dict[str, Any]) -> None:
    entries = figures["centre"]["entries"]
    assert (entries["centre"], entries["8500"]) == (1000, figures["entries"])
    assert entries["8200"] >= 2 * 42, "each received and put into a bag"
    assert entries["8550"] == 3 * len(figures["branch"]["handed_over"]) == 6


def _the_link_was_down(figures: dict[str, Any], out: Path) -> None:
    assert figures["link"]["cuts"] == 1
    assert figures["link"]["down_s"] > 0
    waited = figures["waited"]
    kinds = sum(waited.get(kind, 0) for kind in ("parcels", "money", "bags", "prints"))
    assert waited["entries"] == kinds > 20
    taken = {path.name for path in (out / "screens").glob("*.png")}
    for what in ("sync-down", "header-down", "sync-up", "header-up"):
        assert {f"{what}-bn.png", f"{what}-en.png"} <= taken
    for what in ("sync", "header"):
        down, up = ((out / "screens" / f"{what}-{state}-en.png").read_bytes() for state in ("down", "up"))
        assert down != up


def _one_timeline(figures: dict[str, Any], printed: str) -> None:
    item = figures["branch"]["handed_over"][-1]
    first, *lines = figures["timeline"].splitlines()
    assert first.split() == [item, "handed_over"]
    assert [tuple(line.split()[1:]) for line in lines] == [
        ("centre", "announced"), ("8200", "received"), ("8200", "bagged"), ("8500", "received"), ("8500", "bagged"),
        ("8550", "received"), ("8550", "shelved"), ("8550", "handed_over"),
    ]  # fmt: skip
    assert figures["timeline"] in printed


@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_centre_is_left_behind(how: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(demo(tmp_path, "sqlite"), stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout is not None
    with process.stdout:
        said = next(line for line in process.stdout if "merchants" in line)
        assert said
        assert len(list(_centres(tmp_path))) == 1
        process.send_signal(how)
        process.stdout.read()
    assert process.wait(LIMIT_S) == {signal.SIGKILL: -signal.SIGKILL}.get(how, 130)
    until = time.monotonic() + LIMIT_S
    while left := list(_centres(tmp_path)):
        assert time.monotonic() < until, f"the centre {left} is left"
        time.sleep(0.05)


@pytest.mark.timeout(300)
def test_a_day_told_to_stop_ends_in_order(tmp_path: Path) -> None:
    process = subprocess.Popen(demo(tmp_path, "sqlite"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout is not None
    assert any("link is cut" in line for line in process.stdout)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 1, errors
    assert "told to stop" in errors
    assert "Traceback" not in errors, errors
    assert "drained   everywhere" in said, "what was done is sent, and whole"
    assert list(_centres(tmp_path)) == []


def _centres(out: Path) -> Iterator[int]:
    """Processes that serve the centre in this folder."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"corner_app.demo.centre" in words and f"sqlite:///{out}/centre.db".encode() in words:
            yield int(folder.name)


def test_a_centre_that_is_there_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/real.db"
    centre.command(url, "init")
    before = (tmp_path / "real.db").read_bytes()
    done = subprocess.run(demo(tmp_path / "out", url), capture_output=True, text=True, encoding="utf-8", timeout=LIMIT_S, check=False)
    assert done.returncode == 2
    assert "There is a centre in this database" in done.stderr
    assert (tmp_path / "real.db").read_bytes() == before
    assert centre.entries(url) == {}


def test_a_cut_link_loses_what_is_on_its_way_and_lets_nobody_through_until_it_is_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, Link(server.getsockname()[1]) as link:
        server.settimeout(LIMIT_S)
        port = int(link.url.rpartition(":")[2])
        assert _says_hello(server, port)
        with socket.create_connection(("127.0.0.1", port), LIMIT_S) as office:
            far, _ = server.accept()
            with far:
                far.settimeout(LIMIT_S)
                link.cut()
                assert _ended(office)
                assert _ended(far)
        with socket.create_connection(("127.0.0.1", port), LIMIT_S) as office:
            assert _ended(office)
        assert not link.up
        link.restore()
        assert _says_hello(server, port)
        assert link.down_s > 0
        assert link.cuts == 1


def _says_hello(server: socket.socket, port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), LIMIT_S) as office:
        far, _ = server.accept()
        with far:
            office.sendall(b"hello")
            return far.recv(5) == b"hello"


def _ended(end: socket.socket) -> bool:
    try:
        return end.recv(1) == b""
    except ConnectionError:
        return True
