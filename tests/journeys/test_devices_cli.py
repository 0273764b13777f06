"""`corner-app devices` as a technician starts it: a real process, a printer on a real socket, a scanner on a real terminal line."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from corner_app.config import load, settings_file
from corner_app.devices.simulators.printer import PrinterSimulator
from corner_app.devices.simulators.scanner import ScannerSimulator
from corner_app.devices.simulators.scanners.ssi import SsiScannerSimulator
from corner_app.i18n import Language, words

DONE, NO, TROUBLE, USAGE = 0, 1, 2, 64
PATIENCE_S = 30.0


class Program:
    """`corner-app --book FILE devices …`, in English."""

    def __init__(self, book: Path) -> None:
        self.book = book

    def start(self, *arguments: str, language: Language = Language.EN) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "corner_app", "--book", str(self.book), "--language", language.value, "devices", *arguments]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")

    def __call__(self, *arguments: str, stdin: str = "", language: Language = Language.EN) -> tuple[int, str, str]:
        return ended(self.start(*arguments, language=language), stdin)


def ended(process: subprocess.Popen[str], stdin: str = "") -> tuple[int, str, str]:
    said, complained = process.communicate(stdin, timeout=PATIENCE_S)
    return process.returncode, said, complained


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "corner.book")


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterSimulator]:
    made, stop = PrinterSimulator(tmp_path / "labels"), threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    yield made
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[ScannerSimulator]:
    made = ScannerSimulator(tmp_path / "scanner")
    yield made
    made.close()


def until(met: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Waits for it, or for the program's end."""
    ends, turn = time.monotonic() + PATIENCE_S, threading.Event()
    while not met():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends
        turn.wait(0.02)


def code_on(label: Path) -> str:
    """The number in the thickest bars."""
    with Image.open(label) as paper:
        bars = [code for code in zxingcpp.read_barcodes(paper) if code.format == zxingcpp.BarcodeFormat.Code128]
    return max(bars, key=lambda code: code.position.top_right.x - code.position.top_left.x).text


def listens(process: subprocess.Popen[str], scanner: ScannerSimulator) -> None:
    """Waits until the program has the scanner's line open, and says so."""
    assert process.stderr is not None
    assert process.stderr.readline() == f"{scanner.link}: {words('device_is.connected', Language.EN)}\n"


def at(printer: PrinterSimulator) -> str:
    return f"127.0.0.1:{printer.address[1]}"


