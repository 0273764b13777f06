"""A scanner in HID-POS mode, read through hidapi and the kernel's hidraw."""

from __future__ import annotations

import time
from functools import partial

from tests.usb.guest.gadget import SPARE, Gadget
from tests.usb.guest.hearing import hearing
from tests.usb.guest.hid import HID_POS, far_end
from tests.usb.guest.scenario import scenario, wait_for

from corner_app.devices.identity import Usb, identities, present_path
from corner_app.devices.scanners.hid_pos import attached_hid_pos, open_hid_pos, read_hid_pos

ITEM = "EE123456785BD"
LONG = "".join(chr(ord("0") + n % 10) for n in range(70))
IDENTITY = Usb(0x0C2E, 0x0B87, "POS0001")
SCANNER = Gadget("hid", HID_POS, vid=IDENTITY.vendor, pid=IDENTITY.product, serial=IDENTITY.serial, maker="Example", product="HID-POS")
reads = partial(read_hid_pos, partial(open_hid_pos, IDENTITY), device=str(IDENTITY))
LOST_WITHIN_S = 2.0


def report(data: str, aim: str = "C0", *, goes_on: bool = False) -> bytes:
    """As Honeywell's scanners make it."""
    head = bytes((2, len(data))) + b"]" + aim.encode() + data.encode()
    return head.ljust(61, b"\0") + bytes((0x6A, 0, goes_on))


@scenario
def a_scanner_in_hid_pos_mode_is_read_with_its_symbology_and_in_parts() -> str:
    SCANNER.plug()
    wait_for(lambda: present_path(IDENTITY, attached_hid_pos), "the scanner")
    assert identities(attached_hid_pos()) == [IDENTITY], attached_hid_pos()
    with hearing(reads) as heard, far_end(SCANNER) as far:
        heard.state("connected")
        far.report(report(ITEM))
        scan = heard.scan()
        assert (scan.text, scan.aim, scan.device) == (ITEM, "C0", str(IDENTITY)), scan
        far.report(report(LONG[:56], "Q1", goes_on=True))
        far.report(report(LONG[56:], "Q1"))
        long = heard.scan()
        assert (long.text, long.aim) == (LONG, "Q1"), long
    return f"{IDENTITY}: ]{scan.aim} {scan.text}, and {len(long.text)} characters in two reports"


@scenario
def a_pulled_hid_pos_scanner_is_missed_at_once_and_found_at_another_socket() -> str:
    with hearing(reads) as heard:
        heard.state("connected")
        with far_end(SCANNER) as far:
            far.report(report(LONG[:56], goes_on=True))
            began = time.monotonic()
            SCANNER.pull()
            heard.state("lost", LOST_WITHIN_S)
            lost_s = time.monotonic() - began
        SCANNER.plug(SPARE)
        back_s = heard.state("connected")
        with far_end(SCANNER) as far:
            far.report(report(ITEM))
        assert heard.scan().text == ITEM and heard.silent()
    SCANNER.pull()
    return f"lost after {lost_s:.2f} s, back after {back_s:.2f} s, and half a code was none"
