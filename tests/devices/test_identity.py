"""A device is known again after a replug, whatever the system calls its port this time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.identity import Attached, BadIdentity, Identity, Named, Tcp, Usb, identities, identity_of, port_of, present_path
from corner_app.devices.scanners.serial import find_port


@dataclass
class Port:
    device: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str | None = None
    location: str | None = None


def nothing() -> Iterable[Attached]:
    return ()


TEXT = st.text(min_size=1, max_size=20)
IDENTITIES = st.one_of(
    st.builds(Usb, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), serial=TEXT),
    st.builds(Usb, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), place=TEXT),
    st.builds(Usb, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)),
    st.builds(Tcp, st.one_of(st.ip_addresses().map(str), st.sampled_from(["printer", "label-1.lan"])), st.integers(1, 65_535)),
    st.builds(Named, st.sampled_from(["path", "cups", "windows", "file"]), TEXT),
)


@given(IDENTITIES)
def test_what_is_printed_is_read_back(identity: Identity) -> None:
    assert identity_of(str(identity)) == identity


@given(st.text(max_size=40))
def test_any_text_is_an_identity_or_refused_by_its_own_words(text: str) -> None:
    try:
        identity = identity_of(text)
    except BadIdentity as error:
        assert str(error) == text
    else:
        assert identity_of(str(identity)) == identity


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("usb:05e0:1701:SIM0001", Usb(0x05E0, 0x1701, "SIM0001")),
        ("usb:1A86:7523@3-1.2", Usb(0x1A86, 0x7523, place="3-1.2")),
        ("usb:1A86:7523@3-1:1.0", Usb(0x1A86, 0x7523, place="3-1:1.0")),
        ("usb:0A5F:0166:D2J:1@4", Usb(0x0A5F, 0x0166, "D2J:1@4")),
        ("usb:1A86:7523", Usb(0x1A86, 0x7523)),
        ("tcp:192.168.1.50:9100", Tcp("192.168.1.50", 9100)),
        ("tcp:[fe80::1]:9100", Tcp("fe80::1", 9100)),
        ("path:/dev/ttyS0", Named("path", "/dev/ttyS0")),
        ("cups:Label_1", Named("cups", "Label_1")),
        ("windows:Zebra ZD421: label", Named("windows", "Zebra ZD421: label")),
        ("file:C:\\labels", Named("file", "C:\\labels")),
    ],
)
def test_identities_as_settings_have_them(text: str, identity: Identity) -> None:
    assert identity_of(text) == identity


@pytest.mark.parametrize("text", ["", "usb", "usb:", "usb:12:34", "usb:05E0:1701@", "tcp:host", "tcp::9100", "tcp:host:0", "tcp:host:٩", "tcp:h:65536", "COM3"])
def test_what_is_no_identity_is_refused(text: str) -> None:
    with pytest.raises(BadIdentity):
        identity_of(text)


def test_older_settings_are_still_read() -> None:
    assert port_of("05e0:1701:SIM0001") == Usb(0x05E0, 0x1701, "SIM0001")
    assert port_of("05E0:1701") == Usb(0x05E0, 0x1701)
    assert port_of("usb:05E0:1701@3-1") == Usb(0x05E0, 0x1701, place="3-1")
    assert port_of("COM3") == port_of("path:COM3") == Named("path", "COM3")
    assert find_port("path:/dev/ttyS0") == "/dev/ttyS0"
    assert find_port("usb:nonsense") is None


def test_a_device_is_found_under_its_new_name() -> None:
    scanner = Usb(0x05E0, 0x1701, "SIM0001")
    other = Port("/dev/ttyACM0", 0x05E0, 0x1701, "SIM0002", "3-2:1.0")
    attached: list[Attached] = [Port("/dev/ttyACM0", 0x05E0, 0x1701, "SIM0001", "3-1:1.0")]
    assert present_path(scanner, lambda: attached) == "/dev/ttyACM0"
    attached[:] = [other]
    assert present_path(scanner, lambda: attached) is None, "another one of its kind is not it"
    attached[:] = [other, Port("/dev/ttyACM1", 0x05E0, 0x1701, "SIM0001", "3-4:1.0")]
    assert present_path(scanner, lambda: attached) == "/dev/ttyACM1"


def test_without_a_serial_number_the_usb_socket_tells_two_apart() -> None:
    attached = [Port("/dev/ttyUSB1", 0x1A86, 0x7523, None, "1-1.10"), Port("/dev/ttyUSB0", 0x1A86, 0x7523, None, "1-1.1")]
    first, second = identities(attached)
    assert (str(first), str(second)) == ("usb:1A86:7523@1-1.10", "usb:1A86:7523@1-1.1")
    assert present_path(first, lambda: attached) == "/dev/ttyUSB1"
    assert present_path(second, lambda: attached) == "/dev/ttyUSB0"
    assert present_path(second, lambda: attached[:1]) is None
    whole = Port("/dev/ttyACM0", 0x1A86, 0x7523, None, "1-1.1:1.0")
    assert present_path(second, lambda: [whole]) == "/dev/ttyACM0"


def test_a_serial_number_that_two_share_is_not_believed() -> None:
    attached = [Port("/dev/ttyUSB0", 0x0403, 0x6001, "0001", "1-1"), Port("/dev/ttyUSB1", 0x0403, 0x6001, "0001", "1-2"), Port("/dev/ttyS0")]
    named = identities(attached)
    assert [str(identity) for identity in named] == ["usb:0403:6001@1-1", "usb:0403:6001@1-2", "path:/dev/ttyS0"]
    assert [present_path(identity, lambda: attached) for identity in named] == ["/dev/ttyUSB0", "/dev/ttyUSB1", "/dev/ttyS0"]


@given(st.lists(st.builds(Port, st.just(""), st.sampled_from([1, 2]), st.just(1), st.sampled_from([None, "", "A", "B"])), max_size=6))
def test_whatever_is_plugged_in_each_is_found_by_its_own_identity(ports: list[Port]) -> None:
    for number, port in enumerate(ports):
        port.device, port.location = f"/dev/ttyUSB{number}", f"1-{number}"
    for port, identity in zip(ports, identities(ports), strict=True):
        assert present_path(identity, lambda: reversed(ports)) == port.device
        assert "tty" not in str(identity)


def test_a_device_pulled_while_it_is_looked_for_is_not_there() -> None:
    def pulled() -> Iterable[Attached]:
        yield Port("/dev/ttyACM0", 1, 2, "A")
        raise TypeError("int() argument must be a string")

    assert present_path(Usb(1, 2, "A"), pulled) is None


def test_what_has_no_path_has_none() -> None:
    assert present_path(Tcp("printer", 9100), nothing) is None
    assert present_path(Named("cups", "label"), nothing) is None
    assert present_path(Named("path", "/dev/ttyS0"), nothing) == "/dev/ttyS0"
