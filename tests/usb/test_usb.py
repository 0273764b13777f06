"""The product's own device code against Debian's kernel, in a guest with USB devices of its own: scanners and a printer, plugged, pulled and plugged again.

Left out of `make test`, for it takes a minute: `make test-usb`. Each scenario stands in tests/usb/guest and gives one line of what was seen.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest
from tests.usb import image
from tests.usb.machine import Run, play

pytestmark = [pytest.mark.usb, pytest.mark.timeout(600)]
LIMIT_S = 180
GUEST = Path(__file__).with_name("guest")


def promised() -> list[str]:
    """The scenarios' names, by their text: what they import is not on every machine."""
    parts = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(GUEST.glob("*.py"))]
    functions = [node for part in parts for node in part.body if isinstance(node, ast.FunctionDef)]
    return [one.name for one in functions if any(isinstance(mark, ast.Name) and mark.id == "scenario" for mark in one.decorator_list)]


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One start of the guest, for all."""
    if shutil.which("qemu-system-x86_64") is None:
        pytest.fail("qemu-system-x86_64 is missing: make test-usb installs it")
    image.build()
    run = play(tmp_path_factory.mktemp("usb"), LIMIT_S)
    for name, said in run.scenarios.items():
        print(f"{'PASS' if said.holds else 'FAIL'} {name} [{said.seconds} s]: {said.seen}")
    return run


@pytest.mark.parametrize("name", promised())
def test_on_real_usb(guest: Run, name: str) -> None:
    assert name in guest.scenarios, guest.console
    said = guest.scenarios[name]
    assert said.holds, said.seen


def test_the_guest_came_to_its_end_and_played_nothing_unknown(guest: Run) -> None:
    assert guest.whole, guest.console
    assert sorted(guest.scenarios) == sorted(promised())
