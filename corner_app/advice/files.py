"""Reads merchants' announcement files: CSV, TSV, XLSX or JSON lines, one row at a time, whatever state the file is in.

What a file *is* is told from its bytes; its name is not asked. A file that is no table of parcels is refused as a whole, in one word
(`FileRefused`); a row that cannot be taken apart is handed on as `Broken`, and the next row is read. Nothing here judges a parcel:
`domain.advice` does. Memory stays flat for the text formats, however long the file or a line of it; XLSX is bounded by its limits.

Rows are numbered from 1 after the header, blank ones counted, so that a number leads to the line a spreadsheet shows (number + 1).
In JSON lines the number is that of the line.
"""

from __future__ import annotations

import codecs
import csv
import errno
import functools
import itertools
import json
import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, NamedTuple

from corner_app.domain.advice import FIELDS, REQUIRED

TEXT_LIMIT = 2 * 1024**3
"""Bytes of the longest text file taken: some four million parcels."""
LINE_LIMIT = 1024**2
"""Bytes of the longest line, and of the longest row of several lines. Longer ones are broken rows."""
ROW_LINES = 32
"""Lines one row may spread over, by line breaks inside quotes."""
_CHUNK = 256 * 1024
_SAMPLE = 1024**2

Row = dict[str, object]
"""Values under the names of `domain.advice.FIELDS`; columns of other names are left out."""


class FileRefused(Exception):
    """The file as a whole is not taken. code: a stable word, below; params: what the words about it need.

    not_there · not_allowed (the system denies it) · unreadable (the disk or share fails while reading; rows may have been read before) ·
    symlink · folder · device (pipe, socket, printer, …) · empty · too_big (limit: megabytes) · wrong_encoding (neither UTF-8 nor
    UTF-16 with a mark) · not_a_table (picture, PDF, web page, other archive, JSON that is not lines) · old_excel (.xls) · password ·
    damaged_archive · zip_bomb · no_header (column: the first required one that is missing) · column_twice (column) ·
    several_sheets (sheets: their titles; more than one sheet holds parcels, and which counts is not ours to guess).
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, str] = params


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be taken apart. code: wrong_cells (more or fewer cells than the header) · bad_quotes (a quote that never
    closes) · line_too_long (over LINE_LIMIT) · undecodable (bytes that are no text) · bad_json (no object, or a name twice in it)."""

    code: str


