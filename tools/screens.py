"""Draws every screen from prepared values equal to the design's pictures, in both languages and in the dark, into docs/screens.

    make screens                 all of them
    python tools/screens.py -o DIR --percent 150 receive sort

Lay each beside its target and look. Runs without a display.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from collections.abc import Callable
from dataclasses import replace

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage, QPainter  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from corner_app.desk.views import Header, SyncView, Today  # noqa: E402
from corner_app.domain.outcome import Outcome, Tone  # noqa: E402
from corner_app.domain.scan import Scan  # noqa: E402
from corner_app.i18n import Language  # noqa: E402
from corner_app.reports.figures import Names, Report  # noqa: E402
from corner_app.reports.marks import WIDTH  # noqa: E402
from corner_app.reports.pages import lay  # noqa: E402
from corner_app.reports.pdf import PaperRuler, paint  # noqa: E402
from corner_app.ui.main_window import MainWindow  # noqa: E402
from corner_app.ui.theme import Look  # noqa: E402
from tests.reports import samples as r  # noqa: E402
from tests.ui import prepared as p  # noqa: E402
from tests.ui import prepared_close as k  # noqa: E402
from tests.ui import prepared_devices as d  # noqa: E402
from tests.ui import prepared_reports as q  # noqa: E402

Scene = Callable[[Look], MainWindow]


def receive(look: Look, *outcomes: Outcome) -> MainWindow:
    """A bag open, 37 of 42 there, one more parcel scanned."""
    port = p.PreparedPort(bag=p.BAG, last_scans=p.LAST_SCANS)
    window = p.window(port, look)
    window.resume("receive", p.BAG_NUMBER)
    for outcome in outcomes or (p.RECEIVED,):
        port.reply = lambda command, said=outcome: said
        window.on_scan(Scan(outcome.item or "8801942117730"))
    return window


def receive_stop(look: Look) -> MainWindow:
    """A number whose check digit is wrong."""
    return receive(look, p.RECEIVED, p.WRONG_DIGIT)


def receive_idle(look: Look) -> MainWindow:
    """Before the first scan of a day."""
    return p.window(p.PreparedPort(), look)


def sort(look: Look) -> MainWindow:
    """A parcel for another office, into its bag."""
    port = p.PreparedPort(bins=p.BINS)
    window = p.window(port, look, p.NOW + 28 * p.MINUTE)
    window.open("sort")
    port.reply = lambda command: p.SORTED
    window.on_scan(Scan("CP104722315BD"))
    return window


def handover(look: Look) -> MainWindow:
    """Four of the six digits typed."""
    window = p.window(p.PreparedPort(waiting=p.WAITING), look, p.NOW + 70 * p.MINUTE)
    window.open("handover")
    window.on_scan(Scan("CP104722182BD"))
    for digit in "4817":
        window.on_key(digit)
    return window


def handover_money(look: Look) -> MainWindow:
    """Code typed, two thousand taka given."""
    window = handover(look)
    for digit in "202000":
        window.on_key(digit)
    return window


def handover_basket(look: Look) -> MainWindow:
    """Three parcels, one of them left with a reason, the others paid with two thousand taka; the post's fee is a line of its own."""
    window = p.window(p.PreparedPort(waiting=p.WITH_FEES), look, p.NOW + 70 * p.MINUTE)
    window.open("handover")
    window.on_scan(Scan("CP104722182BD"))
    for key in ("Space", *"481720", "Down", "Down", "Down", "R", "7", *"2000"):
        window.on_key(key)
    return window


def handover_mobile(look: Look) -> MainWindow:
    """Paid by mobile, as its transaction id claims."""
    window = handover(look)
    for key in ("2", "0", "M"):
        window.on_key(key)
    window.asking.fields[0].setText("9HM4W2K7XQ")
    window.on_key("Enter")
    return window


def handover_unknown(look: Look) -> MainWindow:
    """The disk failed when the handover may have been written already."""
    port = p.PreparedPort(waiting=p.WAITING)
    port.reply = lambda command: Outcome(Tone.STOP, "disk_error")
    window = p.window(port, look, p.NOW + 70 * p.MINUTE)
    window.open("handover")
    window.on_scan(Scan("CP104722182BD"))
    for key in (*"4817202000", "Ctrl+Enter"):
        window.on_key(key)
    return window


def search(look: Look) -> MainWindow:
    """One parcel found by a part of its number."""
    window = p.window(p.PreparedPort(find=p.FOUND[:1], view=p.VIEW), look, p.NOW + 6 * p.MINUTE)
    window.open("search")
    window.on_scan(Scan("4722218"))
    return window


def search_found(look: Look) -> MainWindow:
    """Several parcels: one only saved here, one at the centre, one that a newer program wrote of."""
    window = p.window(p.PreparedPort(find=(*p.FOUND, p.NEWER), view=None), look, p.NOW + 6 * p.MINUTE)
    window.open("search")
    window.on_scan(Scan("4719"))
    return window


def home(look: Look, today: Today = p.TODAY, header: Header = p.HEADER) -> MainWindow:
    """The day at 10:48."""
    window = p.window(p.PreparedPort(today=today, header=header), look, p.NOW + 6 * p.MINUTE)
    window.header.show_device("printer", "mute")
    window.open("today")
    return window


def home_attention(look: Look) -> MainWindow:
    """The centre said something of an entry, and this PC's clock is 17 minutes fast."""
    today = replace(p.TODAY, attention=(p.MISPLACED, replace(p.MISPLACED, code="duplicate_of")))
    return home(look, today, replace(p.HEADER, phase="idle", trouble="clock_wrong:17", skew_ms=17 * p.MINUTE, attention=2))


def printqueue(look: Look) -> MainWindow:
    """A label nobody knows the fate of, a printer that fell silent, and one that is well but for its paper."""
    window = p.window(p.PreparedPort(prints=p.PRINTS, printers=p.PRINTERS), look, p.NOW + 4 * p.MINUTE)
    window.header.show_device("printer", "mute")
    window.open("devices")
    return window


def sync(look: Look, view: SyncView = p.SYNC) -> MainWindow:
    """The link is back; what waited is being sent."""
    header = Header(view.unsent, view.oldest_at, view.entries, 72, view.phase, view.trouble)
    window = p.window(p.PreparedPort(sync=view, header=header), look, p.AFTERNOON)
    window.open("sync")
    return window


def sync_waiting(look: Look) -> MainWindow:
    """No link."""
    return sync(look, replace(p.SYNC, phase="waiting", trouble="unreachable", sent=0, of=0, rate=0, next_try=p.AFTERNOON + 3 * p.MINUTE))


SCENES: dict[str, Scene] = {
    "receive": receive,
    "receive-stop": receive_stop,
    "receive-look": lambda look: receive(look, p.MISSENT),
    "receive-again": lambda look: receive(look, p.AGAIN),
    "receive-idle": receive_idle,
    "sort": sort,
    "handover": handover,
    "handover-money": handover_money,
    "handover-basket": handover_basket,
    "handover-mobile": handover_mobile,
    "handover-unknown": handover_unknown,
    "search": search,
    "search-found": search_found,
    "home": home,
    "home-attention": home_attention,
    "printqueue": printqueue,
    "sync": sync,
    "sync-waiting": sync_waiting,
    "sync-stop": lambda look: sync(look, replace(p.SYNC, phase="needs_help", trouble="not_our_centre", sent=0, of=0, rate=0)),
    "sync-attention": lambda look: sync(look, p.AT_CENTRE),
    "sync-not-enrolled": lambda look: sync(look, p.NOT_ENROLLED),
    "home-morning": k.home,
    "dayclose": k.short,
    "dayclose-morning": k.morning,
    "dayclose-blind": k.blind,
    "dayclose-good": k.good,
    "dayclose-moved": k.moved,
    "dayclose-full": k.full,
    "dayclose-closed": k.closed,
    "dayclose-waits": k.waits,
    "dayclose-cash": k.cash,
    "dayclose-pouch": k.pouch_in,
    "devices": d.at_scan,
    "devices-find": d.found,
    "devices-layout": d.other_layout,
    "devices-darkness": d.at_darkness,
    "devices-scanner": d.scanner_page,
    "devices-manual": d.manual_page,
    "devices-printer": d.printer_page,
    "devices-sound": d.sound_page,
    **q.SCENES,
}
SHEETS: dict[str, Scene] = {"dayclose-pin": k.pin, "dayclose-open": k.opening, "dayclose-sure": k.sure}
"""Questions over a screen; they are answered before the language is changed."""
PAPERS: dict[str, tuple[Report, Names]] = {
    "report": (r.DAY, r.NAMES),
    "report-empty": (r.NOTHING, r.NAMES),
    "report-large": (r.large(), r.NAMES),
    "report-faulty": (replace(r.DAY, training=True, closed=False, faults=("ledger_unequal",)), r.named(r.LONG_NAME)),
}
DRESSES = {"": (Language.BN, False), "-en": (Language.EN, False), "-dark": (Language.BN, True)}


def draw(scene: Scene, language: Language, *, dark: bool, percent: int, target: pathlib.Path) -> None:
    """One scene as a PNG of 1366x768."""
    window = scene(Look(language, dark=dark, percent=percent))
    window.resize(1366, 768)
    window.grab().save(str(target))
    window.close()
    window.deleteLater()


def paper(report: Report, names: Names, language: Language, stem: pathlib.Path, most: int = 2) -> None:
    """The first pages of a report at 1000 dots of width, as the design's picture."""
    for page in lay(report, names, language, PaperRuler())[:most]:
        image = QImage(1000, 1414, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        paint(painter, page, 1000 / WIDTH)
        painter.end()
        image.save(str(stem.with_name(f"{stem.name}-{page.number}{'' if language is Language.BN else '-en'}.png")))


def main() -> int:
    """Draws what is asked for."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("names", nargs="*", choices=[*SCENES, *SHEETS, *PAPERS, []], default=[])
    asked.add_argument("-o", "--out", type=pathlib.Path, default=ROOT / "docs" / "screens")
    asked.add_argument("--percent", type=int, default=100)
    options = asked.parse_args()
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    options.out.mkdir(parents=True, exist_ok=True)
    scenes = SCENES | SHEETS
    for name in options.names or [*scenes, *PAPERS]:
        if name in PAPERS:
            for language in Language:
                paper(*PAPERS[name], language, options.out / name)
            continue
        for suffix, (language, dark) in DRESSES.items():
            draw(scenes[name], language, dark=dark, percent=options.percent, target=options.out / f"{name}{suffix}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
