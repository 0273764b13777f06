"""A stream of lines with dots between them, as TSPL, EPL2 and CPCL have it, cut into commands and labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LINE_END = re.compile(rb"\r\n|\n|\r(?!\n|\Z)")
_LONGEST_LINE, _LONGEST_HEAD, _MOST_DOTS = 4096, 96, 1 << 24
"""Bytes of a line, of what stands before dots, and of dots that are believed; more is noise that looks like a command."""


@dataclass(frozen=True, slots=True)
class Command:
    """name: the letters it begins with, "?" for a question to the printer. args: the rest of its line. dots: raw bytes behind. end: in the stream."""

    name: str
    args: str
    dots: bytes
    end: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """What of a language has to be known to cut it.

    name: the letters of a command. asks: commands without an end of line, answered at once. graphic: a command with raw dots behind, up to the first
    of them. graphic_names: how such a command begins. dots: bytes behind it. ends: whether a command prints the label. tail: names of
    commands after that which still belong to it.
    """

    name: re.Pattern[bytes]
    asks: re.Pattern[bytes]
    graphic: re.Pattern[bytes]
    graphic_names: tuple[bytes, ...]
    dots: Callable[[re.Match[bytes]], int]
    ends: Callable[[Command], bool]
    tail: frozenset[str] = frozenset()


def commands(data: bytes, grammar: Grammar) -> Iterator[Command]:
    """The whole commands from the beginning; ends before the first that is not whole. A line without letters has no name."""
    at = 0
    while at < len(data):
        command = _command(data, at, grammar)
        if command is None:
            return
        yield command
        at = command.end


def split(data: bytes, grammar: Grammar) -> tuple[list[bytes], bytes]:
    """The whole labels of a stream, and the rest, which may still become one; together they are the stream.

    A question between labels is a piece of its own, without a picture.
    """
    pieces: list[bytes] = []
    start = end = 0
    begun = ended = False
    for command in commands(data, grammar):
        if ended and command.name not in grammar.tail:
            pieces.append(data[start:end])
            start, begun, ended = end, False, False
        end = command.end
        ended = ended or grammar.ends(command)
        if command.name == "?" and not begun:
            pieces.append(data[start:end])
            start = end
        elif command.name or command.args.strip():
            begun = True
    if ended:
        pieces.append(data[start:end])
        start = end
    return pieces, data[start:]


def _command(data: bytes, at: int, grammar: Grammar) -> Command | None:
    ask = grammar.asks.match(data, at)
    if ask is not None:
        return Command("?", _text(ask[0]), b"", ask.end())
    if data.startswith(grammar.graphic_names, at):
        head = grammar.graphic.match(data, at, at + _LONGEST_HEAD)
        if head is not None and (size := grammar.dots(head)) <= _MOST_DOTS:
            end = head.end() + size
            return _named(data[at : head.end()], data[head.end() : end], end, grammar) if end <= len(data) else None
    line = _LINE_END.search(data, at, at + _LONGEST_LINE)
    if line is not None:
        return _named(data[at : line.start()], b"", line.end(), grammar)
    return Command("", "", b"", at + _LONGEST_LINE) if len(data) - at >= _LONGEST_LINE else None


def _named(line: bytes, dots: bytes, end: int, grammar: Grammar) -> Command:
    found = grammar.name.match(line)
    name = found[0] if found is not None else b""
    return Command(_text(name), _text(line[len(name) :]), dots, end)


def _text(data: bytes) -> str:
    return data.decode("latin-1")


def numbers(args: str) -> list[int]:
    """The whole numbers of a line, as far as they are short enough to be meant."""
    return [int(found) for found in re.findall(r"(?<![\w.-])-?\d{1,5}(?![\w.])", args)]
