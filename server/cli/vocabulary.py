"""`meshwork vocabulary`: load ESCO, see which vocabularies there are, look something up."""

import argparse
from pathlib import Path

from sqlalchemy import select

from server.cli.common import (
    Commands,
    Failed,
    command,
    group,
    opened,
    run_async,
    settings_of,
    table,
)
from server.cli.progress import progress
from server.platform.errors import NotFound
from server.platform.work import Reading
from server.vocabularies.catalogue import catalogue
from server.vocabularies.esco import NotEsco, opened_distribution
from server.vocabularies.loading import load_distribution
from server.vocabularies.model import VocabularyImport
from server.vocabularies.queries import MOST, search
from server.vocabularies.schemes import SHIPPED, Scheme, scheme_of


def register(commands: Commands) -> None:
    """Add the commands."""
    group_of = group(commands, "vocabulary", "occupations, skills, regions: import and look up")
    loader = command(
        group_of,
        "import",
        _import,
        about="Load the official CSV files of ESCO: occupations, skills and their relations.",
        examples="meshwork vocabulary import ESCO-dataset-v1.2.0.zip\n"
        "meshwork vocabulary import ./esco   (a folder with occupations_nl.csv, skills_nl.csv …)",
    )
    loader.add_argument("path", type=Path, metavar="PATH", help="a folder or a zip of CSV files")
    command(
        group_of,
        "list",
        _list,
        about="List the vocabularies with how many codes each has, and the imports.",
        examples="meshwork vocabulary list",
    )
    finder = command(
        group_of,
        "search",
        _search,
        about="Look something up as the pages do.",
        examples="meshwork vocabulary search isco programmer\n"
        "meshwork vocabulary search occupation مبرمج --lang ar --limit 5",
    )
    finder.add_argument("scheme", metavar="SCHEME", help=", ".join(Scheme))
    finder.add_argument("text", metavar="TEXT", help="a word, the beginning of one, or a code")
    finder.add_argument("--lang", default="en", metavar="TAG", help="language of the answer")
    finder.add_argument(
        "--limit", type=int, default=12, metavar="N", help=f"at most this many (up to {MOST})"
    )


def _import(asked: argparse.Namespace) -> int:
    run_async(_load(asked))
    return 0


async def _load(asked: argparse.Namespace) -> None:
    try:
        with opened_distribution(asked.path) as given:
            async with opened(settings_of(asked)) as instance:
                with progress("Loading ESCO", given.size) as advance:
                    counts = await load_distribution(instance, given, advance)
    except NotEsco as error:
        raise Failed(str(error)) from error
    languages = ", ".join(given.languages) or "no language"
    print(
        f"Loaded {given.name} ({languages}): "
        f"{counts.get(Scheme.ESCO_OCCUPATION, 0)} occupations, "
        f"{counts.get(Scheme.ESCO_SKILL, 0)} skills, {counts.get('links', 0)} links."
    )


def _list(asked: argparse.Namespace) -> int:
    rows: list[tuple[object, ...]] = [
        (scheme.value, len(catalogue(*names).codes), "shipped: " + " + ".join(names))
        for scheme, names in SHIPPED.items()
    ]
    rows.append((Scheme.LANGUAGE.value, None, "CLDR"))
    last = run_async(_last_import(asked))
    for scheme in (Scheme.ESCO_OCCUPATION, Scheme.ESCO_SKILL):
        count = last.counts.get(scheme.value, 0) if last else 0
        rows.append((scheme.value, count, _told(last)))
    print(table(("SCHEME", "CODES", "FROM"), rows))
    return 0


def _told(last: VocabularyImport | None) -> str:
    if last is None:
        return "not imported; see: meshwork vocabulary import --help"
    return f"imported {last.finished_at:%Y-%m-%d}: {last.source} ({', '.join(last.languages)})"


async def _last_import(asked: argparse.Namespace) -> VocabularyImport | None:
    async with opened(settings_of(asked)) as instance:
        return await instance.read(_newest)


def _newest(r: Reading) -> VocabularyImport | None:
    found = r.session.scalar(
        select(VocabularyImport)
        .where(VocabularyImport.finished_at.is_not(None))
        .order_by(VocabularyImport.id.desc())
        .limit(1)
    )
    if found is not None:
        r.session.expunge(found)
    return found


def _search(asked: argparse.Namespace) -> int:
    try:
        scheme_of(asked.scheme)
    except NotFound as error:
        raise Failed(
            f"no vocabulary is called {asked.scheme!r}; there are {', '.join(Scheme)}"
        ) from error
    found = run_async(_found(asked))
    if not found:
        raise Failed("nothing found")
    print(table(("CODE", "LABEL", "PATH"), found))
    return 0


async def _found(asked: argparse.Namespace) -> list[tuple[str, str, str]]:
    async with opened(settings_of(asked)) as instance:
        terms = await instance.read(search, asked.scheme, asked.text, [asked.lang], asked.limit)
    return [(one.code, one.label, one.path) for one in terms]
