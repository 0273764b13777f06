"""Announcement files as merchants, spreadsheets, broken disks and strangers make them."""

import codecs
import csv
import io
import json
import os
import pathlib
import socket
import tracemalloc
import zipfile
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from corner_app.advice import files as advice_files
from corner_app.advice import sheets as advice_sheets
from corner_app.advice.files import Broken, FileRefused, Row, read_rows

DATA = pathlib.Path(__file__).parents[1] / "data"
HEAD = "item_id,recipient_name_bn,address_bn,cod_amount_minor"
GOOD = "CP407774791BD,আরিফুল মৃধা,পিরোজপুর,116000"
ROW = {"item_id": "CP407774791BD", "recipient_name_bn": "আরিফুল মৃধা", "address_bn": "পিরোজপুর", "cod_amount_minor": "116000"}


def write(folder: pathlib.Path, content: bytes | str, name: str = "advice.csv") -> pathlib.Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: pathlib.Path, content: bytes | str, name: str = "advice.csv") -> list[tuple[int, Row | Broken]]:
    return list(read_rows(write(folder, content, name)))


def refusal(folder: pathlib.Path, content: bytes | str) -> str:
    with pytest.raises(FileRefused) as caught:
        read(folder, content)
    return caught.value.code


def table(*rows: str, end: str = "\n") -> str:
    return end.join((HEAD, *rows)) + end


# The table, in every dress it comes in


def test_the_thousand() -> None:
    rows = list(read_rows(DATA / "sample_parcels_1000.csv"))
    with open(DATA / "sample_parcels_1000.csv", encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    assert [number for number, _ in rows] == list(range(1, 1001))
    for (_, row), want in zip(rows, given, strict=True):
        assert isinstance(row, dict)
        assert row == {name: want[name] for name in row}
        assert len(row) == 22


def test_quoted_line_breaks_of_the_dirty_file() -> None:
    rows = [row for _, row in read_rows(DATA / "sample_parcels_dirty_200.csv")]
    assert len(rows) == 200
    assert sum("\n" in str(row["address_bn"]) for row in rows if isinstance(row, dict)) == 8


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_line_ends_delimiters(tmp_path: pathlib.Path, end: str, encoding: str, delimiter: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    text = mark + table(GOOD, GOOD, end=end).replace(",", delimiter)
    assert read(tmp_path, text.encode(encoding)) == [(1, ROW), (2, ROW)]


def test_no_line_end_at_the_end(tmp_path: pathlib.Path) -> None:
    assert read(tmp_path, f"{HEAD}\n{GOOD}") == [(1, ROW)]


def test_column_names_in_any_case_and_spacing(tmp_path: pathlib.Path) -> None:
    head = " ITEM ID,Recipient-Name_BN,address bn ,COD_Amount_Minor,remarks"
    assert read(tmp_path, f"\ufeff{head}\n{GOOD},x\n") == [(1, ROW)]


def test_blank_lines_are_no_rows_but_keep_the_numbers_true(tmp_path: pathlib.Path) -> None:
    assert read(tmp_path, f"\n\n{HEAD}\n\n{GOOD}\n,,,\n   , ,,\n{GOOD}\n\n") == [(2, ROW), (5, ROW)]


def test_empty_cells_beyond_the_header(tmp_path: pathlib.Path) -> None:
    assert read(tmp_path, table(GOOD + ",,,", GOOD + ",stray")) == [(1, ROW), (2, Broken("wrong_cells"))]
    assert read(tmp_path, f"{HEAD},,\n{GOOD}\n{GOOD},\n{GOOD},note,\n{GOOD},,,,") == [(1, ROW), (2, ROW), (3, ROW), (4, ROW)]


def test_header_alone_is_an_announcement_of_nothing(tmp_path: pathlib.Path) -> None:
    assert read(tmp_path, HEAD) == []


def test_json_lines(tmp_path: pathlib.Path) -> None:
    lines = [
        json.dumps({"Item ID": "CP407774791BD", "cod_amount_minor": 116000, "weight_g": 450.0, "other": {"item_id": 1}}),
        "",
        '{"item_id": "CP407774791BD", "cod_amount_minor": null}\r',
        '{"item_id": "\u2028", "cod_amount_minor": 1}',
    ]
    rows = read(tmp_path, "\ufeff" + "\n".join(lines))
    assert [number for number, _ in rows] == [1, 3, 4]
    assert rows[0][1] == {"item_id": "CP407774791BD", "cod_amount_minor": 116000, "weight_g": 450}
    assert rows[1][1] == {"item_id": "CP407774791BD", "cod_amount_minor": None}
    assert rows[2][1] == {"item_id": "\u2028", "cod_amount_minor": 1}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "{}x",
        "null",
        '"text"',
        '{"item_id": 1, "item_id": 2}',
        '{"item_id": 1, "ITEM ID": 2}',
        '{"cod_amount_minor": NaN}',
        '{"cod_amount_minor": -Infinity}',
        '{"a": ' * 50_000,
        "[" * 100_000,
        '{"item_id": ' + "9" * 5000 + "}",
        "{'item_id': 1}",
    ],
)
def test_bad_json_costs_its_line(tmp_path: pathlib.Path, line: str) -> None:
    good = '{"item_id": "CP407774791BD", "cod_amount_minor": 1}'
    rows = read(tmp_path, f"{good}\n{line}\n{good}\n")
    assert [row == Broken("bad_json") for _, row in rows] == [False, True, False]


