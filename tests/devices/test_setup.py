"""The wizard's acts on real lines, with the label as it is really drawn; and what a counter has, folded from what happened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtWidgets import QApplication
from tests.devices.test_wizard import codes

from corner_app import setting_up
from corner_app.config import load, settings_file
from corner_app.devices.discover import Found
from corner_app.devices.identity import Identity, Named, Tcp
from corner_app.devices.profile import Profile
from corner_app.devices.proof import Patience
from corner_app.devices.setup import events as e
from corner_app.devices.setup import station as s
from corner_app.devices.setup.performing import Performer
from corner_app.devices.setup.state import Wizard
from corner_app.devices.setup.wizard import advance, begin, resume
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.printers import printer_of

NOW = 1_795_495_320_000
QUICK = Patience(1.0, 1.0, 2.0, 0.02)


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterSimulator]:
    """A ZPL printer on the network of this machine."""
    made, stop = PrinterSimulator(tmp_path / "labels"), threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    yield made
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def performer(book: Path, found: tuple[Found, ...] = ()) -> Performer:
    return Performer(
        lambda profile, paper, tag: setting_up.test_label(profile, paper, tag, NOW), setting_up.saver(book), attached=lambda: found, patience=QUICK,
        answer_s=0.5,
    )  # fmt: skip


def at(printer: PrinterSimulator) -> Identity:
    return Tcp(*printer.address)


class Setting:
    """A set-up that is carried out as it goes."""

    def __init__(self, acts: Performer, role: e.Role = "label") -> None:
        self.acts = acts
        self.now, effects = begin(role, setting_up.kit(), NOW)
        self._carry_out(effects)

    def do(self, *events: e.Event) -> Wizard:
        for event in events:
            self.now, effects = advance(self.now, event)
            self._carry_out(effects)
        return self.now

    def _carry_out(self, effects: tuple[e.Effect, ...]) -> None:
        for effect in effects:
            event = self.acts.do(effect)
            if event is not None:
                self.do(event)


def test_a_printer_is_set_up_over_a_real_line_and_its_label_read_from_its_paper(tmp_path: Path, printer: PrinterSimulator, qapp: QApplication) -> None:
    book = tmp_path / "corner.book"
    setting = Setting(performer(book))
    assert setting.now.trouble == "nothing_found"
    now = setting.do(e.Typed(f"127.0.0.1:{printer.address[1]}"))
    assert (now.step, now.answered, now.profile and now.profile.language) == ("language", True, "zpl")
    now = setting.do("next", "next")
    assert (now.step, now.by, len(printer.printed)) == ("scan", "printer", 1)
    with Image.open(printer.printed[0]) as paper:
        read = sorted({code.text for code in zxingcpp.read_barcodes(paper)})
    assert read == sorted(code.text for code in now.codes)
    now = setting.do(*(e.Heard(text, "serial") for text in read))
    assert [check.state for check in now.checks] == ["good"] * 4
    now = setting.do("next", "ladder")
    assert (len(now.rungs), len(printer.printed)) == (5, 6)
    now = setting.do(e.Heard(now.rungs[4][1][1].text), "next")
    assert now.step == "saved"
    kept = load(settings_file(book)).printer
    assert (kept.identity, kept.profile, kept.differs) == (str(at(printer)), now.model, {"darkness": 80})
    assert printer_of(kept).profile.darkness == 80


def test_a_label_that_was_printed_before_is_not_taken_for_the_fresh_one(tmp_path: Path, printer: PrinterSimulator, qapp: QApplication) -> None:
    setting = Setting(performer(tmp_path / "corner.book"))
    now = setting.do(e.Typed(str(at(printer))), "next", "next")
    first = now.codes[0].text
    assert setting.do("print", e.Heard(first)).reading == "older"


@pytest.mark.parametrize("fault", ["media_out", "head_open", "mute"])
def test_a_printer_with_a_fault_is_sent_nothing_and_says_which(tmp_path: Path, printer: PrinterSimulator, qapp: QApplication, fault: str) -> None:
    setting = Setting(performer(tmp_path / "corner.book"))
    setting.do(e.Typed(str(at(printer))), "next")
    printer.faults = {fault}
    now = setting.do("next")
    assert (now.step, now.trouble, printer.printed) == ("print", fault, [])
    printer.faults = set()
    assert setting.do("print").step == "scan"


def test_a_printer_that_is_gone_is_not_reached(tmp_path: Path, qapp: QApplication) -> None:
    now = Setting(performer(tmp_path / "corner.book")).do(e.Typed("127.0.0.1:1"))
    assert (now.step, now.trouble) == ("language", "refused")
    assert now.remedies


def test_a_printer_of_an_older_file_that_is_set_up_again_keeps_its_head_and_takes_the_new_darkness(tmp_path: Path) -> None:
    book = tmp_path / "corner.book"
    settings_file(book).write_text('[printer]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 9100\ndpi = 300\n', encoding="utf-8")
    for darkness in (55, 60):
        before = load(settings_file(book)).printer
        now, (effect,) = resume("label", setting_up.kit(), NOW, setting_up.identity_in(before), before.profile, printer_of(before).profile)
        assert isinstance(effect, e.Print)
        printed = codes(effect.labels[0][0])
        steps: tuple[e.Event, ...] = (e.Printed((printed,), "printer"), "darker", e.Heard(printed[0].text), "next", "next")
        saves: tuple[e.Effect, ...] = ()
        for event in steps:
            now, saves = advance(now, event)
        assert [setting_up.saver(book)(save) for save in saves if isinstance(save, e.Save)] == [e.Saved()]
        made = printer_of(load(settings_file(book)).printer).profile
        assert (made.dpi, made.width, made.height, made.darkness) == (300, 1200, 1800, darkness)


def test_a_folder_takes_labels_without_being_asked(tmp_path: Path, qapp: QApplication) -> None:
    setting = Setting(performer(tmp_path / "corner.book"))
    now = setting.do(e.Typed(f"file:{tmp_path / 'out'}"), e.Chosen(0), "next", "next")
    assert (now.step, now.by) == ("scan", "transport")
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_what_is_attached_is_offered(tmp_path: Path) -> None:
    found = Found(Named("path", "/dev/ttyS0"), "serial", "ttyS0")
    assert Setting(performer(tmp_path / "corner.book", (found,))).now.found == (e.Candidate(Named("path", "/dev/ttyS0"), "serial", "ttyS0"),)


def test_a_profile_whose_language_nobody_prints_is_named(tmp_path: Path) -> None:
    paper = e.Paper("4x6in", 203, 812, 1218)
    profile = msgspec.structs.replace(Profile(name="?", language="zpl"), language="latin")
    made = performer(tmp_path / "corner.book").do(e.Print(Tcp("127.0.0.1", 1), profile, paper, ((1, 50),)))
    assert made == e.NotPrinted("no_language")


def test_settings_that_cannot_be_read_are_not_overwritten(tmp_path: Path) -> None:
    book = tmp_path / "corner.book"
    settings_file(book).write_text("volume = 900\n", encoding="utf-8")
    answer = performer(book).do(e.Save("label", Tcp("127.0.0.1", 1), "network", "generic-zpl"))
    assert answer == e.NotSaved("bad_settings")
    assert settings_file(book).read_text(encoding="utf-8") == "volume = 900\n"


def test_the_labels_numbers_are_what_the_wizard_expects(qapp: QApplication) -> None:
    page = setting_up.test_label(Profile(name="ZPL", language="zpl"), e.Paper("4x6in", 203, 812, 1218), 123_456, NOW)
    assert {code.text for code in page.codes} == {code.text for code in codes(123_456)}


def test_the_settings_name_the_devices_before_anything_is_heard(tmp_path: Path) -> None:
    file = settings_file(tmp_path / "corner.book")
    file.write_text(
        '[printer]\ntransport = "tcp"\n[receipt_printer]\nidentity = "cups:r"\nprofile = "no-such"\n[scanner]\nport = "usb:05E0:1701:S1"\n', encoding="utf-8"
    )
    found = setting_up.devices(load(file))
    assert [(one.kind, one.name, one.word) for one in found] == [
        ("label_printer", "tcp:127.0.0.1:9100", "unknown"), ("receipt_printer", "cups:r", "bad_settings"), ("scanner", "wedge", "keyboard"),
        ("scanner", "usb:05E0:1701:S1", "unknown"),
    ]  # fmt: skip
    assert setting_up.forget(tmp_path / "corner.book", "cups:r")
    assert not setting_up.forget(tmp_path / "corner.book", "cups:r")
    assert setting_up.names(load(file)) == (("printer", "tcp:127.0.0.1:9100"), ("scanner", "usb:05E0:1701:S1"))


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("usb:05E0:1701:S1", ["/dev/ttyS2", "/dev/ttyS3"]), ("/dev/ttyS2", ["usb:05E0:1701:S1", "usb:05E0:1701:S1", "/dev/ttyS3"]),
        ("scanners", ["usb:05E0:1701:S1"]), ("scanner", ["usb:05E0:1701:S1", "/dev/ttyS2", "/dev/ttyS3"]),
    ],
)  # fmt: skip
def test_a_scanner_is_forgotten_from_whichever_table_names_it(tmp_path: Path, name: str, left: list[str]) -> None:
    book = tmp_path / "corner.book"
    settings_file(book).write_text(
        '[scanner]\nport = "usb:05E0:1701:S1"\n[[scanners]]\nidentity = "usb:05E0:1701:S1"\n[[scanners]]\nidentity = "/dev/ttyS2"\n'
        '[[scanners]]\nidentity = "/dev/ttyS3"\nrole = "intake"\n',
        encoding="utf-8",
    )
    assert setting_up.forget(book, name)
    assert [known for _, known in setting_up.names(load(settings_file(book)))] == left
    assert not setting_up.forget(book, name)


def test_each_device_is_judged_alone_and_a_wrong_one_says_its_line(tmp_path: Path) -> None:
    file = settings_file(tmp_path / "corner.book")
    file.write_text(
        '[printer]\nidentity = "tcp:no-port"\n[receipt_printer]\nidentity = "tcp:192.0.2.7:9100"\nprofile = "generic-escpos-80"\n'
        '[scanner]\nport = "usb:no:hex"\n[[scanners]]\nidentity = "path:/dev/ttyS1"\nkind = "hid_pos"\n[[scanners]]\nidentity = "/dev/ttyS2"\n'
        '[scale]\nidentity = "usb:zz"\n',
        encoding="utf-8",
    )
    found = {(one.kind, one.name): one for one in setting_up.devices(load(file))}
    assert {key: (one.word, one.why) for key, one in found.items() if one.word == "bad_settings"} == {
        ("label_printer", "tcp:no-port"): ("bad_settings", "identity = 'tcp:no-port'"),
        ("scanner", "usb:no:hex"): ("bad_settings", "identity = 'usb:no:hex'"),
        ("scanner", "path:/dev/ttyS1"): ("bad_settings", "identity = 'path:/dev/ttyS1'"),
        ("scale", "usb:zz"): ("bad_settings", "identity = 'usb:zz'"),
    }
    assert [name for (_, name), one in found.items() if one.word == "unknown" and one.kind != "drawer"] == ["tcp:192.0.2.7:9100", "/dev/ttyS2"]
    assert all(one.tone == "look" for one in found.values() if one.word == "bad_settings")


def test_a_line_that_two_devices_are_to_have_belongs_to_the_first(tmp_path: Path) -> None:
    file = settings_file(tmp_path / "corner.book")
    file.write_text(
        '[printer]\ntransport = "serial"\npath = "/dev/ttyS1"\n[receipt_printer]\nidentity = "path:/dev/ttyS1"\nprofile = "generic-escpos-80"\n'
        '[[scanners]]\nidentity = "/dev/ttyS1"\n[[scanners]]\nidentity = "/dev/ttyS2"\n[[scanners]]\nidentity = "path:/dev/ttyS2"\n'
        '[scale]\nidentity = "/dev/ttyS2"\n',
        encoding="utf-8",
    )
    found = [(one.kind, one.name, one.word) for one in setting_up.devices(load(file)) if one.name != "wedge"]
    assert found == [
        ("label_printer", "path:/dev/ttyS1", "unknown"), ("receipt_printer", "path:/dev/ttyS1", "unknown"), ("drawer", "path:/dev/ttyS1#drawer", "unknown"),
        ("scanner", "/dev/ttyS1", "twice"), ("scanner", "/dev/ttyS2", "unknown"), ("scanner", "path:/dev/ttyS2", "twice"), ("scale", "/dev/ttyS2", "twice"),
    ]  # fmt: skip


# The counter

PRINTER, SCANNER = s.Device("label_printer", "tcp:192.0.2.7:9100", "TSC", "network"), s.Device("scanner", "usb:05E0:1701:S1", way="serial")
START = s.folded((s.Added(PRINTER, NOW), s.Added(SCANNER, NOW)))


def test_devices_stand_in_the_order_of_their_kinds() -> None:
    assert [device.kind for device in START.devices] == ["scanner", "label_printer"]


def test_a_printers_condition_is_shown_and_logged_once() -> None:
    station = s.folded([s.PrinterIs(PRINTER.name, "media_out", NOW + n) for n in range(5)] + [s.PrinterIs(PRINTER.name, "ready", NOW + 9)], START)
    assert [line.word for line in station.log_of(PRINTER.name)] == ["added", "media_out", "ready"]
    device = station.device(PRINTER.name)
    assert device is not None
    assert (device.word, device.tone, device.at) == ("ready", "good", NOW + 9)


@pytest.mark.parametrize(
    ("event", "tone"),
    [
        (s.PrinterIs(PRINTER.name, "ready", NOW, ("media_low",)), "look"), (s.PrinterIs(PRINTER.name, "testing", NOW), "busy"),
        (s.PrinterIs(PRINTER.name, "mute", NOW), "look"), (s.PrinterIs(PRINTER.name, "simulated", NOW), "stop"),
    ],
)  # fmt: skip
def test_mute_is_not_ready_and_low_paper_is_seen_before_it_is_out(event: s.StationEvent, tone: str) -> None:
    device = s.fold(START, event).device(PRINTER.name)
    assert device is not None
    assert device.tone == tone


def test_scans_are_counted_and_the_newest_stands_first() -> None:
    station = s.folded((s.Scanned(s.ScanSeen(NOW + n, SCANNER.name, f"CP{n}", again_ms=600 if n else None)) for n in range(s.SCANS + 5)), START)
    device = station.device(SCANNER.name)
    assert device is not None
    assert (device.count, device.word, len(station.scans), station.scans[0].text) == (s.SCANS + 5, "connected", s.SCANS, f"CP{s.SCANS + 4}")
    assert [device.count for device in s.new_day(station).devices] == [0, 0]


def test_a_scanner_nobody_named_is_there_once_it_scans() -> None:
    station = s.fold(START, s.Scanned(s.ScanSeen(NOW, "usb:0C2E:0B6A:9", "CP104722182BD")))
    assert station.device("usb:0C2E:0B6A:9") is not None


def test_a_buyers_pickup_code_is_shown_to_nobody() -> None:
    station = s.fold(START, s.Scanned(s.ScanSeen(NOW, SCANNER.name, "BDP/CP104722182BD/481720", raw=b"]Q1BDP/CP104722182BD/481720\r")))
    assert "481720" not in repr(station)
    assert station.scans[0].text == "BDP/CP104722182BD/…"


def test_a_scale_that_moves_fills_no_log() -> None:
    scale = s.Device("scale", "path:/dev/ttyS1")
    readings = [s.ScaleIs(scale.name, "unstable", NOW)] + [s.ScaleIs(scale.name, "stable", NOW + n, 100 + n) for n in range(50)]
    station = s.folded(readings, s.fold(START, s.Added(scale, NOW)))
    device = station.device(scale.name)
    assert device is not None
    assert (device.grams, [line.word for line in station.log_of(scale.name)]) == (149, ["added", "unstable", "stable"])


def test_the_drawer_keeps_the_reason_it_was_opened_for() -> None:
    drawer = s.Device("drawer", "cups:r#drawer")
    station = s.folded((s.Added(drawer, NOW), s.DrawerIs(drawer.name, "open", NOW + 1, "float"), s.DrawerIs(drawer.name, "closed", NOW + 2)))
    device = station.device(drawer.name)
    assert device is not None
    assert (device.word, device.reason, device.at) == ("closed", "float", NOW + 1)


def test_what_is_said_of_one_device_changes_no_other_of_the_same_name() -> None:
    devices = [s.Device(kind, "path:/dev/ttyS1") for kind in s.KINDS]
    station = s.folded(s.Added(device, NOW) for device in devices)
    said: tuple[tuple[s.StationEvent, frozenset[s.Kind]], ...] = (
        (s.ScannerIs("path:/dev/ttyS1", "connected", NOW), frozenset({"scanner"})),
        (s.PrinterIs("path:/dev/ttyS1", "ready", NOW), frozenset({"label_printer", "receipt_printer"})),
        (s.ScaleIs("path:/dev/ttyS1", "stable", NOW, 100), frozenset({"scale"})),
        (s.DrawerIs("path:/dev/ttyS1", "closed", NOW), frozenset({"drawer"})),
        (s.Scanned(s.ScanSeen(NOW, "path:/dev/ttyS1", "CP104722182BD")), frozenset({"scanner"})),
        (s.PrinterPrinted("path:/dev/ttyS1", "printed", NOW), frozenset({"label_printer", "receipt_printer"})),
    )
    for event, of in said:
        after = s.fold(station, event)
        assert {new.kind for old, new in zip(station.devices, after.devices, strict=True) if old != new} == of, event
    both = s.fold(station, s.ScaleIs("path:/dev/ttyS1", "stable", NOW, 100))
    moved = s.fold(both, s.ScaleIs("path:/dev/ttyS1", "stable", NOW, 200))
    assert [device.grams for device in moved.devices] == [None, None, None, 200, None]


NAMES = st.sampled_from((PRINTER.name, SCANNER.name, "stranger"))
EVENTS = st.one_of(
    st.builds(s.Added, st.sampled_from((PRINTER, SCANNER)), st.integers(0, 9)), st.builds(s.Forgotten, st.sampled_from(s.KINDS), NAMES, st.integers(0, 9)),
    st.builds(s.PrinterIs, NAMES, st.sampled_from(("ready", "mute")), st.integers(0, 9)),
    st.builds(s.PrinterPrinted, NAMES, st.just("printed"), st.integers(0, 9)),
    st.builds(s.ScannerIs, NAMES, st.sampled_from(("connected", "lost")), st.integers(0, 9)), st.builds(s.ScanNoise, NAMES, st.integers(0, 9)),
    st.builds(s.Scanned, st.builds(s.ScanSeen, st.integers(0, 9), NAMES, st.text(max_size=5))), st.builds(s.ScaleIs, NAMES, st.just("over"), st.integers(0, 9)),
)  # fmt: skip


@given(st.lists(EVENTS, max_size=60))
def test_the_log_never_grows_beyond_its_length_and_no_device_stands_twice(events: list[s.StationEvent]) -> None:
    station = s.folded(events * 6)
    assert len(station.log) <= s.LOG
    assert len({(device.kind, device.name) for device in station.devices}) == len(station.devices)
    assert [s.KINDS.index(device.kind) for device in station.devices] == sorted(s.KINDS.index(device.kind) for device in station.devices)
