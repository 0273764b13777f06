"""Sizes, words and habits that no linter of ours sees. Strict from the first day, so there is no list of exceptions."""

import ast
import pathlib
import re
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).parents[2]
SKIPPED = {".git", ".venv", "build", "dist", "node_modules", "__pycache__"}
MODULE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70

# What must not stand in our code -> what to do instead. Spelt with a gap so that this file does not find itself.
BANNED_IN_CODE = {
    r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b": "do it now, or write an issue",
    r"NotImplemented" r"Error": "leave the thing out until it exists",
    r"\.process" r"Events\(": "the window never waits",
    r"#\s*type:\s*ignore\s*(#|$)": "name the error in brackets: type: ignore[code]",
    r"#\s*noqa\s*(#|$)": "name the rule: noqa: CODE",
}
BANNED_IN_TESTS = {
    r"\bMagicMo" r"ck\b|\bmonkey" r"patch\.setattr\b": "the real thing, or one of the six doubles",
    r"\bq" r"Wait\(": "wait for a condition: qtbot.waitUntil",
}
PLANTED = {
    "tests/simulation/test_simulation.py": "each rule of the protocol is taken away once, to see that it is missed",
    "tests/centre/test_poison.py": "a fault nobody foresaw",
    "tests/horizon/test_counters_and_links.py": "the power goes at each statement of a job",
    "tests/journeys/test_window_sync.py": "a thread that waits seconds instead of minutes",
    "tests/sync/test_loop.py": "a thread that waits in turns of the test",
}
"""Where a part of the product is made to fail or to hurry, and why. A part is never replaced by a double."""
BANNED_EVERYWHERE = {
    r"(?<![\w.])/(ro" r"ot|wo" r"rk)/|/ho" r"me/\w": "a path of one machine: paths come from the checkout or the settings",
    r"(python" r"hosted|npm" r"js|deb" r"ian)\.org": "package addresses belong to the machine, not to the project",
    r"\b(white|black)" r"list": "say what it does: allowed, refused",
}
BANNED_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|misc|manager|base)\.py$")


def files(*suffixes: str) -> Iterator[pathlib.Path]:
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        hidden = any(part in SKIPPED or part.endswith((".egg-info", "_cache")) or part == ".hypothesis" for part in inside.parts)
        if not hidden and path.suffix in suffixes and path.is_file():
            yield path


def is_test(path: pathlib.Path) -> bool:
    return path.relative_to(ROOT).parts[0] == "tests"


SOURCES = list(files(".py"))
CODE = [path for path in SOURCES if not is_test(path)]
TESTS = [path for path in SOURCES if is_test(path)]
PROSE = list(files(".md"))


def text_of(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8")


def named(path: pathlib.Path, what: str) -> str:
    return f"{path.relative_to(ROOT).as_posix()}: {what}"


def nodes(paths: list[pathlib.Path], *kinds: type[ast.AST]) -> Iterator[tuple[pathlib.Path, ast.AST]]:
    for path in paths:
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, kinds):
                yield path, node


def banned(paths: list[pathlib.Path], words: dict[str, str]) -> list[str]:
    found = []
    for path in paths:
        for line in text_of(path).splitlines():
            found += [named(path, f"{line.strip()!r}: {instead}") for word, instead in words.items() if re.search(word, line)]
    return found


def test_there_is_something_to_look_at() -> None:
    assert ROOT / "tools/dev.py" in CODE
    assert pathlib.Path(__file__).resolve() in [path.resolve() for path in TESTS]


def test_modules_are_short() -> None:
    assert [named(path, f"{lines} lines") for path in CODE if (lines := text_of(path).count("\n")) > MODULE_LINES_MAX] == []


def test_functions_are_short() -> None:
    long = []
    for path, node in nodes(CODE, ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            long.append(named(path, f"{node.name} has {lines} lines"))
    assert long == []


def test_packages_start_empty() -> None:
    assert [named(path, "not empty") for path in SOURCES if path.name == "__init__.py" and path.stat().st_size] == []


def test_no_error_is_swallowed() -> None:
    swallowed = []
    for path, node in nodes(SOURCES, ast.ExceptHandler):
        assert isinstance(node, ast.ExceptHandler)
        if all(isinstance(step, ast.Pass) or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)) for step in node.body):
            swallowed.append(named(path, "except … pass"))
    assert swallowed == []


def test_no_globals_are_written() -> None:
    assert [named(path, "global") for path, _ in nodes(CODE, ast.Global)] == []


def test_file_names_say_something() -> None:
    assert [named(path, "what is in it?") for path in CODE if BANNED_NAMES.search(path.name)] == []


def test_code_has_no_banned_words() -> None:
    assert banned(CODE, BANNED_IN_CODE) == []


def test_tests_have_no_banned_words() -> None:
    assert banned([path for path in TESTS if path.relative_to(ROOT).as_posix() not in PLANTED], BANNED_IN_TESTS) == []


def test_what_is_planted_is_still_there() -> None:
    assert [name for name in PLANTED if banned([ROOT / name], BANNED_IN_TESTS) == []] == []


def test_nothing_names_a_machine() -> None:
    settings = list(files(".toml", ".txt", ".cfg", ".yml", ".yaml", ".sh"))
    assert banned([*SOURCES, *PROSE, *settings], BANNED_EVERYWHERE) == []


def test_prose_names_symbols_not_lines() -> None:
    cites_line = re.compile(r"\w\.(py|toml|sql|js|css|html)(:\d+|#L\d+)|\b(on|at|see) lines? \d+", re.IGNORECASE)
    assert banned(PROSE, {cites_line.pattern: "line numbers go stale: name the function"}) == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (BANNED_IN_CODE, "x = 1  # TO" + "DO later"),
        (BANNED_IN_CODE, "app.process" + "Events()"),
        (BANNED_IN_TESTS, "x = MagicMo" + "ck()"),
        (BANNED_EVERYWHERE, "cd /ro" + "ot/somewhere"),
    ],
)
def test_the_words_are_found(words: dict[str, str], line: str) -> None:
    assert any(re.search(word, line, re.IGNORECASE) for word in words)