def test_json_money_keeps_its_digits(tmp_path: pathlib.Path) -> None:
    ((_, row),) = read(tmp_path, '{"item_id": "1", "cod_amount_minor": 116000.00000000000001}')
    assert isinstance(row, dict)
    assert str(row["cod_amount_minor"]) == "116000.00000000000001"


# Rows that cannot be taken apart


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("CP407774791BD,আরিফুল", "wrong_cells"),
        (GOOD + ",more", "wrong_cells"),
        ('CP407774791BD,"আরিফুল,পিরোজপুর,116000', "bad_quotes"),
        ('CP407774791BD,আরিফুল,"পিরোজপুর,116000', "bad_quotes"),
        ('"CP407774791BD,আরিফুল,পিরোজপুর,116000', "bad_quotes"),
        ('CP407774791BD,"আরিফুল"মৃধা,"পিরোজপুর,116000', "bad_quotes"),
        (f"CP407774791BD,{'ক' * 200_000},পিরোজপুর,116000", "line_too_long"),
        (f"CP407774791BD,{'ক' * 400_000},পিরোজপুর,116000", "line_too_long"),
        ("CP407774791BD,আরি\0ফুল,পিরোজপুর,116000", "undecodable"),
    ],
)
def test_a_broken_row_costs_itself(tmp_path: pathlib.Path, row: str, code: str) -> None:
    assert read(tmp_path, table(GOOD, row, GOOD, GOOD)) == [(1, ROW), (2, Broken(code)), (3, ROW), (4, ROW)]


@pytest.mark.parametrize("bad", [b"\xff", b"\x80", b"\xe0\xa6", b"\xed\xa0\x80", b"\xc0\x80", b"\x00", b"\x00" * 300_000])
def test_bytes_that_are_no_text_cost_their_row(tmp_path: pathlib.Path, bad: bytes) -> None:
    row = GOOD.encode().replace("আ".encode(), bad)
    content = b"\n".join([HEAD.encode(), GOOD.encode(), row, GOOD.encode()])
    assert read(tmp_path, content) == [(1, ROW), (2, Broken("undecodable")), (3, ROW)]


def test_half_a_utf16_character(tmp_path: pathlib.Path) -> None:
    whole = table(GOOD, GOOD, GOOD).encode("utf-16-le")
    broken = whole.replace("আরিফুল".encode("utf-16-le"), b"\x00\xd8", 1)
    rows = read(tmp_path, codecs.BOM_UTF16_LE + broken + b"x")
    assert rows == [(1, Broken("undecodable")), (2, ROW), (3, ROW), (4, Broken("undecodable"))]


def test_odd_quotes_that_still_have_one_meaning(tmp_path: pathlib.Path) -> None:
    row = 'CP407774791BD,"Rahim" Store,12" pipe,116000'
    ((_, got),) = read(tmp_path, table(row))
    assert isinstance(got, dict)
    assert (got["recipient_name_bn"], got["address_bn"]) == ("Rahim Store", '12" pipe')


def test_an_open_quote_does_not_swallow_its_neighbours(tmp_path: pathlib.Path) -> None:
    opened = 'CP407774791BD,আরিফুল,"পিরোজপুর,116000'
    quoted = 'CP407774791BD,"আরিফুল মৃধা","পিরোজপুর","116000"'
    rows = read(tmp_path, table(opened, GOOD, GOOD, quoted, opened, GOOD, opened))
    assert rows == [(1, Broken("bad_quotes")), (2, ROW), (3, ROW), (4, ROW), (5, Broken("bad_quotes")), (6, ROW), (7, Broken("bad_quotes"))]