def last(said: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(said.splitlines()[-1])
    return made


def test_a_printer_is_set_up_at_once_and_its_label_scanned_on_the_serial_line(program: Program, printer: PrinterSimulator, scanner: ScannerSimulator) -> None:
    settings_file(program.book).write_text('language = "en"  # kept\n\n[printer]\ntransport = "tcp"\nhost = "192.0.2.1"\n', encoding="utf-8")
    process = program.start("set-up", "--json", "--at", at(printer), "--darkness", "70", "--scanner", str(scanner.link), "--wait", "25")
    until(lambda: len(printer.printed) == 1, process)
    listens(process, scanner)
    scanner.scan(code_on(printer.printed[0]))
    code, said, complained = ended(process)
    made = last(said)
    assert (code, complained, made["step"], made["trouble"]) == (DONE, "", "saved", "")
    assert made["checks"] == {"printed": "good", "size": "good", "read": "open", "letters": "good"}
    kept = load(settings_file(program.book))
    assert (kept.printer.identity, kept.printer.transport, kept.printer.differs) == (f"tcp:{at(printer)}", "", {"darkness": 70})
    assert settings_file(program.book).read_text(encoding="utf-8").startswith('language = "en"  # kept\n')
    # What was kept is there, and how it is.
    code, said, _ = program("list", "--json")
    found = {device["kind"]: device for device in last(said)["devices"]}
    assert (code, found["label_printer"]["word"], found["label_printer"]["name"]) == (DONE, "ready", f"tcp:{at(printer)}")
    printer.faults = {"media_out"}
    code, said, _ = program("list")
    assert code == NO
    assert f"{words('device.label_printer', Language.EN)}: {words('device_is.media_out', Language.EN)}" in said
    # Tested again without paper, nothing is printed; its remedy is said.
    code, said, _ = program("test", "label")
    assert (code, len(printer.printed)) == (NO, 1)
    assert words("setup_do.load_paper", Language.EN) in said
    # And forgotten.
    code, said, _ = program("forget", f"tcp:{at(printer)}")
    assert (code, load(settings_file(program.book)).printer.there) == (DONE, False)
    code, said, complained = program("forget", "printer")
    assert (code, said, complained) == (NO, "", words("device.no_such", Language.EN, name="printer") + "\n")


def test_step_by_step_a_line_at_a_time(program: Program, printer: PrinterSimulator) -> None:
    process = program.start("set-up")
    assert process.stdin is not None

    def type_(line: str) -> None:
        assert process.stdin is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()

    type_(at(printer))
    type_("")
    type_("")
    until(lambda: len(printer.printed) == 1, process)
    first = code_on(printer.printed[0])
    type_("x")
    type_("p")
    until(lambda: len(printer.printed) == 2, process)
    type_(first)
    type_(code_on(printer.printed[1]))
    type_("")
    code, said, complained = ended(process, "+\n\n")
    assert (code, complained) == (DONE, "")
    for key in ("setup.told", "setup.paper", "setup_trouble.nothing_came", "setup.scan", "setup_trouble.older", "setup_do.scan_fresh", "setup.saved"):
        assert words(key, Language.EN) in said, key
    assert load(settings_file(program.book)).printer.differs == {"darkness": 55}


@pytest.mark.parametrize(("scanned", "reading"), [("cp104722182bd", "other_code"), ("ক্ষক্ষক্ষ", "garbled"), ("", "")])
def test_a_scan_that_is_not_the_labels_keeps_nothing(program: Program, printer: PrinterSimulator, scanned: str, reading: str) -> None:
    code, said, _ = program("set-up", "--json", "--at", at(printer), stdin=f"{scanned}\n" if scanned else "")
    made = last(said)
    assert (code, made["step"], made["reading"], bool(made["remedies"])) == (NO, "scan", reading, bool(reading))
    assert not settings_file(program.book).exists()


@pytest.mark.parametrize(
    ("options", "code", "names"),
    [
        (("--model", "zebra-zd421"), "device_no_such_model", ("zebra-zd421-203", "generic-zpl", "generic-tspl")),  # of none
        (("--model", "generic-tspl"), "device_no_such_model", ("zebra-zd421-203", "generic-zpl")),  # of another language than it answers
        (("--paper", "4x6"), "device_no_such_paper", ("4x6in", "3x2in", "58mm", "80mm")),
        (("--paper", "80mm"), "device_no_such_paper", ("4x6in",)),  # not one for a label
    ],
)
def test_a_model_or_paper_there_is_not_is_refused_with_the_choices(
    program: Program, printer: PrinterSimulator, options: tuple[str, str], code: str, names: tuple[str, ...]
) -> None:
    done, _, complained = program("set-up", "--at", at(printer), "--no-scan", *options)
    assert done == TROUBLE
    before, _, after = words(f"trouble.{code}", Language.EN, name=options[1], names="|").partition("|")
    assert complained.startswith(before)
    choices = complained.removeprefix(before).removesuffix(after + "\n").split(", ")
    assert set(names) <= set(choices)
    assert options[1] not in choices
    assert printer.printed == []
    assert not settings_file(program.book).exists()


def test_what_is_chosen_beforehand_wants_an_address_and_a_darkness_is_a_percentage(program: Program) -> None:
    done, _, complained = program("set-up", "--model", "generic-zpl", "--no-scan")
    assert (done, complained) == (TROUBLE, words("trouble.device_without_address", Language.EN, options="--model, --no-scan") + "\n")
    for wrong in ("101", "-5", "dark"):
        done, _, complained = program("set-up", "--at", "127.0.0.1:1", f"--darkness={wrong}")
        assert (done, "0 to 100" in complained) == (USAGE, True), complained


def test_what_is_asked_says_what_it_speaks_and_what_is_gone_says_so(program: Program, printer: PrinterSimulator) -> None:
    code, said, _ = program("find", "--json", at(printer), "127.0.0.1:1")
    here, gone = last(said)["found"]
    assert (code, here["language"], here["trouble"], gone["trouble"]) == (NO, "zpl", "", "refused")
    assert printer.printed == []
    code, said, complained = program("find", "no address")
    assert (code, said, complained) == (NO, "", words("setup_trouble.bad_address", Language.EN) + "\n")


@pytest.mark.parametrize("lang", [Language.BN, Language.EN])
def test_why_a_printer_is_off_is_said_in_words(program: Program, lang: Language) -> None:
    settings_file(program.book).write_text('[printer]\nidentity = "tcp:127.0.0.1:1"\n', encoding="utf-8")
    code, said, _ = program("list", language=lang)
    line = next(line for line in said.splitlines() if line.startswith(words("device.label_printer", lang)))
    assert code == NO
    assert words("setup_trouble.refused", lang) in line
    assert "refused" not in line


@pytest.mark.parametrize("lang", [Language.BN, Language.EN])
def test_one_wrong_identity_hides_no_other_device_and_is_said_in_words(program: Program, printer: PrinterSimulator, tmp_path: Path, lang: Language) -> None:
    line = tmp_path / "line"
    line.touch()
    settings_file(program.book).write_text(
        f'[printer]\nidentity = "tcp:nowhere"\n[receipt_printer]\nidentity = "tcp:{at(printer)}"\nprofile = "generic-zpl"\n'
        f'[[scanners]]\nidentity = "usb:no:hex"\n[[scanners]]\nidentity = "{line}"\n[scale]\nidentity = "{line}"\n',
        encoding="utf-8",
    )
    code, said, complained = program("list", language=lang)
    assert (code, complained) == (NO, "")
    shown = {text.rpartition(" · ")[2]: text for text in said.splitlines() if not text.startswith(words("device.scale", lang))}
    wrong = words("device_is.bad_settings", lang)
    for name in ("tcp:nowhere", "usb:no:hex"):
        assert f": {wrong} ({words('device.in_settings', lang, line=f'identity = {name!r}')})" in shown[name]
    assert f": {words('device_is.ready', lang)} · " in shown[f"tcp:{at(printer)}"]
    assert f": {words('device_is.connected', lang)} · " in shown[str(line)]
    assert f"{words('device.scale', lang)}: {words('device_is.twice', lang)}" in said
    code, said, _ = program("list", "--json", language=lang)
    assert {(one["kind"], one["name"]) for one in last(said)["devices"] if one["word"] in ("bad_settings", "twice")} == {
        ("label_printer", "tcp:nowhere"), ("scanner", "usb:no:hex"), ("scale", str(line)),
    }  # fmt: skip


def test_scans_are_shown_as_they_come_and_a_repeat_is_said(program: Program, scanner: ScannerSimulator) -> None:
    process = program.start("scan", "--json", "--count", "3", "--scanner", str(scanner.link), "--wait", "25")
    listens(process, scanner)
    for text in ("]C0CP104722182BD", "]C0CP104722182BD", "]Q1BDP/CP104722182BD/481720"):
        scanner.scan(text)
    code, said, _ = ended(process)
    scans = [json.loads(line) for line in said.splitlines()]
    assert (code, [(scan["text"], scan["aim"]) for scan in scans[:2]]) == (DONE, [("CP104722182BD", "C0")] * 2)
    assert scans[0]["again_ms"] is None
    assert scans[1]["again_ms"] is not None
    assert scans[2]["text"] == "BDP/CP104722182BD/…"
    code, said, _ = program("scan", "--scanner", "-", stdin="CP104722182BD\n")
    assert (code, said.partition(" · ")[0]) == (DONE, "CP104722182BD")


def test_scanners_with_tables_of_their_own_are_read_together_and_a_wrong_one_is_said(program: Program, scanner: ScannerSimulator, tmp_path: Path) -> None:
    ssi, stop = SsiScannerSimulator(tmp_path / "ssi"), threading.Event()
    thread = threading.Thread(target=ssi.run, args=(stop,))
    thread.start()
    settings_file(program.book).write_text(
        f'[[scanners]]\nidentity = "{scanner.link}"\n[[scanners]]\nidentity = "{ssi.link}"\nkind = "ssi"\n[[scanners]]\nidentity = "usb:no:hex"\n',
        encoding="utf-8",
    )
    process = program.start("scan", "--json", "--count", "2", "--wait", "25")
    assert process.stderr is not None
    heard = {process.stderr.readline().strip() for _ in range(3)}
    wrong = words("trouble.bad_settings", Language.EN, file="corner.toml", why="identity = 'usb:no:hex'")
    assert heard == {wrong, *(f"{one}: {words('device_is.connected', Language.EN)}" for one in (scanner.link, ssi.link))}
    scanner.scan("CP104722182BD")
    ssi.scan("CP104722205BD")
    code, said, _ = ended(process)
    assert (code, {(one["text"], one["scanner"]) for one in map(json.loads, said.splitlines())}) == (
        DONE, {("CP104722182BD", str(scanner.link)), ("CP104722205BD", str(ssi.link))},
    )  # fmt: skip
    stop.set()
    thread.join(10)


def test_the_label_of_a_set_up_and_of_a_test_is_scanned_by_a_scanner_with_its_own_table(
    program: Program, printer: PrinterSimulator, scanner: ScannerSimulator
) -> None:
    settings_file(program.book).write_text(f'[[scanners]]\nidentity = "{scanner.link}"\nprefix = "~"\n', encoding="utf-8")
    for n, command in enumerate((("set-up", "--json", "--at", at(printer)), ("test", "--json", "label"))):
        process = program.start(*command, "--wait", "25")
        until(lambda n=n: len(printer.printed) == n + 1, process)  # type: ignore[misc]
        listens(process, scanner)
        scanner.scan("~" + code_on(printer.printed[n]))
        code, said, complained = ended(process)
        assert (code, complained, last(said)["trouble"]) == (DONE, "", "")
    # By its name or its table it is forgotten, whichever table it has.
    code, _, _ = program("forget", str(scanner.link))
    assert (code, load(settings_file(program.book)).scanners) == (DONE, ())


def test_a_production_book_takes_no_simulated_printer(program: Program, printer: PrinterSimulator) -> None:
    done = subprocess.run([sys.executable, "-m", "corner_app", "--book", str(program.book), "init", "--office", "8500"], check=False, timeout=PATIENCE_S)
    assert done.returncode == 0
    code, said, complained = program("set-up", "--at", at(printer), "--no-scan")
    assert code == NO, (said, complained)
    assert not printer.printed
    assert not settings_file(program.book).exists()
