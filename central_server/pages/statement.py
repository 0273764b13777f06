"""A merchant's statement as a sheet: CSV that no spreadsheet runs as a formula, or XLSX with real numbers and sums that add up by themselves."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from central_server.settle import Statement
from corner_app.i18n import Language, words

_RUN = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to a spreadsheet."""
_COLUMNS = ("item", "office", "date", "amount", "state")


def as_json(found: Statement) -> dict[str, object]:
    """A statement as scripts and merchants read it. Money paisa, times ms UTC."""
    return {
        "merchant": found.merchant,
        "invoice": found.invoice,
        "state": found.state,
        "made_at": found.made_at,
        "paid_at": found.paid_at,
        "amount": found.amount,
        "parcels": [{"item": line.item, "office": line.office, "date": line.date, "amount": line.amount} for line in found.lines],
        "waiting": [{"item": waiting.item, "amount": waiting.amount, "why": waiting.why} for waiting in found.waiting],
    }


def as_csv(statement: Statement, spoken: str) -> bytes:
    """UTF-8 with a mark; amounts in taka with two decimals. What waits stands below with its reason. spoken: "bn" or "en"."""
    language = Language(spoken)
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([words(f"settle.{name}", language) for name in _COLUMNS])
    state = words(f"settle.{statement.state}", language)
    for line in statement.lines:
        writer.writerow([_plain(line.item), _plain(line.office), line.date, _taka(line.amount), state])
    writer.writerow([words("settle.total", language), "", "", _taka(statement.amount), ""])
    for waiting in statement.waiting:
        writer.writerow([_plain(waiting.item), "", "", _taka(waiting.amount), _why(waiting.why, language)])
    return made.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_RUN) else text


def _taka(paisa: int) -> Decimal:
    return Decimal(paisa).scaleb(-2)


def _why(why: str, language: Language) -> str:
    known = ("claimed", "disputed", "suspense", "later")
    return words(f"settle.waits_{why if why in known else 'doubt'}", language)


def as_xlsx(statement: Statement, spoken: str) -> bytes:
    """One sheet with a frozen heading; the total is a formula, and what it comes to is kept with it for readers that compute nothing. spoken: as above."""
    language = Language(spoken)
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    money, sums = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "#,##0.00", "bold": True})
    sheet = book.add_worksheet(words("settle.sheet", language))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 4, 18)
    sheet.write_row(0, 0, [words(f"settle.{name}", language) for name in _COLUMNS], bold)
    state = words(f"settle.{statement.state}", language)
    for row, line in enumerate(statement.lines, 1):
        sheet.write_string(row, 0, line.item)
        sheet.write_string(row, 1, line.office)
        sheet.write_datetime(row, 2, date.fromisoformat(line.date), day)
        sheet.write_number(row, 3, line.amount / 100, money)
        sheet.write_string(row, 4, state)
    below = len(statement.lines) + 1
    sheet.write_string(below, 0, words("settle.total", language), bold)
    sheet.write_formula(below, 3, f"=SUM(D2:D{below})" if statement.lines else "=0", sums, statement.amount / 100)
    for row, waiting in enumerate(statement.waiting, below + 2):
        sheet.write_string(row, 0, waiting.item)
        sheet.write_number(row, 3, waiting.amount / 100, money)
        sheet.write_string(row, 4, _why(waiting.why, language))
    book.close()
    return made.getvalue()