def test_an_open_quote_in_a_long_file(tmp_path: pathlib.Path) -> None:
    rows = read(tmp_path, table('CP407774791BD,"', *[GOOD] * 5_000))
    assert rows[0] == (1, Broken("bad_quotes"))
    assert rows[1:] == [(number, ROW) for number in range(2, 5_002)]


def test_line_breaks_inside_quotes(tmp_path: pathlib.Path) -> None:
    row = 'CP407774791BD,আরিফুল মৃধা,"গ্রাম: ক,\r\nডাকঘর: খ\rউপজেলা: গ\nজেলা: ঘ",116000'
    ((_, got), after) = read(tmp_path, table(row, GOOD))
    assert isinstance(got, dict)
    assert str(got["address_bn"]).splitlines() == ["গ্রাম: ক,", "ডাকঘর: খ", "উপজেলা: গ", "জেলা: ঘ"]
    assert after == (2, ROW)


def test_a_row_of_several_lines_with_a_missing_cell_is_one_broken_row(tmp_path: pathlib.Path) -> None:
    assert read(tmp_path, table('CP407774791BD,"a\nb",116000', GOOD)) == [(1, Broken("wrong_cells")), (2, ROW)]


def test_a_bad_byte_in_the_second_line_of_a_row(tmp_path: pathlib.Path) -> None:
    content = table(GOOD, GOOD, 'CP407774791BD,আ,"ক\nQQ",116000', GOOD).encode().replace(b"QQ", b"\xff")
    assert read(tmp_path, content)[2:] == [(3, Broken("undecodable")), (4, ROW)]


