"""Carrying an ESCO distribution into the tables: file by file, batch by batch, with progress.

The order matters: occupations and skills first, then what stands above them and what they need.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from server.platform.instance import Instance
from server.vocabularies.esco import CsvFile, Distribution, Named, Rows, concept_of, isco_group_of
from server.vocabularies.schemes import Scheme
from server.vocabularies.service import (
    Target,
    begin_import,
    finish_import,
    store_concepts,
    store_links,
    store_parents,
)

BATCH: Final = 500
T = TypeVar("T")
Advance = Callable[[int], None]
Store = Callable[[list[dict[str, str]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Labelled:
    """How a kind of file with labels is read."""

    kind: str
    scheme: Scheme
    read: Callable[[dict[str, str]], Named | None]
    needed: tuple[str, ...]
    is_group: bool = False


_URI: Final = ("conceptUri", "preferredLabel")
_FILES: Final = (
    _Labelled("iscogroups", Scheme.ISCO, isco_group_of, ("code", "preferredLabel")),
    _Labelled("occupations", Scheme.ESCO_OCCUPATION, concept_of, _URI),
    _Labelled("skills", Scheme.ESCO_SKILL, concept_of, _URI),
    _Labelled("skillgroups", Scheme.ESCO_SKILL, concept_of, _URI, is_group=True),
)
_ABOVE: Final = (
    ("broaderrelationsoccpillar", Scheme.ESCO_OCCUPATION),
    ("broaderrelationsskillpillar", Scheme.ESCO_SKILL),
)
_LINKS: Final = "occupationskillrelations"


async def load_distribution(
    instance: Instance, given: Distribution, advance: Advance
) -> dict[str, int]:
    """Load a distribution; return how many concepts of each scheme there are now, and links.

    `advance` is told the bytes just read. Raises NotEsco when a file is broken; what was loaded
    until then stays.
    """
    number = await instance.work(begin_import, given.name, given.languages)
    for kind in _FILES:
        for file in given.of(kind.kind):
            to = Target(number, kind.scheme, file.language, kind.is_group)
            await _labelled(instance, given, file, kind, to, advance)
    for name, scheme in _ABOVE:
        for file in given.of(name)[:1]:
            await _broader(instance, given, file, scheme, advance)
    for file in given.of(_LINKS)[:1]:
        await _linked(instance, given, file, number, advance)
    whole = {one.scheme for one in _FILES if not one.is_group and given.of(one.kind)}
    return await instance.work(
        finish_import, number, whole=whole, with_links=bool(given.of(_LINKS))
    )


async def _labelled(
    instance: Instance,
    given: Distribution,
    file: CsvFile,
    kind: _Labelled,
    to: Target,
    advance: Advance,
) -> None:
    async def store(rows: list[dict[str, str]]) -> None:
        named = [one for row in rows if (one := kind.read(row)) is not None]
        await instance.work(store_concepts, to, named)

    await _in_batches(Rows(given, file, kind.needed), store, advance)


async def _broader(
    instance: Instance, given: Distribution, file: CsvFile, scheme: Scheme, advance: Advance
) -> None:
    async def store(rows: list[dict[str, str]]) -> None:
        pairs = [(row.get("concepturi", ""), row.get("broaderuri", "")) for row in rows]
        await instance.work(store_parents, scheme, [one for one in pairs if all(one)])

    await _in_batches(Rows(given, file, ("conceptUri", "broaderUri")), store, advance)


async def _linked(
    instance: Instance, given: Distribution, file: CsvFile, number: int, advance: Advance
) -> None:
    async def store(rows: list[dict[str, str]]) -> None:
        links = [
            (row.get("occupationuri", ""), row.get("skilluri", ""),
             row.get("relationtype", "").lower() == "essential")
            for row in rows
        ]  # fmt: skip
        await instance.work(store_links, number, links)

    await _in_batches(Rows(given, file, ("occupationUri", "skillUri")), store, advance)


async def _in_batches(rows: Rows, store: Store, advance: Advance) -> None:
    before = 0
    for batch in _batches(rows):
        await store(batch)
        advance(rows.read - before)
        before = rows.read
    advance(rows.file.size - before)


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch
