"""A scanner that types, grabbed from Linux: its reports become events of the kernel's, and nobody else gets them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from functools import partial

import evdev
from tests.usb.guest.gadget import SPARE, Gadget
from tests.usb.guest.hearing import hearing
from tests.usb.guest.hid import KEYBOARD, far_end
from tests.usb.guest.scenario import scenario, wait_for

from corner_app.devices.identity import Usb, identities, present_path
from corner_app.devices.scanners.evdev import attached_keyboards, open_evdev, read_evdev

ITEM, OTHER = "EE123456785BD", "RR987654327BD"
IDENTITY = Usb(0x0C2E, 0x0901, "KBD0001")
SCANNER = Gadget("hid", KEYBOARD, vid=IDENTITY.vendor, pid=IDENTITY.product, serial=IDENTITY.serial, maker="Example", product="Wedge")
reads = partial(read_evdev, partial(open_evdev, IDENTITY), device=str(IDENTITY))
LOST_WITHIN_S = 2.0
SHORT, SHORT_KEYS = "B2B", [42, 48, 3, 42, 48, 28]
"""Few enough keys for the kernel to keep for one who does not read them at once. In evdev's codes: Shift, B, 2, Shift, B, Enter."""


def path() -> str | None:
    return present_path(IDENTITY, attached_keyboards)


class Listener:
    """Another reader of the same keyboard, as the X server is one, or a second program."""

    def __init__(self) -> None:
        self.device = evdev.InputDevice(str(path()))
        self._keys: list[int] = []

    def keys(self) -> list[int]:
        """The keys pressed that it was told of since the last Enter it waited for."""
        with contextlib.suppress(BlockingIOError):
            self._keys += [event.code for event in self.device.read() if event.type == evdev.ecodes.EV_KEY and event.value == 1]
        return self._keys

    def hears(self) -> bool:
        """Whether what is typed comes here. Waits until it does."""
        wait_for(lambda: self.keys()[-1:] == SHORT_KEYS[-1:], "keys for anybody")
        heard, self._keys = self._keys, []
        return heard == SHORT_KEYS


@contextlib.contextmanager
def another_reader() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.device.close()


@scenario
def a_scanner_that_types_is_read_and_nobody_else_gets_its_keys() -> str:
    SCANNER.plug()
    wait_for(path, "the keyboard")
    assert IDENTITY in identities(attached_keyboards())
    with another_reader() as other:
        with far_end(SCANNER) as far:
            far.type(SHORT)
            assert other.hears()
            with hearing(reads) as heard:
                heard.state("connected")
                far.type(ITEM)
                scan = heard.scan()
                assert (scan.text, scan.device) == (ITEM, str(IDENTITY)), scan
                assert heard.silent() and other.keys() == []
            far.type(SHORT)
            assert other.hears()
    return f"{scan.text} from {path()}; another reader got {SHORT} before and after, and nothing meanwhile"


@scenario
def a_scanner_that_another_program_has_grabbed_is_not_to_be_had_until_it_lets_go() -> str:
    with another_reader() as other:
        other.device.grab()
        assert open_evdev(IDENTITY) is None
        other.device.ungrab()
        grabbed = open_evdev(IDENTITY)
    assert grabbed is not None
    grabbed.close()
    return "refused while another has it, taken after"


@scenario
def a_scanner_that_types_is_missed_at_once_and_found_at_another_socket() -> str:
    with hearing(reads) as heard:
        heard.state("connected")
        with far_end(SCANNER) as far:
            far.type(ITEM, held="1")
            assert heard.scan().text == ITEM  # and the "1" was read with its end
            began = time.monotonic()
            SCANNER.pull()
            heard.state("lost", LOST_WITHIN_S)
            lost_s = time.monotonic() - began
            assert lost_s < LOST_WITHIN_S
        SCANNER.plug(SPARE)
        back_s = heard.state("connected")
        with far_end(SCANNER) as far:
            far.type(OTHER)
        assert heard.scan().text == OTHER and heard.silent()
        where = {keyboard.location for keyboard in attached_keyboards() if keyboard.serial_number == IDENTITY.serial}
    SCANNER.pull()
    return f"lost after {lost_s:.2f} s, back after {back_s:.2f} s at {where}, and its 1 is not in front of {OTHER}"
