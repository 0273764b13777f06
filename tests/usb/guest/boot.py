"""The guest's first and only program: brings the system up, plays every scenario, says on the console what was seen, and switches off."""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType

from tests.usb.guest.gadget import SOCKETS
from tests.usb.guest.scenario import SCENARIOS, Scenario

_PARTS = ("serial_scanner", "printer", "keyboard", "hid_pos")
_LONGEST_S = 30
_FINIT_MODULE, _SYSLOG_READ_ALL, _POWER_OFF = 313, 3, 0x4321_FEDC
"""Numbers of x86-64: a system call, a kind of `syslog`, a kind of `reboot`."""
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Never returns."""
    try:
        _bring_up()
        for part in sys.argv[1:] or _PARTS:
            importlib.import_module(f"tests.usb.guest.{part}")
        signal.signal(signal.SIGALRM, _too_long)
        for name, play in SCENARIOS.items():
            _play(name, play)
        print(f"corner: END {len(SCENARIOS)}", flush=True)
    except BaseException:
        print("corner: BROKEN", traceback.format_exc(), sep="\n", flush=True)
    sys.stdout.flush()
    os.sync()
    _libc.reboot(_POWER_OFF)


def _bring_up() -> None:
    for kind, where in (("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")):
        _mount(kind, where)
    names = Path("/modules/order").read_text().split()
    for name in names:
        _insert(name, f"num={SOCKETS}" if name == "dummy_hcd" else "")
    _mount("configfs", "/sys/kernel/config")


def _mount(kind: str, where: str) -> None:
    if _libc.mount(kind.encode(), where.encode(), kind.encode(), 0, None) != 0:
        raise OSError(ctypes.get_errno(), f"mount {kind}")


def _insert(name: str, settings: str) -> None:
    with open(f"/modules/{name}.ko", "rb") as module:
        if _libc.syscall(_FINIT_MODULE, module.fileno(), settings.encode(), 0) != 0:
            raise OSError(ctypes.get_errno(), f"module {name}")


def _play(name: str, play: Scenario) -> None:
    began = time.monotonic()
    signal.alarm(_LONGEST_S)
    try:
        seen = play()
        word = "PASS"
    except Exception:
        seen, word = traceback.format_exc().rstrip() + "\n" + _kernel_words(), "FAIL"
    finally:
        signal.alarm(0)
    print(f"corner: {word} {name} [{time.monotonic() - began:.1f} s]: {seen}", flush=True)


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"longer than {_LONGEST_S} s")


def _kernel_words() -> str:
    """The last of what the kernel said."""
    said = ctypes.create_string_buffer(1 << 16)
    length = _libc.klogctl(_SYSLOG_READ_ALL, said, len(said))
    return "\n".join(said.raw[: max(0, length)].decode(errors="replace").splitlines()[-12:])
