"""Reading the official CSV distribution of ESCO: a folder or a zip, versions 1.0 to 1.2.

Files are known by their names (`occupations_nl.csv`, `broaderRelationsOccPillar.csv` …), columns by
their heads in any order; what is missing is left out. Rows are yielded one by one, so that a
distribution in 28 languages needs no more memory than one file. No word of ESCO is kept here.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from server.vocabularies.occupations import isco_uri

_LABELLED: Final = re.compile(
    r"(occupations|skills|iscogroups|skillgroups)_([a-z]{2,3}(?:-[a-z]{2,4})?)\.csv", re.IGNORECASE
)
_RELATIONS: Final = re.compile(
    r"(broaderrelationsoccpillar|broaderrelationsskillpillar|occupationskillrelations)"
    r"(?:_[a-z]{2,3})?\.csv",
    re.IGNORECASE,
)
_UNREADABLE: Final = (
    UnicodeDecodeError, csv.Error, zipfile.BadZipFile, zlib.error,
    RuntimeError,  # how zipfile tells of passwords and of compressions it does not know
)  # fmt: skip
_LONGEST: Final = 500
_LONGEST_CODE: Final = 300


class NotEsco(Exception):
    """What was given is no distribution of ESCO, or a file of it is broken; the text says which."""


@dataclass(frozen=True, slots=True)
class Named:
    """A concept with its words in one language."""

    code: str
    label: str
    others: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class CsvFile:
    """One file of a distribution. `kind` is its name in small letters without language and end."""

    kind: str
    language: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """The files that are there, and how one is opened for reading bytes."""

    name: str
    files: tuple[CsvFile, ...]
    open: Callable[[CsvFile], IO[bytes]] = field(repr=False)

    def of(self, kind: str) -> list[CsvFile]:
        """Return the files of a kind, by language."""
        return sorted((one for one in self.files if one.kind == kind), key=lambda one: one.language)

    @property
    def languages(self) -> list[str]:
        """The languages that labels are there in."""
        return sorted({one.language for one in self.files if one.language})

    @property
    def size(self) -> int:
        """How many bytes are to be read."""
        return sum(one.size for one in self.files)


@contextmanager
def opened_distribution(path: Path) -> Iterator[Distribution]:
    """Open a folder or a zip. Raises NotEsco when none of ESCO's files is in it."""
    if path.is_dir():
        yield _checked(_folder(path), path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield _checked(_archive(archive, path), path)
    except FileNotFoundError as error:
        raise NotEsco(f"{path}: no such file or folder") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError) as error:
        raise NotEsco(f"{path} is neither a folder nor a zip that can be read") from error


def _checked(found: Distribution, path: Path) -> Distribution:
    if not found.files:
        raise NotEsco(f"{path} holds no CSV file of ESCO, such as occupations_en.csv")
    return found


def _folder(path: Path) -> Distribution:
    known = (
        (_known(one.name, str(one), one.stat().st_size)) for one in sorted(path.rglob("*.csv"))
    )
    return Distribution(path.resolve().name, _once(known), lambda file: Path(file.name).open("rb"))


def _archive(archive: zipfile.ZipFile, path: Path) -> Distribution:
    entries = [one for one in archive.infolist() if not one.is_dir()]
    known = (
        _known(one.filename.rpartition("/")[2], one.filename, one.file_size) for one in entries
    )
    return Distribution(path.name, _once(known), lambda file: archive.open(file.name))


def _known(name: str, path: str, size: int) -> CsvFile | None:
    labelled = _LABELLED.fullmatch(name)
    if labelled:
        return CsvFile(labelled[1].lower(), labelled[2].lower(), path, size)
    relations = _RELATIONS.fullmatch(name)
    return CsvFile(relations[1].lower(), "", path, size) if relations else None


def _once(found: Iterator[CsvFile | None]) -> tuple[CsvFile, ...]:
    """Return one file of each kind and language; relations are the same in every language."""
    files: dict[tuple[str, str], CsvFile] = {}
    for one in found:
        if one is not None:
            files.setdefault((one.kind, one.language), one)
    return tuple(files.values())


@dataclass(slots=True)
class Rows:
    """The rows of one file by column head in small letters; `read` counts the bytes so far."""

    distribution: Distribution
    file: CsvFile
    needed: tuple[str, ...]
    read: int = 0

    def __iter__(self) -> Iterator[dict[str, str]]:
        try:
            with (
                self.distribution.open(self.file) as raw,
                io.TextIOWrapper(raw, "utf-8-sig", newline="") as text,
            ):
                for row in self._parsed(text):
                    self.read = raw.tell()
                    yield row
        except _UNREADABLE as error:
            raise NotEsco(f"{self.file.name} cannot be read: {error}") from error
        self.read = self.file.size

    def _parsed(self, text: io.TextIOWrapper) -> Iterator[dict[str, str]]:
        first = text.readline()
        separator = ";" if first.count(";") > first.count(",") else ","
        heads = [one.strip().lower() for one in next(csv.reader([first], delimiter=separator), [])]
        missing = [one for one in self.needed if one.lower() not in heads]
        if missing:
            raise NotEsco(f"{self.file.name} has no column {missing[0]}")
        for cells in csv.reader(text, delimiter=separator):
            yield {head: cell.strip() for head, cell in zip(heads, cells, strict=False)}


def concept_of(row: dict[str, str]) -> Named | None:
    """Return the occupation, skill or group of skills of a row; None without address or label."""
    group = row.get("iscogroup", "").removeprefix("C")
    parent = isco_uri(group) if group.isdigit() else None
    return _named(row.get("concepturi", ""), row, parent)


def isco_group_of(row: dict[str, str]) -> Named | None:
    """Return the ISCO group of a row; None without code or label."""
    code = row.get("code", "").removeprefix("C")
    return _named(code, row, None) if code.isdigit() else None


def _named(code: str, row: dict[str, str], parent: str | None) -> Named | None:
    label = row.get("preferredlabel", "")[:_LONGEST]
    if not code or len(code) > _LONGEST_CODE or not label:
        return None
    if row.get("status", "").lower() in {"obsolete", "deprecated"}:
        return None
    words = f"{row.get('altlabels', '')}\n{row.get('hiddenlabels', '')}".replace("|", "\n")
    others = dict.fromkeys(one.strip()[:_LONGEST] for one in words.splitlines() if one.strip())
    return Named(code, label, tuple(one for one in others if one != label), parent)
