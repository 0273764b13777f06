"""The web pages as a buyer and headquarters meet them: in a real browser without scripts, and as answers on the wire over both databases."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect
from tests.centre.offices import T0, Pc, announced, item
from tests.centre.pages_scene import DAY, HOUR, MINUTE, NOW, chromium, populated, sample, travelled
from tests.centre.processes import batch, centre, office, serving

from central_server import enrol
from central_server.announce import announce
from central_server.app import make_app
from central_server.exchange import Desk
from central_server.pages import access, overview
from central_server.pages.limits import REMEMBERED, Limiter
from central_server.storage import staff
from corner_app.domain import entries as e
from corner_app.domain.parcels import State
from corner_app.domain.scan import TRACKING_LINK
from corner_app.i18n import Language, load_words, words
from corner_app.reference import load_places

LIGHTEST = 15_000
"""Bytes a buyer's first look may weigh, unpacked."""
NASRIN = "নাসরিন সুলতানা"
BN, EN = Language.BN, Language.EN
expect.set_options(timeout=15_000)


# In a browser, against `corner-centre serve`


class Centre:
    """A serving centre: a parcel on the shelf at 8500, and where its programs keep what they have."""

    def __init__(self, url: str, database: str, parcel: dict[str, str]) -> None:
        self.url, self.database, self.parcel = url, database, parcel


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("pages")
    database, book, row = f"sqlite:///{folder}/centre.db", folder / "8500.book", sample("8500")
    centre(database, "init")
    with serving(database) as running:
        office(book, "init", "--office", "8500", "--training")
        office(book, "enrol", "--centre", running.url, "--code", centre(database, "office", "add", "8500", "--json")["code"])
        centre(database, "announce", str(Path(__file__).parents[1] / "data" / "sample_parcels_1000.csv"), "--json")
        office(book, "sync", "--once", "--json")
        batch(book, {"job": "receive", "scan": row["item_id"]}, {"job": "sort", "scan": row["item_id"]})
        office(book, "sync", "--once", "--json")
        yield Centre(running.url, database, row)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of 360 pixels that runs no scripts."""
    made = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_a_buyer_looks_a_parcel_up_in_both_languages_with_one_request(served: Centre, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.url}/track")
    page.get_by_label(words("track.number", BN)).fill(served.parcel["item_id"].lower())
    del asked[:]
    page.get_by_role("button", name=words("track.find", BN)).click()
    expect(page.locator("h2").first).to_have_text(words("track.state_shelved", BN))
    expect(page.locator(".bring")).to_contain_text("৳")
    assert [step.inner_text() for step in page.locator(".steps b").all()] == [
        words(f"track.{key}", BN) for key in ("in_your_hands", "step_shelved", "step_announced")
    ]
    expect(page.locator(".now")).to_contain_text("পিরোজপুর")
    expect(page.locator(".now")).to_contain_text("আজ")
    expect(page.locator("html")).to_have_attribute("lang", "bn")
    assert len(asked) == 2, "the form, and the page it leads to: nothing else is fetched"
    page.get_by_role("link", name="English").click()
    expect(page.locator("h2").first).to_have_text(words("track.state_shelved", EN))
    expect(page.locator(".now")).to_contain_text("Pirojpur")
    assert not re.search("[\u0980-\u09e5\u09e6-\u09ef]", page.locator("main").inner_text().replace("৳", ""))


@pytest.mark.parametrize(
    "number", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "'; DROP TABLE parcel; --", "\u202e১২৩", "a\x00b"]
)
def test_what_is_typed_is_text_and_nothing_else(served: Centre, browser: Browser, number: str) -> None:
    """With scripts on: the page would run one if it came through."""
    opened = browser.new_page()
    said: list[str] = []

    def asked(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    def complained(line: ConsoleMessage) -> None:
        if line.type == "error" and "404" not in line.text:
            said.append(line.text)

    opened.on("dialog", asked)
    opened.on("console", complained)
    answer = opened.goto(f"{served.url}/track/{urllib.parse.quote(number, safe='')}")
    assert answer is not None
    assert answer.status == 404
    expect(opened.locator("h2")).to_have_text(words("track.unknown", BN))
    assert opened.locator("script, main img").count() == 0
    assert "49" not in opened.locator("main").inner_text()
    assert said == []
    opened.close()


@pytest.mark.parametrize("language", ["bn", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_seen_on_a_small_phone(served: Centre, browser: Browser, language: str, scheme: str) -> None:
    key = centre(served.database, "hq", "add", f"{language} {scheme}")
    made = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark" if scheme == "dark" else "light")
    opened = made.new_page()
    opened.goto(f"{served.url}/hq/login")
    opened.fill("#key", key)
    opened.click("main button")
    for path in ("/track", f"/track/{served.parcel['item_id']}", "/track/CP000000000BD", "/hq", "/hq/office/8500", "/hq/money", "/hq/money/8500"):
        opened.goto(f"{served.url}{path}?lang={language}")
        beyond = opened.evaluate("[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)")
        assert beyond == [], path
        assert opened.evaluate("document.documentElement.scrollWidth") == 360
        small = "[...document.querySelectorAll('button, input:not([type=hidden]), select')].filter(e => e.offsetHeight < 44).map(e => e.outerHTML)"
        assert opened.evaluate(small) == [], "a finger finds it"
        ground = opened.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(14, 21, 19)" if scheme == "dark" else "rgb(242, 245, 243)")
    made.close()


def test_headquarters_comes_in_with_a_key_and_leaves_for_good(served: Centre, page: Page, context: BrowserContext) -> None:
    key = centre(served.database, "hq", "add", NASRIN)
    page.goto(f"{served.url}/hq")
    assert page.url == f"{served.url}/hq/login?lang=bn"
    page.get_by_label(words("hq.key", BN)).fill("no such key")
    page.get_by_role("button", name=words("hq.sign_in", BN)).click()
    expect(page.get_by_role("alert")).to_have_text(words("hq.key_wrong", BN))
    page.get_by_label(words("hq.key", BN)).fill(key)
    page.get_by_role("button", name=words("hq.sign_in", BN)).click()
    assert page.url == f"{served.url}/hq?lang=bn"
    expect(page.locator(".pill")).to_contain_text(NASRIN)
    expect(page.locator("tbody th").first).to_contain_text("পিরোজপুর সদর")
    kept = context.cookies()
    assert [(c["name"], c["httpOnly"], c["sameSite"], c["path"]) for c in kept] == [("corner_hq", True, "Strict", "/hq")]
    page.get_by_role("link", name="পিরোজপুর সদর").click()
    expect(page.locator("h2").first).to_have_text("পিরোজপুর সদর")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h2").first).to_contain_text("Pirojpur")
    page.get_by_role("button", name=words("hq.sign_out", EN)).click()
    assert page.url == f"{served.url}/hq/login?lang=en"
    assert context.cookies() == []
    context.add_cookies([{"name": c["name"], "value": c["value"], "url": f"{served.url}/hq"} for c in kept])
    page.goto(f"{served.url}/hq")
    assert "/hq/login" in page.url, "a copy of the cookie opens nothing after leaving"


def test_wrong_keys_are_limited_and_no_key_is_written_down(tmp_path: Path, page: Page, capfd: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path}/centre.db"
    centre(database, "init")
    key = centre(database, "hq", "add", NASRIN)
    with serving(database) as running:
        page.goto(f"{running.url}/hq/login?lang=en")
        for _ in range(5):
            page.fill("#key", "guess-that-is-wrong")
            page.get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("alert")).to_have_text(words("hq.key_wrong", EN))
        page.fill("#key", key)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("Try again in")
        assert page.context.cookies() == []
        elsewhere = urllib.request.Request(f"{running.url}/hq/login", f"key={key}".encode(), {"x-forwarded-for": "203.0.113.7"})  # noqa: S310
        with urllib.request.build_opener(_Stays()).open(elsewhere) as answer:
            assert answer.status == 303, "another address is not held up by it"
    said = capfd.readouterr()
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (key, "guess-that-is-wrong"):
        assert secret not in said.out + said.err
        assert secret.encode() not in written


class _Stays(urllib.request.HTTPRedirectHandler):
    def http_error_303(self, req: object, fp: object, code: int, msg: str, headers: object) -> object:
        return fp


# On the wire, over both databases


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(make_app(desk.database, load_places(), clock=lambda: NOW), follow_redirects=False)


def signed_in(desk: Desk, client: TestClient) -> TestClient:
    key = desk.database.write(lambda sql: access.add(sql, NASRIN))
    assert client.post("/hq/login", data={"key": key}).status_code == 303
    return client


def test_a_parcel_that_came_a_long_way_is_told_step_by_step(desk: Desk, client: TestClient) -> None:
    row = travelled(desk)
    text = client.get(f"/track/{row['item_id']}").text
    steps = [words(f"track.step_{kind}", BN) for kind in ("shelved", "dispatched", "passed", "announced")]
    assert re.findall(r"<b>([^<]+)</b><span>", text) == [words("track.in_your_hands", BN), *steps]
    assert "আজ ১২:০১" in text
    assert "২৩ নভেম্বর ১২:০০" in text
    assert "শেষ খবর ৩ মিনিট আগে" in text
    text = client.get(f"/track/{row['item_id']}?lang=en").text
    assert "today 12:01" in text
    assert "last news 3 min ago" in text


def test_the_code_on_the_label_leads_to_it(desk: Desk, client: TestClient) -> None:
    link = urllib.parse.urlsplit(TRACKING_LINK + travelled(desk)["item_id"])
    answer = client.get(link.path)
    assert answer.status_code == 200
    assert words("track.state_shelved", BN) in answer.text


def test_nothing_on_it_says_whose_parcel_it_is(desk: Desk, client: TestClient) -> None:
    row = travelled(desk)
    for language in Language:
        text = client.get(f"/track/{row['item_id']}?lang={language.value}").text
        for private in ("recipient_name_bn", "recipient_name_en", "recipient_phone", "address_bn", "address_en", "merchant_name_bn", "merchant_name_en",
                        "merchant_id", "merchant_order_ref", "contents_bn", "contents_en"):  # fmt: skip
            assert row[private]
            assert row[private] not in text, private
        assert "খ-১২" not in text


def test_what_to_pay_is_said_only_when_it_can_be_collected(desk: Desk, client: TestClient) -> None:
    row = sample("8500")
    announce(desk, [(1, row)], "headquarters", T0)
    assert "৳" not in client.get(f"/track/{row['item_id']}").text


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_said_to_a_buyer(state: State) -> None:
    assert f"track.state_{state.value}" in load_words()


def test_a_first_look_is_light_and_whole(desk: Desk, client: TestClient) -> None:
    row = travelled(desk)
    for path in ("/track", f"/track/{row['item_id']}", "/track/nothing"):
        answer = client.get(path, headers={"accept-encoding": "identity"})
        assert len(answer.content) <= LIGHTEST
        assert not re.search(rb"<script|<link rel=.stylesheet|url\(|@import|\son\w+=|\sstyle=", answer.content)
        packed = client.get(path)
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == answer.content


def test_every_page_says_what_it_may_not_do(desk: Desk, client: TestClient) -> None:
    travelled(desk)
    answers = [client.get(path) for path in ("/track", f"/track/{item(1)}", "/hq/login")]
    answers += [client.post("/hq/login", data={"key": "x"}), client.post("/hq/login", content=b"x"), client.post("/hq/login", data={"key": "x" * 3_000})]
    signed_in(desk, client)
    answers += [client.get("/hq"), client.get("/hq/office/8500")]
    assert [answer.status_code for answer in answers] == [200, 404, 200, 403, 415, 413, 200, 200]
    for answer in answers:
        said = answer.headers["content-security-policy"]
        assert said.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in said
        assert "script-src" not in said
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_whatever_is_not_known_gets_one_answer_in_the_same_time(desk: Desk, client: TestClient) -> None:
    row = travelled(desk)
    announce(desk, [(1, sample("8500") | {"item_id": item(7), "merchant_order_ref": "1001"})], "headquarters", T0)
    announce(desk, [(1, sample("8500") | {"item_id": item(8), "merchant_order_ref": "1001"})], "headquarters", T0)
    plain = client.get("/track/XX")
    assert plain.status_code == 404
    for number in (item(99), "CP123456789BD", "bag:B1", "1001", "x" * 200, "%00", "../hq", "শূন্য"):
        began = time.monotonic()
        answer = client.get(f"/track/{number}" if number != "../hq" else "/track/..%2Fhq")
        assert time.monotonic() - began >= 0.1
        assert answer.status_code == 404
        assert dict(answer.headers) | {"content-length": ""} == dict(plain.headers) | {"content-length": ""}
        assert _without_number(answer.text) == _without_number(plain.text)
    began = time.monotonic()
    assert client.get(f"/track/{row['item_id']}").status_code == 200
    assert time.monotonic() - began >= 0.1
    assert client.get(f"/track/{row['merchant_order_ref']}").status_code == 200, "a number that only one parcel goes by"


def _without_number(text: str) -> str:
    return re.sub(r'href="/track/[^"]*"|<p class="mono">[^<]*</p>|value="[^"]*" maxlength', "", text)


def test_who_asks_too_often_waits_and_is_told_so(desk: Desk, client: TestClient) -> None:
    pages = client.app.state.pages  # type: ignore[attr-defined]
    pages.lookups = Limiter(2, 60_000)
    assert [client.get("/track/XX").status_code for _ in range(3)] == [404, 404, 429]
    answer = client.get("/track/XX?lang=en")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert words("page.too_many", EN, n=int(answer.headers["retry-after"])) in answer.text
    assert client.get("/track").status_code == 200


def test_an_address_may_ask_again_after_a_while_and_is_not_counted_with_others() -> None:
    limit = Limiter(3, 1_000)
    assert [limit.wait("192.0.2.1", 0) for _ in range(4)] == [0, 0, 0, 1_000]
    assert limit.wait("192.0.2.2", 0) == 0
    assert limit.wait("192.0.2.1", 1_000) == 0
    assert limit.wait("192.0.2.1", 1_000) == 1_000
    assert [limit.wait(f"2001:db8::{n}", 0) for n in range(4)] == [0, 0, 0, 1_000], "a phone has a whole /64"
    for n in range(REMEMBERED):
        limit.wait(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 2_000)
    assert len(limit._due) == REMEMBERED


# Headquarters


def test_without_a_session_headquarters_pages_show_nothing(desk: Desk, client: TestClient) -> None:
    populated(desk, 3)
    for path in ("/hq", "/hq/office/8500", "/hq/money", "/hq/money/8500", "/hq/money/8500/2026-11-24"):
        for cookie in ("", "x", "a.1.2.3", "YQ==.1.99999999999999.00", "." * 50, "é.1.2.3"):
            answer = client.get(path, headers=[(b"cookie", f"corner_hq={cookie}".encode())])
            assert (answer.status_code, answer.text) == (303, "")
            assert answer.headers["location"] == "/hq/login?lang=bn"


def test_a_session_ends_when_idle_when_long_and_when_the_key_changes(desk: Desk) -> None:
    database = desk.database
    key = database.write(lambda sql: access.add(sql, NASRIN))
    person = database.read(lambda sql: access.whose(sql, key))
    assert person is not None

    def still(cookie: str, now: int) -> str | None:
        found = database.read(lambda sql: access.session(sql, cookie, now))
        return None if found is None else found[1]

    first = database.read(lambda sql: access.begin(sql, person, T0))
    assert still(first, T0 + access.IDLE_MS - 1) is not None
    assert still(first, T0 + access.IDLE_MS) is None
    cookie, now, last = first, T0, T0
    while (following := still(cookie, now)) is not None:
        cookie, last, now = following, now, now + 20 * MINUTE
    assert last < T0 + access.WHOLE_MS <= last + 40 * MINUTE
    name, start, until, seal = first.split(".")
    for forged in (f"{name}.{start}.{int(until) + DAY}.{seal}", f"{name}.{int(start) + 1}.{until}.{seal}", f"{name}.{start}.{until}.{'0' * 64}"):
        assert still(forged, T0) is None
    assert still(first, T0) is not None
    again = database.write(lambda sql: access.add(sql, NASRIN))
    assert still(first, T0) is None
    assert database.read(lambda sql: access.whose(sql, key)) is None
    renewed = database.read(lambda sql: access.whose(sql, again))
    assert renewed is not None
    other = database.read(lambda sql: access.begin(sql, renewed, T0))
    assert database.write(lambda sql: staff.remove(sql, NASRIN))
    assert still(other, T0) is None


def test_another_sites_form_does_nothing(desk: Desk, client: TestClient) -> None:
    key = desk.database.write(lambda sql: access.add(sql, NASRIN))
    answer = client.post("/hq/login", data={"key": key}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers
    signed_in(desk, client)
    assert (
        client.post("/hq/logout", content=b"", headers={"sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded"}).status_code == 400
    )
    assert client.get("/hq").status_code == 200


def test_what_needs_a_person_stands_first_and_says_why(desk: Desk, client: TestClient) -> None:
    populated(desk, 40, now=NOW)
    disputed, gone = Pc(desk, "8500").enrol(), Pc(desk, "8560").enrol()
    disputed.write(item(1), announced())
    disputed.write(item(1), e.Shelved("8500", "খ-১২"), 1)
    disputed.send(now=NOW)
    gone.write(item(2), announced())
    desk.database.write(lambda sql: enrol.revoke(sql, gone.device))
    gone.send(now=NOW)
    signed_in(desk, client)
    text = client.get("/hq?lang=en").text
    assert "1 revoked" in text
    assert "1 in quarantine" in text
    assert "1 to settle" in text
    asked = {only: _listed(client, f"/hq?only={only}") for only in overview.ONLY}
    assert asked["settle"] == ["8500"]
    assert asked["apart"] == ["8560"]
    everything = client.get("/hq?lang=en&only=look").text
    assert everything.index("8560</span>") < everything.index("8500</span>"), "what is in quarantine stands before what is to settle"
    shown = client.get("/hq/office/8500?lang=en").text
    assert item(1) in shown
    assert words("verdict.not_here", EN) in shown
    assert client.get("/hq/office/9999").headers["location"] == "/hq?lang=bn"


def _listed(client: TestClient, path: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/hq/office/([^?]+)\?', client.get(path).text)


def test_ten_thousand_offices_are_paged_in_order_and_asked_for_at_once(desk: Desk, client: TestClient) -> None:
    codes = populated(desk, 10_000)
    signed_in(desk, client)
    client.get("/hq")  # counts the parcels
    began = time.process_time()
    answer = client.get("/hq")
    assert time.process_time() - began < 1.5, "seconds of this machine's work"
    assert len(answer.content) < 80_000
    pages = 10_000 // overview.PAGE
    seen = [_listed(client, f"/hq?page={page}") for page in (1, 2, pages // 2, pages, pages + 5)]
    assert [len(found) for found in seen] == [overview.PAGE] * 5
    assert seen[3] == seen[4], "a page beyond the last is the last"
    counted = overview.Counted()
    country = desk.database.read(lambda sql: overview.country(sql, load_places(), counted, NOW))
    assert sorted(o.office for o in country.offices) == sorted(codes)
    order = [o.office for o in country.offices]
    assert [code for found in seen[:2] for code in found] == order[: 2 * overview.PAGE]
    levels = [o.level for o in country.offices]
    assert levels == sorted(levels, reverse=True)
    assert set(levels) == {overview.FINE, overview.LOOK, overview.STOP}
    assert country.heard + sum(NOW - o.heard_at > HOUR for o in country.offices) == 10_000
    assert _listed(client, "/hq?search=8500") == ["8500"]
    assert _listed(client, "/hq?search=pirojpur+sadar") == ["8500"]
    there = _listed(client, "/hq?district=Pirojpur")
    assert there
    assert {load_places().offices[code].district_en for code in there} == {"Pirojpur"}
    assert client.get("/hq?page=-1&only=<b>&district=<b>&search=<b>").text.count("<b>&") == 0


def test_sums_of_the_country_are_those_of_its_parcels(desk: Desk, client: TestClient) -> None:
    populated(desk, 30)
    counted = desk.database.read(lambda sql: overview.count(sql, NOW))
    rows = desk.database.read(lambda sql: sql.all("SELECT state, updated_at FROM parcel"))
    assert counted.states.total() == len(rows)
    assert counted.on_hand.total() == sum(state != "handed_over" for state, _ in rows)
    assert counted.old.total() == sum(state != "handed_over" and at < NOW - 7 * DAY for state, at in rows)
    cash = desk.database.read(lambda sql: sql.all("SELECT sum(amount) FROM posting WHERE amount > 0"))[0][0]
    assert counted.cash.total() == cash
    text = signed_in(desk, client).get("/hq?lang=en").text
    assert f"<dd>{counted.on_hand.total()}</dd>" in text


def test_parcels_are_not_counted_again_while_the_count_is_fresh(desk: Desk) -> None:
    clock = [0]
    counts = overview.Counts(lambda: clock[0], fresh_ms=5_000)
    assert counts.get(desk.database, NOW).states.total() == 0
    populated(desk, 5)
    clock[0] = 4_999
    assert counts.get(desk.database, NOW).states.total() == 0
    clock[0] = 5_000
    assert counts.get(desk.database, NOW).states.total() > 0


def test_the_map_has_every_district_once() -> None:
    assert set(overview.GRID) == {office.district_en for office in load_places().offices.values()}
    assert len(set(overview.GRID.values())) == len(overview.GRID) == 64
