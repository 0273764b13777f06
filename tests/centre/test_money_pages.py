"""Headquarters' money pages: every sum of an office opens to the entries behind it, in a browser without scripts and on both databases."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect
from tests.centre.offices import T0, Pc, opened, prepare
from tests.centre.pages_scene import DAY, NOW, chromium, moneyed, populated

from central_server import payments
from central_server.app import make_app
from central_server.exchange import Desk
from central_server.pages import access, overview
from central_server.payments import Told
from central_server.storage.database import connect
from corner_app.domain import entries as e
from corner_app.i18n import Language, money, words
from corner_app.reference import load_places

BN, EN = Language.BN, Language.EN
NASRIN = "নাসরিন সুলতানা"
expect.set_options(timeout=15_000)


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The centre's pages on this machine, at the time of the scene."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(desk.database, load_places(), clock=lambda: NOW), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """(where the pages are, a key)."""
    url = f"sqlite:///{tmp_path_factory.mktemp('money')}/centre.db"
    prepare(url)
    with closing(connect(url)) as database:
        desk = opened(database)
        moneyed(desk)
        key = database.write(lambda sql: access.add(sql, NASRIN))
        with served(desk) as where:
            yield where, key


@pytest.fixture
def page(browser: Browser, address: tuple[str, str]) -> Iterator[Page]:
    """Signed in, without scripts."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
    made = context.new_page()
    made.goto(f"{address[0]}/hq/login")
    made.fill("#key", address[1])
    made.click("main button")
    yield made
    context.close()


@pytest.mark.parametrize("language", list(Language))
def test_every_sum_of_an_office_opens_to_its_entries(page: Page, address: tuple[str, str], language: Language) -> None:
    page.goto(f"{address[0]}/hq?lang={language.value}")
    page.get_by_role("link", name=words("hq.money", language), exact=True).click()
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("8550")
    links = [(each.get_attribute("href") or "", each.inner_text()) for each in row.locator("td a").all()]
    assert [link.partition("#")[2] for link, _ in links] == ["drawers", "pouches", "suspense", "claimed", "disputes", "unclosed", "differing"]
    for link, text in links:
        page.goto(address[0] + link)
        section = page.locator(f"section#{link.partition('#')[2]}")
        expect(section).to_be_visible()
        assert words("hq.nothing_here", language) not in section.inner_text()
        if "৳" in text:
            shown = [_paisa(cell) for cell in section.locator("td.n").all_inner_texts()]
            assert sum(shown) == _paisa(text), link
    assert "PB204417" in page.locator("section#pouches").inner_text()
    assert "8N7A6B5C4D" in page.locator("section#claimed").inner_text()


def _paisa(text: str) -> int:
    """৳ ১,১৫০.৫০ → 115050."""
    plain = text.translate(str.maketrans("০১২৩৪৫৬৭৮৯−–", "0123456789--")).replace(",", "").replace(" ", "").replace("\u00a0", "").replace("৳", "")
    return round(float(plain) * 100)


def test_a_day_that_differs_shows_both_figures_and_the_entries_of_each(page: Page, address: tuple[str, str]) -> None:
    page.goto(f"{address[0]}/hq/money/8550?lang=en")
    section = page.locator("section#differing")
    for paisa in (150_500, 50_500, 100_000):
        expect(section).to_contain_text(money(paisa, EN))
    section.get_by_role("link").click()
    first = page.locator("section").first
    expect(first.locator(".chip.stop")).to_have_text(words("hq.day_differs", EN))
    expected = first.locator("tr", has_text=words("hq.figure_expected", EN)).locator("td").all_inner_texts()
    assert expected == [money(150_500, EN), money(50_500, EN)]
    first.locator("summary").first.click()
    expect(first.locator("details td").first).to_be_visible()
    expect(first.locator("details")).to_contain_text("PB204417")
    page.get_by_role("link", name=words("hq.back", EN)).click()
    expect(page.locator("section#drawers")).to_be_visible()


def test_what_is_not_there_leads_back(page: Page, address: tuple[str, str]) -> None:
    for path in ("/hq/money/9999", "/hq/money/8550/yesterday", "/hq/money/8550/2026-13-01", f"/hq/money/{'8' * 200}"):
        page.goto(f"{address[0]}{path}?lang=en")
        assert page.url == f"{address[0]}/hq?lang=en", path


@pytest.mark.parametrize("language", ["bn", "en"])
def test_it_fits_a_small_phone(browser: Browser, address: tuple[str, str], language: str) -> None:
    made = browser.new_context(viewport={"width": 360, "height": 740})
    opened_ = made.new_page()
    opened_.goto(f"{address[0]}/hq/login")
    opened_.fill("#key", address[1])
    opened_.click("main button")
    for path in ("/hq/money", "/hq/money/8550", "/hq/money/8550/2026-11-23", "/hq/money/8550/2026-11-24"):
        opened_.goto(f"{address[0]}{path}?lang={language}")
        beyond = opened_.evaluate(
            "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)"
        )
        assert beyond == [], path
    made.close()


# On both databases


def test_sums_are_those_of_the_entries_and_fall_when_a_person_settles_them(desk: Desk) -> None:
    moneyed(desk)
    found = desk.database.read(lambda sql: overview.money(sql, NOW))
    assert found["8550"] == overview.Money("8550", 70_500, 115_000, NOW - 26 * 3_600_000, 500, 89_900, 1, 1, 1)
    assert found["8560"] == overview.Money("8560", 30_000, claimed=89_900)
    there = Pc(desk, "8500").enrol()
    there.write("pouch:PB204417", e.PouchReceived("8500", 1, "8550", 115_000, 115_000, 115_000))
    there.send(now=NOW)
    payments.check(desk, [Told("8N7A6B5C4D", 89_900)], NOW)
    found = desk.database.read(lambda sql: overview.money(sql, NOW))
    assert (found["8550"].transit, found["8550"].oldest, found["8550"].claimed) == (0, 0, 0)
    assert found["8500"].cash == 115_000
    assert found["8560"].claimed == 89_900, "its transaction paid for another parcel"


def test_offices_where_something_differs_stand_first_and_pages_follow(desk: Desk, tmp_path: Path) -> None:
    moneyed(desk)
    populated(desk, 60)
    client = TestClient(make_app(desk.database, load_places(), clock=lambda: T0 + DAY), base_url="https://testserver")
    key = desk.database.write(lambda sql: access.add(sql, NASRIN))
    assert client.post("/hq/login", data={"key": key}, follow_redirects=False).status_code == 303
    listed = [re.findall(r'<th scope="row"><a href="/hq/money/([^?]+)\?', client.get(f"/hq/money?page={n}").text) for n in (1, 2, 3, 9, 0)]
    assert listed[0][0] == "8550"
    assert [len(each) for each in listed[:3]] == [25, 25, 12]
    assert len({*listed[0], *listed[1], *listed[2]}) == 62
    assert (listed[3], listed[4]) == (listed[2], listed[0])
