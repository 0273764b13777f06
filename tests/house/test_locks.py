"""The locks hold every direct dependency, a hash for each pin, and no address."""

import pathlib
import re
import tomllib

import pytest

ROOT = pathlib.Path(__file__).parents[2]
EXTRAS: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)(?: ;[^\\]*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def lock(extra: str) -> str:
    return (ROOT / "requirements" / f"{extra}.txt").read_text(encoding="utf-8")


def canonical(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;, ]", requirement)[0]).lower()


def wanted(extra: str) -> set[str]:
    """The names an extra asks for, those of the extras it takes along ("corner[desktop,server]") with them."""
    names: set[str] = set()
    for requirement in EXTRAS[extra]:
        inner = re.fullmatch(r"corner\[([a-z, ]+)\]", requirement)
        names |= set().union(*(wanted(part.strip()) for part in inner[1].split(","))) if inner else {canonical(requirement)}
    return names


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_a_lock_is_whole(extra: str) -> None:
    pins = {match[1] for match in PIN.finditer(lock(extra))}
    assert wanted(extra) <= pins
    assert len(re.findall(r"^[a-z0-9]", lock(extra), re.MULTILINE)) == len(PIN.findall(lock(extra))), "a pin without a hash"


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_a_lock_names_no_address_and_no_option(extra: str) -> None:
    assert re.findall(r"^.*://.*$|^-.*$|^.* @ .*$", lock(extra), re.MULTILINE) == []


@pytest.mark.parametrize("extra", ["desktop", "server"])
def test_an_installation_gets_what_the_tests_saw(extra: str) -> None:
    tested = {match[0] for match in PIN.finditer(lock("dev"))}
    assert {match[0] for match in PIN.finditer(lock(extra))} <= tested


def test_the_tests_take_both_programs_along() -> None:
    assert wanted("desktop") | wanted("server") <= wanted("dev")
