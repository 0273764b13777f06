"""A scanner that is a serial port (USB CDC-ACM): what the gadget writes to its own end is what the scanner sends."""

from __future__ import annotations

import os
import time
import tty
from functools import partial
from threading import Thread

from serial.tools import list_ports
from tests.usb.guest.gadget import Gadget
from tests.usb.guest.hearing import Heard, Reads, hearing
from tests.usb.guest.scenario import scenario, wait_for

from corner_app.devices import discover
from corner_app.devices.identity import identities, identity_of
from corner_app.devices.scanners.answering import AnsweringScanner
from corner_app.devices.scanners.honeywell import GOOD, Honeywell
from corner_app.devices.scanners.serial import find_port, read_scans

VID, PID = 0x05E0, 0x1701
NAME = "usb:05E0:1701:SIM0001"
ITEM, OTHER = "EE123456785BD", "RR987654327BD"
LOST_WITHIN_S = 2.0
SCANNER = Gadget("acm", {}, vid=VID, pid=PID, serial="SIM0001", maker="Example", product="Scanner")
port = partial(find_port, NAME)
reads = partial(read_scans, port, device=NAME)


class FarEnd:
    """Where the scanner's own firmware would sit."""

    def __init__(self, gadget: Gadget) -> None:
        self._line = os.open(f"/dev/ttyGS{gadget.number('port_num')}", os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._line)

    def send(self, data: bytes) -> None:
        os.write(self._line, data)

    def take(self, count: int) -> bytes:
        heard = b""
        while len(heard) < count:
            heard += os.read(self._line, count - len(heard))
        return heard

    def close(self) -> None:
        os.close(self._line)


def scanned(heard: Heard, code: str, data: bytes) -> str:
    """Sends a code from the far end and hears it at the near one; gives the port's name of this hour."""
    far = FarEnd(SCANNER)
    far.send(data)
    scan = heard.scan()
    far.close()
    assert (scan.text, scan.device) == (code, NAME), scan
    return str(port())


@scenario
def a_serial_scanner_is_found_and_read_by_what_it_is() -> str:
    assert port() is None
    with hearing(reads) as heard:
        heard.state("lost")  # told once when it is missing from the start
        SCANNER.plug()
        heard.state("connected")
        path = scanned(heard, ITEM, b"]C0" + ITEM.encode() + b"\r\n")
        found = [one for one in discover.attached() if one.identity == identity_of(NAME)]
        assert [one.way for one in found] == ["serial"], found
        return f"{NAME} is {path}, {found[0].about!r}, and read {ITEM}"


@scenario
def a_code_sent_in_two_pieces_is_one_and_half_a_code_of_a_pulled_scanner_is_none() -> str:
    with hearing(reads) as heard:
        heard.state("connected")
        far = FarEnd(SCANNER)
        far.send(ITEM[:6].encode())
        far.send(ITEM[6:].encode() + b"\r\x02" + OTHER[:6].encode())
        assert heard.scan().text == ITEM  # and what stands behind it came in the same packet
        SCANNER.pull()
        heard.state("lost", LOST_WITHIN_S)
        far.close()
        SCANNER.plug()
        heard.state("connected")
        scanned(heard, OTHER, OTHER.encode() + b"\r")
        assert heard.silent()
        return f"{ITEM}, then only {OTHER}"


@scenario
def a_pulled_serial_scanner_is_missed_at_once_and_found_under_another_name() -> str:
    with hearing(reads) as heard:
        heard.state("connected")
        before = str(port())
        held = os.open(before, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)  # another program that keeps the dead port open
        try:
            began = time.monotonic()
            SCANNER.pull()
            heard.state("lost", LOST_WITHIN_S)
            lost_s = time.monotonic() - began
            assert lost_s < LOST_WITHIN_S
            SCANNER.plug()
            back_s = heard.state("connected")
            after = scanned(heard, OTHER, OTHER.encode() + b"\r")
        finally:
            os.close(held)
        assert before != after
        return f"lost after {lost_s:.2f} s, back after {back_s:.2f} s: {before} became {after}"


@scenario
def a_scanner_that_listens_is_told_good() -> str:
    scanner = AnsweringScanner(port, Honeywell(NAME))
    with hearing(scanner.run) as heard:
        heard.state("connected")
        far = FarEnd(SCANNER)
        told: list[bytes] = []
        listening = Thread(target=lambda: told.append(far.take(len(GOOD))), daemon=True)
        listening.start()
        far.send(ITEM.encode() + b"\r")
        assert heard.scan().text == ITEM
        scanner.tell("good")
        wait_for(lambda: told, "the answer")
        far.close()
        assert told == [GOOD]
        return f"{told[0]!r} at the scanner's end"


@scenario
def two_scanners_without_numbers_are_told_apart_by_their_sockets() -> str:
    twins = [Gadget("acm", {}, vid=VID, pid=PID, serial="", maker="Example", product="Twin") for _ in range(2)]
    for twin in twins:
        twin.plug()
    ports = wait_for(lambda: two if len(two := [one for one in list_ports.comports() if one.product == "Twin"]) == 2 else None, "both")
    names = [str(name) for name in identities(ports)]
    assert len(set(names)) == 2 and all("@" in name for name in names), names
    assert [find_port(name) for name in names] == [one.device for one in ports]
    with hearing(_twin(names[0])) as one, hearing(_twin(names[1])) as other:
        for heard in (one, other):
            heard.state("connected")
        for number, twin in enumerate(twins):
            far = FarEnd(twin)
            far.send(b"TWIN%d\r" % number)
            far.close()
        seen = [heard.scan() for heard in (one, other)]
        assert {scan.text for scan in seen} == {"TWIN0", "TWIN1"} and [scan.device for scan in seen] == names, seen
    for twin in twins:
        twin.pull()
    return " and ".join(names)


def _twin(name: str) -> Reads:
    return partial(read_scans, partial(find_port, name), device=name)
