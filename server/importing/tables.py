"""Uploaded tables (CSV): columns found and mapped to fields, rows read into records.

A table is read whole before anything is kept. Which column fills which field is guessed from the
words of the header and is the uploader's to correct; the schema says what is wrong with each row.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Any, Final

from schemas import Property, properties_of
from server.importing.entries import MAX_ENTRIES, Entry, Record, Unreadable
from server.importing.plain import cut
from server.platform.i18n import say
from server.posts.kinds import Kind

MAX_BYTES: Final = 2 * 1024 * 1024
_MAX_COLUMNS: Final = 80
_ENCODINGS: Final = ("utf-8-sig", "cp1252")
_DELIMITERS: Final = ";,\t|"
IDENTITY: Final = "sourceId"
"""The column that says which row is which when the table comes again."""

_TEXT: Final = frozenset({"title", "name", "summary", "description", "easyText", "applyUrl"})
_PARTS: Final[Mapping[str, Sequence[str]]] = {
    "hiringOrganization": ("name", "url"),
    "provider": ("name", "url"),
    "organiser": ("name", "url"),
    "organizer": ("name", "url"),
    "publisher": ("name", "url"),
    "jobLocation": ("name", "streetAddress", "postalCode", "addressLocality", "addressCountry"),
    "location": ("name", "streetAddress", "postalCode", "addressLocality", "addressCountry"),
    "contact": ("name", "email", "telephone"),
    "salary": ("minCents", "maxCents", "per", "currency"),
    "cost": ("amountCents", "currency"),
}
_GUESSES: Final[Mapping[str, Sequence[str]]] = {
    "title": ("title", "titel", "functie", "titre", "poste", "otsikko", "nimike", "job"),
    "name": ("name", "title", "naam", "titel", "nom", "titre", "nimi", "otsikko"),
    "summary": ("summary", "samenvatting", "resume", "tiivistelma", "short"),
    "description": ("description", "omschrijving", "beschrijving", "kuvaus", "text"),
    "applyUrl": ("applyurl", "url", "link", "website", "lien", "linkki", "solliciteren"),
    "url": ("url", "link", "website", "lien", "linkki"),
    "sourceId": ("id", "sourceid", "nummer", "number", "reference", "referentie", "ref", "tunnus"),
    "validThrough": ("validthrough", "deadline", "einddatum", "until", "tot", "datelimite", "asti"),
    "startTime": ("starttime", "start", "begin", "debut", "alkaa"),
    "endTime": ("endtime", "end", "einde", "fin", "paattyy"),
    "startDate": ("startdate", "start", "begin", "debut", "alkaa"),
    "endDate": ("enddate", "end", "einde", "fin", "paattyy"),
    "employmentType": ("employmenttype", "contract", "contracttype", "tyosuhde"),
    "hiringOrganization.name": (
        "organisation", "organization", "employer", "werkgever", "employeur", "tyonantaja",
        "bedrijf", "company",
    ),
    "provider.name": ("provider", "organisation", "organization", "aanbieder", "jarjestaja"),
    "organiser.name": ("organiser", "organisation", "organization", "organisator", "jarjestaja"),
    "organizer.name": ("organizer", "organiser", "organisation", "organisator", "jarjestaja"),
    "jobLocation.name": ("place", "location", "plaats", "gemeente", "lieu", "ville", "paikka"),
    "location.name": ("place", "location", "plaats", "locatie", "lieu", "ville", "paikka"),
    "contact.email": ("email", "mail", "sahkoposti"),
    "contact.telephone": ("phone", "telephone", "telefoon", "puhelin"),
    "regions": ("region", "regions", "nuts", "regio"),
    "inLanguage": ("language", "taal", "langue", "kieli"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was uploaded: the words of its header, and its rows of the same length."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a column can fill: its path (`jobLocation.name`) and the property it ends in."""

    path: str
    group: Property | None
    part: Property


def read_table(body: bytes) -> Table:
    """Return the table of a CSV file, whatever its separator. Raises Unreadable."""
    text = _decoded(body)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(say("This file is not a table with columns (CSV).")) from error
    filled = [tuple(cell.strip() for cell in row) for row in rows if any(c.strip() for c in row)]
    if len(filled) < 2 or not 1 < len(filled[0]) <= _MAX_COLUMNS:  # noqa: PLR2004 - a header and a row
        raise Unreadable(say("This file needs a first row with the names of at least two columns."))
    if len(filled) - 1 > MAX_ENTRIES:
        raise Unreadable(say("This table is too long: at most %(most)d rows.", most=MAX_ENTRIES))
    width = len(filled[0])
    return Table(filled[0], tuple((*row, *[""] * width)[:width] for row in filled[1:]))


def _decoded(body: bytes) -> str:
    if len(body) > MAX_BYTES:
        raise Unreadable(say("This file is too large."))
    for encoding in _ENCODINGS:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(say("This file is not a table with columns (CSV)."))


