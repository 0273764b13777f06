"""Draws the centre's web pages from a prepared country, in both languages, light and dark, on a phone and on a desk, into docs/screens.

    python tools/page_screens.py [-o DIR]

Serves them to the system's Chromium on this machine only.
"""

from __future__ import annotations

import argparse
import pathlib
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import uvicorn  # noqa: E402
from playwright.sync_api import Browser  # noqa: E402

from central_server.app import make_app  # noqa: E402
from central_server.pages import access  # noqa: E402
from central_server.storage.database import Database, connect  # noqa: E402
from corner_app.reference import load_places  # noqa: E402
from tests.centre.offices import opened, prepare  # noqa: E402
from tests.centre.pages_scene import NOW, chromium, populated, travelled  # noqa: E402

PHONE, DESK = 360, 1280
PICTURES = (
    ("track-{}", PHONE, "light", "/track/{item}?"),
    ("track-{}-wide", DESK, "light", "/track/{item}?"),
    ("track-{}-dark", PHONE, "dark", "/track/{item}?"),
    ("track-unknown-{}", PHONE, "light", "/track/CP000000000BD?"),
    ("hq-{}", DESK, "light", "/hq?"),
    ("hq-{}-phone", PHONE, "light", "/hq?only=look&district=Patuakhali&"),
    ("hq-{}-dark", DESK, "dark", "/hq?district=Patuakhali&"),
    ("hq-office-{}", DESK, "light", "/hq/office/8500?"),
    ("hq-login-{}", PHONE, "light", "/hq/login?"),
)
"""Name of the file, width in pixels, colours, and the page; for each language."""


def main() -> int:
    """Draws them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--out", type=pathlib.Path, default=ROOT / "docs" / "screens")
    out: pathlib.Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/centre.db"
        prepare(url)
        database = connect(url)
        desk = opened(database)
        item = travelled(desk)["item_id"]
        populated(desk, 1_349)
        key = database.write(lambda sql: access.add(sql, "নাসরিন সুলতানা"))
        with _served(database) as address, chromium() as browser:
            for language in ("bn", "en"):
                for name, width, scheme, path in PICTURES:
                    where = f"{address}{path.format(item=item)}lang={language}"
                    _draw(browser, address, key, where, out / f"{name.format(language)}.png", width, dark=scheme == "dark")
        database.close()
    return 0


@contextmanager
def _served(database: Database) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(database, load_places(), clock=lambda: NOW), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _draw(browser: Browser, address: str, key: str, where: str, file: pathlib.Path, width: int, *, dark: bool) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", java_script_enabled=False)
    page = context.new_page()
    if "/hq" in where and "/hq/login" not in where:
        page.goto(f"{address}/hq/login")
        page.fill("#key", key)
        page.click("main button")
    page.goto(where)
    page.screenshot(path=file, full_page=True)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
