"""The guest, started and listened to: QEMU with an emulated processor, so that no right to the real one is needed."""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.usb.archive import Tree
from tests.usb.image import BASE, KERNEL, ROOT, compiled, guest_python

_INIT = b"#!/usr/bin/python3 -Bu\nimport sys\nsys.path.insert(0, '/corner')\nfrom tests.usb.guest import boot\nboot.main()\n"
_PRODUCT = ("corner_app/devices", "corner_app/domain", "tests/usb/guest")
_SAID = re.compile(r"corner: (PASS|FAIL) (\w+) \[([\d.]+) s\]: (.*)")


@dataclass(frozen=True, slots=True)
class Said:
    """What the guest said of one scenario: whether it holds, how long it took, what was seen."""

    holds: bool
    seconds: float
    seen: str


@dataclass(frozen=True, slots=True)
class Run:
    """scenarios: by name. whole: it played all it had and switched itself off. console: everything it said."""

    scenarios: dict[str, Said]
    whole: bool
    console: str


def play(folder: Path, limit_s: float, *parts: str) -> Run:
    """Starts the guest with the product as it is in the checkout, and hears it to its end or until limit_s. parts: only these files of scenarios."""
    root = folder / "root.cpio"
    root.write_bytes(BASE.read_bytes() + _product().archive())
    boot = ["-kernel", str(KERNEL), "-initrd", str(root), "-append", " ".join(["console=ttyS0 quiet panic=-1 rdinit=/init --", *parts])]
    machine = ["-accel", "tcg", "-cpu", "max", "-m", "512", "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot"]
    with subprocess.Popen(["qemu-system-x86_64", *machine, *boot], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as guest:
        try:
            return _heard(b"".join(_console(guest, limit_s)).decode(errors="replace").replace("\r", ""))
        finally:
            guest.kill()


def _console(guest: subprocess.Popen[bytes], limit_s: float) -> Iterator[bytes]:
    assert guest.stdout is not None
    ends = time.monotonic() + limit_s
    while (left := ends - time.monotonic()) > 0 and select.select([guest.stdout], [], [], left)[0]:
        said = os.read(guest.stdout.fileno(), 65_536)
        if not said:
            return
        yield said
    yield f"\nstopped by the host after {limit_s} s\n".encode()


def _heard(console: str) -> Run:
    blocks = re.split(r"^(?=corner: )", console, flags=re.MULTILINE)
    found = [said for block in blocks if (said := re.match(_SAID.pattern, block.rstrip(), re.DOTALL))]
    scenarios = {said[2]: Said(said[1] == "PASS", float(said[3]), said[4]) for said in found}
    return Run(scenarios, re.search(rf"^corner: END {len(scenarios)}$", console, re.MULTILINE) is not None, console)


def _product() -> Tree:
    """The product's own code for devices and the scenarios, which change more often than the rest of the guest."""
    tree, python = Tree(), guest_python()
    tree.file("init", _INIT, 0o755)
    for place in _PRODUCT:
        for path in sorted((ROOT / place).rglob("*.py")):
            inside = f"corner/{path.relative_to(ROOT).as_posix()}"
            tree.file(inside, path.read_bytes())
            made = compiled(inside, path.read_bytes(), python)
            if made is not None:
                tree.file(*made)
    tree.file("corner/corner_app/__init__.py", b"")
    return tree
