"""Reports as files: CSV (RFC 4180) and spreadsheets, neither with anything that is computed.

A cell that begins like a formula would run in the reader's spreadsheet; texts are guarded in CSV
and written as texts in spreadsheets, whoever wrote them.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

import xlsxwriter

from server.participation.rules import guarded_cells
from server.platform.i18n import Message, Translator, say
from server.reports.tables import HIDDEN, Table, Value

CSV, XLSX = "csv", "xlsx"
TYPES: Final = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SHEET_NAME: Final = 31
_WIDE, _NARROW = 48, 14
Lines = Sequence[tuple[Message | str, Message | str]]
Cell = Message | Value


def as_csv(translator: Translator, about: Lines, tables: Sequence[Table]) -> bytes:
    """Return all tables in one file, below each other; `about` comes first."""
    lines: list[Sequence[Cell]] = [list(line) for line in about]
    for table in tables:
        lines += [[], [table.title], [table.note], _heads(table)]
        lines += [[row.label, *row.values] for row in table.rows]
    return lines_as_csv(translator, lines)


def lines_as_csv(translator: Translator, lines: Sequence[Sequence[Cell]]) -> bytes:
    """Return lines as CSV, with the mark that tells spreadsheets it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow(guarded_cells([_word(translator, one) for one in line]))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(translator: Translator, about: Lines, tables: Sequence[Table]) -> bytes:
    """Return a spreadsheet with one sheet for each table, after one that tells what it is."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        first = book.add_worksheet(_sheet(translator, say("About"), 0))
        first.set_column(0, 1, _WIDE)
        for number, (name, value) in enumerate(about):
            first.write_string(number, 0, str(_word(translator, name)), bold)
            first.write_string(number, 1, str(_word(translator, value)))
        for number, table in enumerate(tables, 1):
            sheet = book.add_worksheet(_sheet(translator, table.title, number))
            if translator.is_rtl:
                sheet.right_to_left()
            _fill(sheet, translator, table, bold)
    return out.getvalue()


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet,
    translator: Translator,
    table: Table,
    bold: xlsxwriter.format.Format,
) -> None:
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, len(table.columns), _NARROW)
    sheet.write_string(0, 0, translator.say(table.title), bold)
    sheet.write_string(1, 0, translator.say(table.note))
    for place, head in enumerate(_heads(table)):
        sheet.write_string(3, place, str(_word(translator, head)), bold)
    for line, row in enumerate(table.rows, 4):
        sheet.write_string(line, 0, translator.say(row.label))
        for place, value in enumerate(row.values, 1):
            if isinstance(value, int | float):
                sheet.write_number(line, place, value)
            else:
                sheet.write_string(line, place, str(_word(translator, value)))


def _heads(table: Table) -> list[Cell]:
    return ["", *(label for _, label in table.columns)]


def _word(translator: Translator, cell: Cell) -> str | int | float:
    if isinstance(cell, Message):
        return translator.say(cell)
    if cell == HIDDEN:
        return translator.say(say("hidden"))
    return "" if cell is None else cell


def _sheet(translator: Translator, title: Message, number: int) -> str:
    """Return a name that spreadsheets take: short, without some signs, each one once."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", translator.say(title))
    return f"{number} {plain}"[:_SHEET_NAME].strip()
