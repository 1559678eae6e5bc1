"""How a post of a kind is shown: in a list by a few facts, on its page by all of them.

The words come from the record, in the reader's language where the record has it, so a title and
its key facts never mix two languages more than the author did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from server.posts.kinds import FACTS, Kind, KindFacts, State, next_states, state_of
from server.posts.kinds.content import news_line, state_line
from server.posts.kinds.facts import Fact, facts_of
from server.posts.kinds.language import Voice, voice_of
from server.posts.kinds.reading import (
    languages_of,
    main_language,
    part_in,
    text_in,
    wording_in,
)
from server.posts.rows import PostRow
from server.web.channels import Channel, Contact, answers_to, contact_in
from server.web.signs import sign_of

_ON_CARDS: Final = frozenset(
    {
        "jobLocation", "location", "validThrough", "startTime", "enrolUntil", "startDate",
        "applyBy", "salary", "organizer", "provider", "organiser", "hiringOrganization",
        "publisher", "toolKind",
    }
)  # fmt: skip
"""The facts that a list shows of an offer; its page shows all."""

_APPLY: Final = ("applyUrl", "onlineUrl", "url")
_BESIDE: Final = frozenset({"contact", "howToApply"})
"""Facts that the page shows in places of their own; addresses stay among them, to be read too."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text of a record and the language it is in, so that pages can mark it."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A post of a kind in a list: `ended` says in words that it is over, "" while it is open."""

    kind: KindFacts
    title: Said
    summary: Said
    ended: str
    facts: Sequence[tuple[str, Fact]]


@dataclass(frozen=True, slots=True)
class Offer:
    """A post of a kind on its page, in one of its languages."""

    kind: KindFacts
    title: Said
    summary: Said
    description: Said
    easy: Said
    language: str
    languages: Sequence[str]
    ended: str
    facts: Sequence[tuple[str, Fact]]
    answers: Sequence[Channel]
    how: str
    contact: Contact
    is_machine_made: bool
    news: str
    main_language: str
    source: str
    licence: str
    apply_url: str
    facts_language: str
    next_states: Sequence[str]


def brief_of(post: PostRow, tag: str) -> Brief | None:
    """Return what a list says of a post, for a reader of a language; None for an ordinary post."""
    if post.kind is None or post.record is None:
        return None
    kind, record = Kind(post.kind), post.record
    language = language_for(record, tag)
    rows = facts_of(kind, record, voice_of(tag))
    shown = [(sign_of(fact.key), fact) for fact in rows if fact.key in _ON_CARDS]
    return Brief(
        kind=FACTS[kind],
        title=said_in(kind, record, "title", language),
        summary=said_in(kind, record, "summary", language),
        ended=_ended(post, kind, voice_of(tag)),
        facts=shown,
    )


def offer_of(post: PostRow, *, tag: str, asked: str | None = None) -> Offer | None:
    """Return a post of a kind for its page; None for an ordinary post.

    `tag` is the language of the page, `asked` one that the reader chose for the text.
    """
    if post.kind is None or post.record is None:
        return None
    kind, record = Kind(post.kind), post.record
    language = language_for(record, asked or tag)
    voice = voice_of(tag)
    return Offer(
        kind=FACTS[kind],
        title=said_in(kind, record, "title", language),
        summary=said_in(kind, record, "summary", language),
        description=said_in(kind, record, "description", language),
        easy=said_in(kind, record, "easyText", language),
        language=language,
        languages=languages_of(record),
        ended=_ended(post, kind, voice),
        facts=[
            (sign_of(fact.key), fact)
            for fact in facts_of(kind, record, voice)
            if fact.key not in _BESIDE
        ],
        answers=answers_to(kind, record, is_local=post.is_local, page=post.url),
        how=text_in(record, "howToApply"),
        contact=contact_in(record),
        is_machine_made=_is_machine_made(record, language),
        news="" if post.is_closed else news_line(kind, record, voice),
        main_language=main_language(record),
        source=text_in(record, "source"),
        licence=text_in(record, "licence") if kind is not Kind.TOOL else "",
        apply_url=_apply_url(record),
        facts_language=voice.language,
        next_states=sorted(one.value.lower() for one in next_states(_state(post))),
    )


def said_in(kind: Kind, record: Mapping[str, Any], part: str, language: str) -> Said:
    """Return a part of a record in a language, or in the one it was written in."""
    translated = text_in(part_in(part_in(record, "translations"), language), part)
    if translated:
        return Said(translated, language)
    return Said(wording_in(kind, record, part), main_language(record))


def language_for(record: Mapping[str, Any], tag: str) -> str:
    """Return the language of a record for somebody who reads `tag`: that one if there is a title.

    A translation without a title is not offered as a whole; its regional forms count.
    """
    translations = part_in(record, "translations")
    main = main_language(record)
    for one in (tag, tag.partition("-")[0]):
        if one == main or text_in(part_in(translations, one), "title"):
            return one
    return main


def _is_machine_made(record: Mapping[str, Any], language: str) -> bool:
    """Tell whether a translation came from a machine and nobody has read it over."""
    return part_in(part_in(record, "translations"), language).get("machineMade") is True


def _state(post: PostRow) -> State:
    """A post whose date has come is over, before the job has written it into the record."""
    state = state_of(post.record or {})
    return State.EXPIRED if state is State.OPEN and post.is_closed else state


def _ended(post: PostRow, kind: Kind, voice: Voice) -> str:
    record = {**(post.record or {}), "state": _state(post).value}
    return state_line(kind, record, voice)


def _apply_url(record: Mapping[str, Any]) -> str:
    """Return the address of the button; only what a browser may safely open."""
    for name in _APPLY:
        found = text_in(record, name)
        if found.startswith(("https://", "http://", "mailto:")):
            return found
    return ""
