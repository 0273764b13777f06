"""Reads an announcement from an XLSX workbook, after looking at the archive as a stranger's: sizes, encryption, XML declarations.

A cell comes out as the value its sheet holds: text, number, date or nothing. A formula comes out as its text, "=…": what it computes
is known only to the program that saved it. Money in a column shown with decimals comes out as it is shown ("1490.00"), because its
unit is in the same doubt as that text in a CSV would be.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import struct
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any
from xml.parsers import expat

from corner_app.advice.files import Broken, FileRefused, Row, column, columns

FILE_LIMIT = 50 * 1024**2
"""Bytes of the largest workbook taken."""
UNPACKED_LIMIT = 200 * 1024**2
"""Bytes of all its parts unpacked: about 150,000 parcels."""
PARTS_LIMIT = 2_000
RATIO_LIMIT = 200
"""How many times larger than packed a part above a megabyte may be."""
DETAIL_LIMIT = 16 * 1024**2
"""Bytes of any part beside the sheets and their texts (styles, names, relations), which the reader holds in memory whole."""
ROW_LIMIT = 4 * 1024**2
"""Bytes of one row in a sheet; a row is held in memory whole."""
ROWS, COLUMNS = 1_048_576, 256
_CHUNK = 256 * 1024


def rows(file: IO[bytes], size: int) -> Iterator[tuple[int, Row | Broken]]:
    """Yields (number, row) for every row of the one sheet that holds parcels. Raises FileRefused."""
    if size > FILE_LIMIT:
        raise FileRefused("too_big", limit=str(FILE_LIMIT // 1024**2))
    start = file.read(8)
    if not start.startswith(b"PK"):
        raise FileRefused(_what_ole_holds(file))
    _guard_archive(file, size)
    try:
        yield from _rows(file)
    except FileRefused:
        raise
    except Exception as error:  # a foreign parser over a foreign file: there is no end to what it may raise
        raise _damaged(error) from error


def _damaged(error: Exception) -> FileRefused:
    """A fault of the disk is not the archive's."""
    return FileRefused("unreadable" if isinstance(error, OSError) and error.errno else "damaged_archive")


def _what_ole_holds(file: IO[bytes]) -> str:
    """Excel wraps a workbook with a password in the container of its old format."""
    before = b""
    while chunk := file.read(_CHUNK):
        if "EncryptedPackage".encode("utf-16-le") in before + chunk:
            return "password"
        before = chunk[-64:]
    return "old_excel"


# The archive


