"""Files of reports: read by others, and nothing in them runs."""

import csv
import io
import zipfile

from server.platform.i18n import SOURCE_LOCALE, Message, load_languages
from server.reports.files import as_csv, as_xlsx
from server.reports.tables import ALL, HIDDEN, Row, Table

ENGLISH = load_languages([], ["en"]).translator(SOURCE_LOCALE)
EVIL = '=HYPERLINK("https://evil.example")'
TABLE = Table(
    "t", Message("Meetings: [all]/*?"), Message(EVIL),
    (Row("a", Message("@SUM(A1)"), (3,)), Row("b", Message("Walk"), (HIDDEN,)), Row("c", Message("-"), (None,))),
    ((ALL, Message("+1")),),
)  # fmt: skip


def lines() -> list[list[str]]:
    body = as_csv(ENGLISH, [("Programme", EVIL)], [TABLE])
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    cells = [cell for line in lines() for cell in line]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]
    assert f"'{EVIL}" in cells


def test_numbers_hidden_ones_and_none_are_told_apart() -> None:
    assert lines()[-3:] == [["'@SUM(A1)", "3"], ["Walk", "hidden"], ["'-", ""]]


def test_a_spreadsheet_holds_texts_and_numbers_and_no_formula() -> None:
    body = as_xlsx(ENGLISH, [("Programme", EVIL)], [TABLE, TABLE])
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        sheets = [book.read(name).decode() for name in names]
        texts = book.read("xl/sharedStrings.xml").decode()
        links = [name for name in book.namelist() if "rels" in name and "worksheets" in name]
    assert len(sheets) == 3
    assert not any("<f>" in sheet for sheet in sheets)
    assert "<v>3</v>" in sheets[1]
    assert "HYPERLINK" in texts
    assert links == []