def columns_of(kind: Kind) -> dict[str, Column]:
    """Return the fields of a kind that a table can fill, by path, in the order of the schema."""
    found: dict[str, Column] = {}
    for name, prop in properties_of(kind).items():
        if prop.is_hidden or name == "translations":
            continue
        if name in _PARTS and prop.parts:
            for inner in _PARTS[name]:
                if inner in prop.parts:
                    found[f"{name}.{inner}"] = Column(f"{name}.{inner}", prop, prop.parts[inner])
        elif not prop.parts:
            found[name] = Column(name, None, prop)
    return found


def guessed(table: Table, kind: Kind) -> dict[int, str]:
    """Return which field each column probably fills, by the column's place; each field once."""
    columns, taken = columns_of(kind), set[str]()
    chosen: dict[int, str] = {}
    for place, words in enumerate(table.header):
        key = _plain(words)
        names = [path for path in columns if key == _plain(path) or key in _GUESSES.get(path, ())]
        free = next((path for path in names if path not in taken), None)
        if free:
            chosen[place] = free
            taken.add(free)
    return chosen


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(ch for ch in decomposed if ch.isalnum() and not unicodedata.combining(ch))


def entries_of(
    table: Table, kind: Kind, mapping: Mapping[int, str], *, zone: tzinfo
) -> list[Entry]:
    """Return a row each as an entry; a row without an identity of its own goes by its number."""
    columns = columns_of(kind)
    known = {place: columns[path] for place, path in mapping.items() if path in columns}
    entries = []
    for number, row in enumerate(table.rows, start=1):
        record = _record(((known[place], row[place]) for place in known), zone)
        identity = str(record.get(IDENTITY) or "")
        entries.append(
            Entry(identity=cut(identity, 200) or f"#{number}", kind=kind, record=record,
                  number=number)
        )  # fmt: skip
    return entries


def _record(cells: Iterable[tuple[Column, str]], zone: tzinfo) -> Record:
    record: Record = {}
    for column, cell in cells:
        if not cell:
            continue
        value = _value(column.part, cell, zone)
        if column.group is None:
            record[column.path] = value
        else:
            group, name = column.path.split(".")
            record.setdefault(group, {})[name] = value
    for amount in ("salary", "cost"):
        if amount in record:
            record[amount].setdefault("currency", "EUR")
    return record


def _value(prop: Property, cell: str, zone: tzinfo) -> Any:  # noqa: ANN401 - JSON of any type
    if prop.is_list:
        words = [word.strip() for word in cell.replace("|", ",").replace(";", ",").split(",")]
        return [_one(prop, word, zone) for word in words if word]
    return _one(prop, cell, zone)


def _one(prop: Property, cell: str, zone: tzinfo) -> Any:  # noqa: ANN401 - JSON of any type
    if prop.labels:
        return _labelled(prop, cell)
    wanted = prop.rules.get("type")
    if prop.name.endswith("Cents"):
        return _scaled(cell)
    if wanted in {"integer", "number"}:
        return _number(cell)
    if wanted == "boolean":
        return _TRUTH.get(cell.casefold(), cell)
    if prop.rules.get("format") in {"date", "date-time"}:
        return _dated(cell, zone, is_moment=prop.rules["format"] == "date-time")
    return cell


_TRUTH: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("yes", "true", "1", "x", "ja", "oui", "kyllä", "y", "j"), True),
    **dict.fromkeys(("no", "false", "0", "nee", "non", "ei", "n"), False),
}


def _labelled(prop: Property, cell: str) -> str:
    """Return the key of a choice that was written as its key or in its English words."""
    for key, label in prop.labels.items():
        if _plain(cell) in {_plain(key), _plain(label)}:
            return key
    return cell


def _number(cell: str) -> int | float | str:
    try:
        read = float(cell.replace(" ", "").replace(",", "."))
    except ValueError:
        return cell
    return int(read) if read == int(read) else read


def _scaled(cell: str) -> int | str:
    read = _number(cell)
    return read if isinstance(read, str) else round(read * 100)


_DATES: Final = (
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M",
    "%d-%m-%Y %H:%M",
)


def _dated(cell: str, zone: tzinfo, *, is_moment: bool) -> str:
    """Return a date as the schema wants it, from ISO 8601 or from day, month and year."""
    read = _read_date(cell)
    if read is None:
        return cell
    if not is_moment:
        return read.date().isoformat()
    if read.time() == time() and ":" not in cell:
        read = datetime.combine(read.date(), time(23, 59, 59))
    return (read if read.tzinfo else read.replace(tzinfo=zone)).isoformat()


def _read_date(cell: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        pass
    for form in _DATES:
        try:
            return datetime.strptime(cell, form)  # noqa: DTZ007 - the zone is added by the caller
        except ValueError:
            continue
    return None
