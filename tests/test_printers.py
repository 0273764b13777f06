"""A counter's settings lead to its printers, in old files as in new ones; what is wrong in them is refused by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from corner_app.config import PrinterSettings, load
from corner_app.devices.identity import BadIdentity, identity_of
from corner_app.devices.profile import parse_profile, plain_zpl
from corner_app.devices.transports.cups import CupsPrinter
from corner_app.devices.transports.file import FilePrinter
from corner_app.devices.transports.open import transport_of
from corner_app.devices.transports.serial import SerialPrinter
from corner_app.devices.transports.tcp import TcpPrinter
from corner_app.devices.transports.usb import UsbPrinter
from corner_app.devices.transports.windows import WindowsPrinter
from corner_app.domain.trouble import Trouble
from corner_app.printers import printer_of, profile_of
from corner_app.reference import resource_dir
from corner_app.setting_up import identity_in


def settings(tmp_path: Path, text: str) -> PrinterSettings:
    file = tmp_path / "corner.toml"
    file.write_text(text, encoding="utf-8")
    return load(file).printer


ON_USB = type(transport_of(identity_of("usb:0A5F:0166:J1"), plain_zpl(203)))
"""Printer class or serial port: which, shows when it is plugged in."""


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ('transport = "tcp"\nhost = "10.0.0.9"\nport = 9101', TcpPrinter, "tcp:10.0.0.9:9101"),
        ('transport = "serial"\npath = "/dev/ttyS0"\ndpi = 300', SerialPrinter, "path:/dev/ttyS0"),
        ('transport = "file"\npath = "labels"', FilePrinter, "file:labels"),
        ('identity = "tcp:printer.local:9100"', TcpPrinter, "tcp:printer.local:9100"),
        ('identity = "usb:0A5F:0166:J1"', ON_USB, "usb:0A5F:0166:J1"),
        ('identity = "path:/dev/lp0"', UsbPrinter, "path:/dev/lp0"),
        ('identity = "path:/dev/usb/lp0"', UsbPrinter, "path:/dev/usb/lp0"),
        ('identity = "path:COM3"', SerialPrinter, "path:COM3"),
        ('identity = "cups:labels"', CupsPrinter, "cups:labels"),
        ('identity = "windows:ZDesigner"', WindowsPrinter, "windows:ZDesigner"),
        ('identity = "file:labels"\nprofile = "generic-zpl"', FilePrinter, "file:labels"),
    ],
)
def test_settings_name_a_printer(tmp_path: Path, text: str, kind: type, name: str) -> None:
    found = settings(tmp_path, f"[printer]\n{text}\n")
    assert found.there
    made = printer_of(found)
    assert (type(made.transport), made.name, made.profile.language) == (kind, name, "zpl")
    assert made.profile.dpi == found.dpi
    set_up_by = transport_of(identity_in(found), made.profile)
    assert (type(set_up_by), set_up_by.name, set_up_by.two_way) == (kind, name, made.transport.two_way)


def test_no_settings_name_no_printer(tmp_path: Path) -> None:
    assert not load(tmp_path / "none.toml").printer.there
    assert not load(tmp_path / "none.toml").receipt_printer.there


def test_the_receipt_printer_stands_beside_the_label_printer(tmp_path: Path) -> None:
    file = tmp_path / "corner.toml"
    file.write_text('[printer]\ntransport = "tcp"\n[receipt_printer]\nidentity = "usb:04B8:0E28"\n', encoding="utf-8")
    found = load(file)
    assert (found.printer.transport, found.receipt_printer.identity) == ("tcp", "usb:04B8:0E28")


@pytest.mark.parametrize(
    "wrong", [PrinterSettings(identity="usb:ZZ"), PrinterSettings(profile="no-such"), PrinterSettings(profile="../reference/x"), PrinterSettings(profile="a/b")]
)
def test_what_leads_nowhere_is_named(wrong: PrinterSettings) -> None:
    with pytest.raises(Trouble) as caught:
        printer_of(wrong)
    assert caught.value.code == "bad_settings"
    assert str(wrong.identity or wrong.profile) in str(caught.value.params["why"])
    assert not isinstance(caught.value, BadIdentity)


def test_every_shipped_profile_is_read() -> None:
    found = sorted(path.stem for path in (resource_dir() / "printers").glob("*.toml"))
    assert "generic-zpl" in found
    for name in found:
        assert profile_of(PrinterSettings(profile=name)) == parse_profile((resource_dir() / "printers" / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", ['transport = "file"', 'transport = "serial"', 'transport = "file"\npath = ""'])
def test_a_way_without_a_place_is_no_printer(tmp_path: Path, text: str) -> None:
    with pytest.raises(Trouble) as trouble:
        printer_of(settings(tmp_path, f"[printer]\n{text}\n"))
    assert trouble.value.code == "bad_settings"


def test_a_page_goes_to_an_office_printers_queue_as_a_page(tmp_path: Path) -> None:
    """Raw, the queue would print its source."""
    made = printer_of(settings(tmp_path, '[printer]\nidentity = "cups:office"\nprofile = "pdf-office"\n'))
    assert vars(made.transport) == vars(transport_of(identity_of("cups:office"), made.profile))
    assert vars(made.transport) != vars(CupsPrinter("office"))