def test_ten_megabytes_in_a_line_leave_the_memory_flat(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "advice.csv"
    with open(path, "wb") as file:
        file.write(table(GOOD).encode())
        for end in (b"\n", b"\r\n"):
            for _ in range(40):
                file.write(b"x" * 1024**2)
            file.write(end + GOOD.encode() + b"\n")
        for _ in range(10):
            file.write(b'"' * 1024**2)
    tracemalloc.start()
    rows = list(read_rows(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    long = Broken("line_too_long")
    assert rows == [(1, ROW), (2, long), (3, ROW), (4, long), (5, ROW), (6, long)]
    assert peak < 12 * 1024**2


def test_many_rows_leave_the_memory_flat(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "advice.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD + "\n")
        for _ in range(100):
            file.write((GOOD + "\n") * 1_000)
    tracemalloc.start()
    assert sum(1 for _ in read_rows(path)) == 100_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 1024**2


# Files refused as a whole


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (codecs.BOM_UTF16_LE, "empty"),
        (b"\0" * 5_000, "not_a_table"),
        (b"%PDF-1.7\n%\xe2\xe3", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not_a_table"),
        (b"\x1f\x8b\x08\0", "not_a_table"),
        (b"<html><table><tr><td>item_id</td></tr></table>", "not_a_table"),
        (b"{\\rtf1 item_id", "not_a_table"),
        (b'[{"item_id": "CP407774791BD"}]', "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 cut short", "damaged_archive"),
        (table(GOOD).encode("utf-16-le"), "wrong_encoding"),
        (table(GOOD).encode("utf-16-be"), "wrong_encoding"),
        (table(GOOD).encode("utf-32"), "wrong_encoding"),
        (table(GOOD).encode("utf-32-be"), "wrong_encoding"),
        (table("CP407774791BD,José,Café,1", "CP407774791BD,Zoë,x,1").encode("latin-1"), "wrong_encoding"),
        (table("CP407774791BD,Rahim’s “shop”,x,1").encode("cp1252"), "wrong_encoding"),
        (b"item_id,n\xe9,cod_amount_minor\n1,2,3\n", "wrong_encoding"),
        ("item_id,weight_g\n1,2\n", "no_header"),
        ("cod_amount_minor,weight_g\n1,2\n", "no_header"),
        (GOOD, "no_header"),
        ("x" * 2_000_000, "not_a_table"),
        ("item_id,cod_amount_minor,Item ID\n1,2,3\n", "column_twice"),
    ],
)
def test_refused(tmp_path: pathlib.Path, content: bytes | str, code: str) -> None:
    assert refusal(tmp_path, content) == code


def test_a_refusal_names_the_missing_column(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileRefused) as caught:
        read(tmp_path, "item_id,cod\n1,2\n")
    assert caught.value.params == {"column": "cod_amount_minor"}


def test_places_that_hold_no_file(tmp_path: pathlib.Path) -> None:
    real = write(tmp_path, table(GOOD))
    (tmp_path / "link.csv").symlink_to(real)
    os.mkfifo(tmp_path / "pipe.csv")
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(tmp_path / "socket.csv"))
    bound.close()
    places: dict[str | pathlib.Path, str] = {
        tmp_path / "none.csv": "not_there",
        real / "inside.csv": "not_there",
        "": "not_there",
        "a\0b": "not_there",
        "x" * 5_000: "not_there",
        tmp_path: "folder",
        tmp_path / "link.csv": "symlink",
        tmp_path / "pipe.csv": "device",
        tmp_path / "socket.csv": "device",
        "/dev/null": "device",
        "/dev/zero": "device",
    }
    for place, code in places.items():
        with pytest.raises(FileRefused) as caught:
            next(read_rows(place))
        assert (place, caught.value.code) == (place, code)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_the_system_denies(tmp_path: pathlib.Path) -> None:
    path = write(tmp_path, table(GOOD))
    path.chmod(0)
    with pytest.raises(FileRefused) as caught:
        next(read_rows(path))
    assert caught.value.code == "not_allowed"


def test_a_text_beyond_the_limit(tmp_path: pathlib.Path) -> None:
    path = write(tmp_path, table(GOOD))
    os.truncate(path, advice_files.TEXT_LIMIT + 1)  # sparse
    with pytest.raises(FileRefused) as caught:
        next(read_rows(path))
    assert (caught.value.code, caught.value.params) == ("too_big", {"limit": "2048"})


# Workbooks


def workbook(folder: pathlib.Path, *rows: list[object], title: str = "parcels", **more: list[list[object]]) -> pathlib.Path:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, lines in more.items():
        extra = book.create_sheet(name)
        for row in lines:
            extra.append(row)
    path = folder / "advice.xlsx"
    book.save(path)
    return path


def code_of(path: pathlib.Path) -> str:
    with pytest.raises(FileRefused) as caught:
        list(read_rows(path))
    return caught.value.code


def test_a_workbook(tmp_path: pathlib.Path) -> None:
    head: list[object] = ["Item ID", "recipient_name_bn", "recipient_phone", "cod_amount_minor", "weight_g", "advised_at", "other"]
    path = workbook(
        tmp_path,
        [],
        head,
        ["CP407774791BD", "আরিফুল মৃধা", 1712345678, 116000, 450.5, datetime(2026, 11, 24, 10, 20), "x"],
        [],
        [None, " ", None, None],
        [880194123456, None, "+8801712345678", "", True, None],
    )
    rows = list(read_rows(path))
    assert [number for number, _ in rows] == [1, 3, 4]
    assert rows[0][1] == {
        "item_id": "CP407774791BD",
        "recipient_name_bn": "আরিফুল মৃধা",
        "recipient_phone": 1712345678,
        "cod_amount_minor": 116000,
        "weight_g": 450.5,
        "advised_at": datetime(2026, 11, 24, 10, 20),
    }
    assert isinstance(rows[2][1], dict)
    assert rows[2][1]["item_id"] == 880194123456


def test_formulas_stay_text(tmp_path: pathlib.Path) -> None:
    path = workbook(tmp_path, ["item_id", "cod_amount_minor", "recipient_name_en"], ["CP407774791BD", "=1160*100", '=HYPERLINK("x","y")'])
    ((_, row),) = read_rows(path)
    assert row == {"item_id": "CP407774791BD", "cod_amount_minor": "=1160*100", "recipient_name_en": '=HYPERLINK("x","y")'}


def test_money_shown_with_decimals_is_as_doubtful_as_in_a_csv(tmp_path: pathlib.Path) -> None:
    book = Workbook()
    book.active.append(["item_id", "cod_amount_minor", "declared_value_minor"])
    book.active.append(["CP407774791BD", 1490, 1490])
    book.active["B2"].number_format = book.active["C2"].number_format = "#,##0.00"
    book.save(tmp_path / "advice.xlsx")
    ((_, row),) = read_rows(tmp_path / "advice.xlsx")
    assert row == {"item_id": "CP407774791BD", "cod_amount_minor": "1490.00", "declared_value_minor": 1490}


def test_carriage_returns_of_a_workbook(tmp_path: pathlib.Path) -> None:
    path = workbook(tmp_path, ["item_id", "cod_amount_minor", "address_bn"], ["CP407774791BD", 1, "গ্রাম_x000D_\nডাকঘর"])
    ((_, row),) = read_rows(path)
    assert isinstance(row, dict)
    assert row["address_bn"] == "গ্রাম\r\nডাকঘর"


def test_the_sheet_that_holds_parcels_is_found(tmp_path: pathlib.Path) -> None:
    parcels: list[list[object]] = [["item_id", "cod_amount_minor"], ["CP407774791BD", 1]]
    note: list[object] = ["Please read first"]
    assert len(list(read_rows(workbook(tmp_path, note, title="note", parcels=parcels)))) == 1
    path = workbook(tmp_path, note, title="note", one=parcels, two=parcels)
    with pytest.raises(FileRefused) as caught:
        list(read_rows(path))
    assert (caught.value.code, caught.value.params) == ("several_sheets", {"sheets": "one, two"})
    assert code_of(workbook(tmp_path, note)) == "no_header"
    assert code_of(workbook(tmp_path)) == "no_header"
    assert code_of(workbook(tmp_path, ["item_id", "ITEM_ID", "cod_amount_minor"])) == "column_twice"


def parts_of(path: pathlib.Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(folder: pathlib.Path, parts: dict[str, bytes]) -> pathlib.Path:
    path = folder / "packed.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def parts(tmp_path: pathlib.Path) -> dict[str, bytes]:
    return parts_of(workbook(tmp_path, ["item_id", "cod_amount_minor"], ["CP407774791BD", 116000]))


SHEET = "xl/worksheets/sheet1.xml"


def test_packing_it_again_changes_nothing(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    assert list(read_rows(pack(tmp_path, parts))) == [(1, {"item_id": "CP407774791BD", "cod_amount_minor": 116000})]


@pytest.mark.parametrize("where", [SHEET, "xl/media/image1.png", "xl/styles.xml", "docProps/app.xml"])
def test_a_part_that_unpacks_to_too_much(tmp_path: pathlib.Path, parts: dict[str, bytes], where: str) -> None:
    assert code_of(pack(tmp_path, parts | {where: b" " * 60 * 1024**2})) == "zip_bomb"


def test_many_parts_and_many_megabytes(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    assert code_of(pack(tmp_path, parts | {f"xl/x{number}": b"" for number in range(advice_sheets.PARTS_LIMIT)})) == "zip_bomb"
    noise = os.urandom(16 * 1024) * 64
    assert code_of(pack(tmp_path, parts | {f"xl/x{number}": noise for number in range(201)})) == "zip_bomb"
    long_comment = b"<!--" + os.urandom(8 * 1024).hex().encode() * 1_100 + b"-->"
    assert code_of(pack(tmp_path, parts | {"xl/styles.xml": parts["xl/styles.xml"] + long_comment})) == "zip_bomb"


def test_a_directory_too_long_to_be_read(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    path = pack(tmp_path, parts | {"xl/" + "x" * 60_000 + str(number): b"" for number in range(30)})
    assert code_of(path) == "zip_bomb"


def test_a_size_that_lies(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    path = pack(tmp_path, parts)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    at = content.rfind(size.to_bytes(4, "little"))
    content[at : at + 4] = (7).to_bytes(4, "little")
    path.write_bytes(content)
    assert code_of(path) == "damaged_archive"


def test_one_row_that_is_the_whole_sheet(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    cells = "".join(f"<c><v>{os.urandom(8).hex()}</v></c>" for _ in range(200_000)).encode()
    assert code_of(pack(tmp_path, parts | {SHEET: parts[SHEET].replace(b"</row>", cells + b"</row>", 1)})) == "zip_bomb"


@pytest.mark.parametrize("where", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities(tmp_path: pathlib.Path, parts: dict[str, bytes], where: str, encoding: str) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 50 + '">]>'
    text = f'<?xml version="1.0" encoding="{encoding}"?><!--{"x" * 300_000}-->{laughs}<x>&b;</x>'
    assert code_of(pack(tmp_path, parts | {where: text.encode(encoding)})) == "zip_bomb"


@pytest.mark.parametrize("where", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("content", [b"", b"no xml", b"<x/>", b"<worksheet><sheetData><row><c t='s'><v>x</v>", b"\xff\xfe"])
def test_damaged_parts(tmp_path: pathlib.Path, parts: dict[str, bytes], where: str, content: bytes) -> None:
    assert code_of(pack(tmp_path, parts | {where: content})) in ("damaged_archive", "no_header", "zip_bomb")


@pytest.mark.parametrize("number", ["1", "0", "1048577", "99999999999", "-3"])
def test_rows_out_of_order_are_not_left_out_in_silence(tmp_path: pathlib.Path, parts: dict[str, bytes], number: str) -> None:
    sheet = parts[SHEET].replace(b'<row r="2"', f'<row r="{number}"'.encode())
    assert code_of(pack(tmp_path, parts | {SHEET: sheet})) == "damaged_archive"


def test_rows_far_apart_keep_their_numbers(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    sheet = parts[SHEET].replace(b'<row r="2"', b'<row r="5000"').replace(b'"A2"', b'"A5000"').replace(b'"B2"', b'"B5000"')
    ((number, row),) = read_rows(pack(tmp_path, parts | {SHEET: sheet}))
    assert (number, row) == (4_999, {"item_id": "CP407774791BD", "cod_amount_minor": 116000})


def test_flipped_and_missing_bytes_never_escape(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    whole = pack(tmp_path, parts).read_bytes()
    for at in range(0, len(whole), 97):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :]):
            path = write(tmp_path, content, "flipped.xlsx")
            try:
                rows = list(read_rows(path))
            except FileRefused:
                continue
            assert len(rows) <= 1


def test_archives_that_are_no_workbook(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    assert code_of(pack(tmp_path, {"advice.csv": table(GOOD).encode()})) == "not_a_table"
    assert code_of(pack(tmp_path, {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})) == "not_a_table"
    assert code_of(pack(tmp_path, parts | {"xl/workbook.bin": b""})) == "not_a_table"
    assert code_of(pack(tmp_path, {})) == "not_a_table"


def test_an_archive_under_a_password(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    path = pack(tmp_path, parts)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert code_of(path) == "password"


def test_a_csv_called_xlsx_is_a_csv(tmp_path: pathlib.Path) -> None:
    assert read(tmp_path, table(GOOD), "advice.xlsx") == [(1, ROW)]


def test_a_large_workbook_file(tmp_path: pathlib.Path, parts: dict[str, bytes]) -> None:
    path = pack(tmp_path, parts)
    os.truncate(path, advice_sheets.FILE_LIMIT + 1)
    assert code_of(path) == "too_big"


def test_utf16_that_is_cut_by_the_chunks(tmp_path: pathlib.Path) -> None:
    text = io.StringIO()
    text.write(HEAD + "\n")
    for number in range(30_000):
        text.write(f"CP{number:09d}BD,{'আ' * (number % 37)}😀,x,{number}\n")
    rows = read(tmp_path, text.getvalue().encode("utf-16"))
    assert [row["cod_amount_minor"] for _, row in rows if isinstance(row, dict)] == [str(number) for number in range(30_000)]


# Anything at all

lines = st.text(st.sampled_from('আ\u200d,\t;"""x1 \x0b\x1c\u2028'), max_size=30)
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@anything
@given(st.lists(lines, min_size=1, max_size=4))
def test_no_line_harms_the_next_good_one(tmp_path: pathlib.Path, odd: list[str]) -> None:
    rows = read(tmp_path, table(GOOD, *odd, GOOD, GOOD, GOOD, '"CP407774791BD","আরিফুল মৃধা","পিরোজপুর","116000"', GOOD))
    assert [row for _, row in rows][:1] == [ROW]
    assert [row for _, row in rows][-4:] == [ROW] * 4
    assert [number for number, _ in rows][-4:] == [len(odd) + shift for shift in (3, 4, 5, 6)] or any('"' in line for line in odd)


@anything
@given(st.binary(max_size=200), st.sampled_from([b"", HEAD.encode() + b"\n", b"{", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"PK\x05\x06"]))
def test_any_bytes_are_rows_or_a_refusal(tmp_path: pathlib.Path, content: bytes, start: bytes) -> None:
    try:
        rows = read(tmp_path, start + content)
    except FileRefused as refused:
        assert refused.code in (FileRefused.__doc__ or "")
    else:
        assert [number for number, _ in rows] == sorted({number for number, _ in rows})
        assert all(isinstance(row, Broken) or row.keys() >= {"item_id"} or start == b"{" for _, row in rows)