def _guard_archive(file: IO[bytes], size: int) -> None:
    """Refuses what is no workbook, is encrypted, would unpack to too much, or declares XML entities."""
    _guard_directory(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _guard_sizes(parts)
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or "xl/workbook.bin" in names or not any(name.startswith("xl/") for name in names):
                raise FileRefused("not_a_table")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        _guard_xml(stream, sheet=part.filename.startswith("xl/worksheets/"))
    except FileRefused:
        raise
    except Exception as error:  # zipfile and zlib raise a dozen kinds over damaged archives
        raise _damaged(error) from error


def _guard_directory(file: IO[bytes], size: int) -> None:
    """The directory is read into memory whole by whoever opens the archive, so its length is looked at first."""
    tail_size = min(size, 65_557 + 76)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 16:
        raise FileRefused("damaged_archive")
    (length,) = struct.unpack_from("<L", tail, end + 12)
    if end >= 76 and tail[end - 20 : end - 16] == b"PK\x06\x07":
        (length,) = struct.unpack_from("<Q", tail, end - 76 + 40)
    if length > PARTS_LIMIT * 512:
        raise FileRefused("zip_bomb")


def _guard_sizes(parts: Sequence[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused("password")
    if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise FileRefused("zip_bomb")
    for part in parts:
        if part.file_size > 1024**2 and part.file_size > RATIO_LIMIT * part.compress_size:
            raise FileRefused("zip_bomb")
        held_whole = part.filename.lower().endswith((".xml", ".rels")) and not part.filename.startswith(("xl/worksheets/", "xl/sharedS"))
        if held_whole and part.file_size > DETAIL_LIMIT:
            raise FileRefused("zip_bomb")


class _Enough(Exception):
    """The first element has begun: no declaration can follow."""


def _guard_xml(stream: IO[bytes], *, sheet: bool) -> None:
    """No document type, so no entities, which no spreadsheet program writes; and in a sheet, rows that can be held and counted."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = _enough
    start = b""
    with contextlib.suppress(_Enough):
        while chunk := stream.read(_CHUNK):
            start = chunk
            parser.Parse(chunk, False)
    if sheet:
        _guard_rows(itertools.chain((start,), iter(lambda: stream.read(_CHUNK), b"")))


def _guard_rows(chunks: Iterable[bytes]) -> None:
    """Rows below ROW_LIMIT, numbered upwards: the reader would leave out in silence what stands behind a number that is too high."""
    left, since, last = b"", 0, 0
    for chunk in chunks:
        data = left + chunk
        end = max(data.rfind(b"<"), 0)
        left = data[end:]
        after = 0
        for row in _ROW.finditer(data, 0, end):
            number = _NUMBER.search(row[0])
            last, before = (int(number[2] or 0) if number else last + 1), last
            if not before < last <= ROWS:
                raise FileRefused("damaged_archive")
            since, after = 0, row.start()
        since += end - after
        if since + len(left) > ROW_LIMIT or b"\0" in chunk:  # NUL: UTF-16, which would hide its rows from this look
            raise FileRefused("zip_bomb")


_ROW = re.compile(rb"<(?:\w+:)?row(?:\s[^<>]*)?>")
_NUMBER = re.compile(rb"\sr\s*=\s*([\"'])(?:(\d{1,9})|[^\"']*)\1")


def _refuse(*_: object) -> None:
    raise FileRefused("zip_bomb")


def _enough(*_: object) -> None:
    raise _Enough


# The sheet


def _rows(file: IO[bytes]) -> Iterator[tuple[int, Row | Broken]]:
    from openpyxl import load_workbook  # slow to import, and wanted here only

    # It warns of styles and extensions it leaves out; they do not concern us.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    file.seek(0)
    book = load_workbook(file, read_only=True, keep_links=False)
    sheet, above, ours = _sheet_of_parcels(book)
    cells = sheet.iter_rows(min_row=above + 1, max_row=ROWS, max_col=COLUMNS)
    for number, row in enumerate(cells, start=1):
        values = {name: _value(row[place], name) for name, place in ours if place < len(row)}
        if any(value is not None and value != "" for value in values.values()):
            yield number, values


def _sheet_of_parcels(book: Any) -> tuple[Any, int, list[tuple[str, int]]]:
    """The visible sheet whose first row that is not blank names the required columns, that row's number, and our columns."""
    found, refused = [], None
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        above, header = _header(sheet)
        try:
            found.append((sheet, above, columns(header)))
        except FileRefused as error:
            if error.code != "no_header" or (any(column(name) for name in header) and refused is None):
                refused = error
    if len(found) > 1:
        raise FileRefused("several_sheets", sheets=", ".join(str(sheet.title) for sheet, _, _ in found))
    if not found:
        raise refused or FileRefused("no_header", column="item_id")
    return found[0]


def _header(sheet: Any) -> tuple[int, list[str]]:
    for number, row in enumerate(itertools.islice(sheet.iter_rows(max_row=ROWS, max_col=COLUMNS), 100), start=1):
        titles = ["" if cell.value is None else str(cell.value) for cell in row]
        if any(title.strip() for title in titles):
            return number, titles
    return 0, []


def _value(cell: Any, name: str) -> object:
    """What the cell holds, as text, number, date, bool or None."""
    value = cell.value
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
    if cell.data_type == "f":
        return getattr(value, "text", None) or "="
    if name == "cod_amount_minor" and isinstance(value, int | float) and _DECIMALS.search(str(cell.number_format or "")):
        return f"{value:.2f}"
    return value


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How a workbook writes a control character (_x000D_)."""
_DECIMALS = re.compile(r"[0#?]\.[0#?]")