def read_rows(path: str | os.PathLike[str]) -> Iterator[tuple[int, Row | Broken]]:
    """Yields (number, row or Broken) for every row of an announcement file that is not blank. Nothing is kept in memory behind.

    Raises FileRefused, at the first step in nearly all cases; `unreadable` and `damaged_archive` may also come after rows.
    """
    try:
        with _open(path) as file:
            yield from _rows(file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise FileRefused(_OS_TROUBLE.get(error.errno or 0, "unreadable")) from error


_OS_TROUBLE = {
    errno.ENOENT: "not_there",
    errno.ENOTDIR: "not_there",
    errno.EACCES: "not_allowed",
    errno.EPERM: "not_allowed",
    errno.ELOOP: "symlink",
    errno.EISDIR: "folder",
    errno.ENXIO: "device",
    errno.ENAMETOOLONG: "not_there",
    errno.EINVAL: "not_there",
}


def _open(path: str | os.PathLike[str]) -> IO[bytes]:
    """Opens a regular file and nothing else; never follows a link in the last place and never waits for a pipe."""
    if "\0" in os.fspath(path):
        raise FileRefused("not_there")
    _insist_on_file(os.lstat(path).st_mode)
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags)
    try:
        _insist_on_file(os.fstat(handle).st_mode)  # again: the path may have changed hands between the two calls
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _insist_on_file(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise FileRefused("symlink")
    if stat.S_ISDIR(mode):
        raise FileRefused("folder")
    if not stat.S_ISREG(mode):
        raise FileRefused("device")


def _rows(file: IO[bytes], size: int) -> Iterator[tuple[int, Row | Broken]]:
    start = file.read(8)
    file.seek(0)
    if not start:
        raise FileRefused("empty")
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")) or start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        from corner_app.advice import sheets  # a third of a second and some megabytes, for those who need it

        yield from sheets.rows(file, size)
        return
    if size > TEXT_LIMIT:
        raise FileRefused("too_big", limit=str(TEXT_LIMIT // 1024**2))
    read = _text_reader(file, start)
    sample = _read_up_to(read, _SAMPLE)
    kind = _kind(sample, whole=len(sample) < _SAMPLE)
    lines = _lines(itertools.chain((sample,), iter(lambda: read(_CHUNK), b"")))
    yield from _json_rows(lines) if kind == "json" else _table_rows(lines)


# Bytes to lines


def _text_reader(file: IO[bytes], start: bytes) -> Callable[[int], bytes]:
    """A `read` that gives UTF-8 without mark. Halves of UTF-16 characters come out as bytes that are no UTF-8: one bad row, not all."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileRefused("wrong_encoding")
    if start.startswith(codecs.BOM_UTF8):
        file.seek(len(codecs.BOM_UTF8))
    if not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return file.read
    file.seek(2)
    name = "utf-16-le" if start.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    decoder = codecs.getincrementaldecoder(name)("surrogatepass")

    def read(count: int) -> bytes:
        while raw := file.read(count):
            if text := decoder.decode(raw):
                return text.encode("utf-8", "surrogatepass")
        left = decoder.getstate()[0]
        decoder.reset()
        return b"\xff" if left else b""

    return read


def _read_up_to(read: Callable[[int], bytes], count: int) -> bytes:
    parts = []
    while count > 0 and (part := read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _kind(sample: bytes, *, whole: bool) -> str:
    """ "json" or "table". Raises FileRefused for what is neither, or not in a known encoding."""
    text = sample.lstrip(b" \t\r\n")
    if not text and whole:
        raise FileRefused("empty")
    first = text[:LINE_LIMIT].splitlines()[0] if text else b""
    if b"\0" in first and b"item" in first.replace(b"\0", b"").lower():
        raise FileRefused("wrong_encoding")  # UTF-16 or UTF-32 without its mark
    odd = any(byte < 32 and byte != 9 for byte in first) or (first[:1] >= b"\x80" and b"item" not in first.lower())
    if odd or text[:1] in (b"<", b"[") or text.startswith((b"%PDF", b"{\\rtf")):
        raise FileRefused("not_a_table")
    good = bad = 0
    lines = sample.splitlines()
    for line in lines if whole else lines[:-1]:
        if line.isascii():
            continue
        try:
            line.decode()
            good += 1
        except UnicodeDecodeError:
            bad += 1
    if bad > good:
        raise FileRefused("wrong_encoding")
    return "json" if text.startswith(b"{") else "table"


class _Line(NamedTuple):
    """One physical line with a line end. trouble: "" or the code of a Broken row."""

    text: str
    trouble: str = ""


def _lines(chunks: Iterable[bytes]) -> Iterator[_Line]:
    """Cuts at LF, CR LF and CR. A line over LINE_LIMIT is skipped to its end, not gathered."""
    left, skipping = b"", False
    for chunk in chunks:
        data = left + chunk
        parts = data.splitlines(keepends=True)
        # The last part has no end yet; one that ends in CR may be half a CR LF.
        left = parts.pop() if parts and not parts[-1].endswith(b"\n") else b""
        for part in parts:
            if skipping:
                skipping = False
                yield _Line("\n", "line_too_long")
            else:
                yield _line(part)
        if len(left) > LINE_LIMIT:
            left, skipping = left[-1:], True
    if skipping:
        yield _Line("\n", "line_too_long")
    elif left:
        yield _line(left)


def _line(raw: bytes) -> _Line:
    if len(raw) > LINE_LIMIT:
        return _Line("\n", "line_too_long")
    raw = raw.rstrip(b"\r\n")
    if b"\0" in raw:  # what a torn write leaves behind
        return _Line(raw.replace(b"\0", b"").decode(errors="replace") + "\n", "undecodable")
    try:
        return _Line(raw.decode() + "\n")
    except UnicodeDecodeError:
        return _Line(raw.decode(errors="replace") + "\n", "undecodable")


# Names of columns


@functools.lru_cache(maxsize=512)
def column(name: str) -> str:
    """The field a column's name means, whatever its case, spaces, hyphens and underscores; "" if none of ours."""
    return _COLUMNS.get("".join(letter for letter in name.casefold() if letter.isalnum()), "")


_COLUMNS = {name.replace("_", ""): name for name in FIELDS}


def columns(header: Sequence[str]) -> list[tuple[str, int]]:
    """Field and place of each column that is ours. Raises FileRefused when one stands twice or a required one is missing."""
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        name = column(title)
        if name in found:
            raise FileRefused("column_twice", column=name)
        if name:
            found[name] = place
    for name in REQUIRED:
        if name not in found:
            raise FileRefused("no_header", column=name)
    return list(found.items())


# CSV and TSV


class _Source:
    """Feeds physical lines to a csv reader and remembers those its present row has taken, so that they can be put back."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines = lines
        self._back: deque[_Line] = deque()
        self._taken: list[_Line] = []
        self._size = 0

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        if self._taken and (len(self._taken) >= ROW_LINES or self._size > LINE_LIMIT):
            raise StopIteration  # a quote that does not close: the reader sees the end of its input inside a cell
        line = self._back.popleft() if self._back else next(self._lines)
        if self._taken and line.trouble == "line_too_long":
            self._back.appendleft(line)
            raise StopIteration
        self._taken.append(line)
        self._size += len(line.text)
        return line.text

    def take(self) -> list[_Line]:
        """The lines of the row just read."""
        taken, self._taken, self._size = self._taken, [], 0
        return taken

    def put_back(self, lines: Sequence[_Line]) -> None:
        self._back.extendleft(reversed(lines))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a row must look like: `width` cells, or fewer where the last columns of the header have no name (`least`)."""

    delimiter: str
    least: int
    width: int

    def fit(self, cells: list[str]) -> list[str] | Broken:
        """A blank line becomes []; empty cells beyond the header, as spreadsheets leave them, go; another number of cells is broken."""
        if not any(cells):
            return []
        if len(cells) < self.least or any(cell.strip() for cell in cells[self.width :]):
            return Broken("wrong_cells")
        return cells


def _table_rows(lines: Iterator[_Line]) -> Iterator[tuple[int, Row | Broken]]:
    source = _Source(lines)
    shape, header = _header(source)
    ours = columns(header)
    for number, cells in enumerate(_records(source, shape), start=1):
        if isinstance(cells, Broken):
            yield number, cells
        elif any(cells) and any(cell.strip() for cell in cells):
            yield number, {name: cells[place] for name, place in ours}


def _header(source: _Source) -> tuple[_Shape, list[str]]:
    """The first line that is not blank, cut by the delimiter under which most of its columns are ours."""
    for text in source:
        taken = source.take()
        if taken[0].trouble:
            raise FileRefused("wrong_encoding" if taken[0].trouble == "undecodable" else "not_a_table")
        if text.strip(",;\t\ufeff \n"):
            tries = [(delimiter, _alone(text, delimiter) or []) for delimiter in (",", "\t", ";")]
            delimiter, cells = max(tries, key=lambda one: sum(1 for cell in one[1] if column(cell)))
            named = [place for place, cell in enumerate(cells, start=1) if cell.strip()]
            return _Shape(delimiter, named[-1] if named else 0, len(cells)), cells
    raise FileRefused("no_header", column=REQUIRED[0])


def _records(source: _Source, shape: _Shape) -> Iterator[list[str] | Broken]:
    """Rows of the right shape, [] for blank lines, or Broken. A quote that never closes costs its own line, not the rest."""
    while True:
        try:
            for cells in csv.reader(source, delimiter=shape.delimiter, strict=True):
                taken = source.take()
                if len(taken) > 1:
                    yield _several_lines(source, taken, cells, shape)
                elif taken[0].trouble:
                    yield Broken(taken[0].trouble)
                else:
                    yield cells if len(cells) == shape.width else shape.fit(cells)
            return
        except csv.Error:
            first, *rest = source.take()
            source.put_back(rest)
            lenient = None if first.trouble else _alone(first.text, shape.delimiter)
            if lenient is not None:
                yield shape.fit(lenient)
            else:
                yield Broken(first.trouble or ("line_too_long" if len(first.text) > csv.field_size_limit() else "bad_quotes"))


def _several_lines(source: _Source, taken: list[_Line], cells: list[str], shape: _Shape) -> list[str] | Broken:
    """A row over several lines: a line break inside quotes, or an open quote that swallowed its neighbours, which are then put back."""
    for line in taken[1:]:
        alone = _alone(line.text, shape.delimiter)
        if alone is not None and len(alone) == shape.width and not any('"' in cell for cell in alone):
            source.put_back(taken[1:])
            return Broken(taken[0].trouble or "bad_quotes")
    for line in taken:
        if line.trouble:
            return Broken(line.trouble)
    return shape.fit(cells)


def _alone(text: str, delimiter: str) -> list[str] | None:
    """The cells of one line by itself, read leniently; None if a quote in it stays open or a cell is too long."""
    reader = csv.reader(iter((text, "")), delimiter=delimiter)
    try:
        cells = next(reader)
    except csv.Error:
        return None
    return cells if reader.line_num == 1 else None


# JSON lines


def _json_rows(lines: Iterator[_Line]) -> Iterator[tuple[int, Row | Broken]]:
    for number, line in enumerate(lines, start=1):
        if line.trouble:
            yield number, Broken(line.trouble)
        elif line.text.strip():
            yield number, _json_row(line.text)


class _NotARow(ValueError):
    pass


def _json_row(text: str) -> Row | Broken:
    try:
        row = json.loads(text, object_pairs_hook=_object, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Broken("bad_json")
    return row if isinstance(row, dict) else Broken("bad_json")


def _object(pairs: list[tuple[str, object]]) -> Row:
    """Only the fields of ours; one that stands twice makes the row unreadable, since two readers would read it differently."""
    row: Row = {}
    for key, value in pairs:
        name = column(key)
        if name in row:
            raise _NotARow(name)
        if name:
            row[name] = value
    return row


def _no_constant(name: str) -> object:
    raise _NotARow(name)
