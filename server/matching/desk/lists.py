"""Further pages of the desk: swapping, the matches under way, who must not be paired, numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web
from sqlalchemy import select

from server.matching import service
from server.matching.desk.choosing import ALL_REASONS, STAFF_REASONS
from server.matching.desk.context import MATCHERS, READERS, Desk, desk_of
from server.matching.desk.decisions import Figures, figures
from server.matching.desk.drafts import layout_of
from server.matching.desk.views import board_view, handles
from server.matching.forms import end_of_day
from server.matching.model import Match, MatchRun, MatchState, Side
from server.matching.queries import bans_of, match_row
from server.matching.rules import ASKED, CONSENTED, By, MatchRefused, Step, may
from server.matching.suggesting.fairness import Fairness, Group
from server.matching.suggesting.hard import relaxed_by
from server.matching.suggesting.queries import fairness
from server.matching.suggesting.words import RELAXED_WORDS
from server.people.reader import Reader, reader_of, see
from server.platform.errors import NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.profiles.fields import BY_NAME
from server.profiles.options import GENDER
from server.programmes.model import Participation, Role
from server.programmes.rules import OUTCOMES
from server.vocabularies.queries import labels

_RUNS: Final = 10
_SHOWN: Final = 50
STATES: Final[Mapping[MatchState, Message]] = {
    MatchState.PROPOSED: say("The talent is asked"),
    MatchState.ACCEPTED_BY_TALENT: say("The other side is asked"),
    MatchState.BOTH_CONSENTED: say("Both said yes"),
    MatchState.FIRST_MEETING: say("They have met"),
    MatchState.ACTIVE: say("Running"),
    MatchState.PAUSED: say("Paused"),
    MatchState.CLOSING: say("Closing"),
}
_DIMENSIONS: Final[Mapping[str, tuple[Message, str]]] = {
    "language": (say("Languages"), "language"),
    "nuts3": (say("Region"), "nuts"),
    "education": (BY_NAME["education"].title, "isced_level"),
    "gender": (BY_NAME["own_gender"].title, ""),
}


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A match under way, as its coordinator reads it."""

    id: int
    talent: str
    other: str
    state: Message
    at: datetime
    talent_id: int
    can: frozenset[Step]


@dataclass(frozen=True, slots=True)
class BanLine:
    """A pair that must not be; only what staff decided can be taken back by staff."""

    talent_id: int
    other_id: int
    talent: str
    other: str
    reason: Message
    at: datetime
    can_lift: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group of the fairness table in words."""

    label: str | Message
    group: Group


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run: when, its numbers, and which rules gave way."""

    at: datetime
    totals: Mapping[str, Any]
    relaxed: tuple[Message, ...]


@page(needs="login", staff=MATCHERS)
async def swap_page(request: web.Request) -> web.StreamResponse:
    """Show with which pairs of the board a pair may change places."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    number = reader.parameters.integer("page", least=1, most=10_000) or 1
    view = await reader.instance.read(board_view, stands, number)
    chosen = await reader.instance.read(_on_board, stands, reader.parameters.id("match"))
    pairs = [one for one in view.pairs if one.other_id != chosen[1]]
    return await render(
        request,
        "matching/desk/swap.html",
        {
            "desk": stands,
            "name": stands.name,
            "board": view,
            "pairs": pairs,
            "match_id": chosen[0],
            "talent": chosen[2],
            "other": chosen[3],
        },
    )


def _on_board(r: Reading, stands: Desk, match_id: int | None) -> tuple[int, int, str, str]:
    for one in layout_of(r, stands.programme.id).pairs.values():
        if match_id is not None and one.match_id == match_id:
            names = handles(r, one.pair)
            return match_id, one.other_id, names[one.talent_id], names[one.other_id]
    raise NotFound


@page(needs="login", staff=READERS)
async def matches(request: web.Request) -> web.StreamResponse:
    """List the matches under way, the longest in their state first."""
    reader = await reader_of(request)
    stands = await desk_of(reader)
    number = reader.parameters.integer("page", least=1, most=10_000) or 1
    lines = await reader.instance.read(_matches, stands, number)
    context = {
        "desk": stands,
        "name": stands.name,
        "matches": lines[:_SHOWN],
        "after": number + 1 if len(lines) > _SHOWN else None,
        "outcomes": list(OUTCOMES.items()),
    }
    return await render(request, "matching/desk/matches.html", context)


def _matches(r: Reading, stands: Desk, number: int) -> list[MatchLine]:
    rows = r.session.scalars(
        select(Match)
        .where(Match.programme_id == stands.programme.id, Match.state.in_(ASKED | CONSENTED))
        .order_by(Match.state_at, Match.id)
        .limit(_SHOWN + 1)
        .offset((number - 1) * _SHOWN)
    ).all()
    names = handles(r, {one for row in rows for one in (row.talent_id, row.other_id) if one})
    return [
        MatchLine(
            id=row.id,
            talent=names.get(row.talent_id or 0, "–"),
            other=names.get(row.other_id or 0, "–"),
            state=STATES[MatchState(row.state)],
            at=row.state_at,
            talent_id=row.talent_id or 0,
            can=frozenset(one for one in Step if may(MatchState(row.state), one, Side.STAFF)),
        )
        for row in rows
    ]


@form(staff=MATCHERS)
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take back a proposal that nobody has agreed to yet."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    await reader.instance.work(_withdrawn, stands, path_id(request, "match"))
    return _see_matches(reader, stands)


def _withdrawn(w: Work, stands: Desk, match_id: int) -> None:
    _must_be_here(w, stands, match_id)
    service.withdraw(w, match_id, stands.login_id)


@form(staff=MATCHERS)
async def close(request: web.Request) -> web.StreamResponse:
    """Close a match with what became of it."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    outcome = reader.parameters.choice("outcome", list(OUTCOMES)) or ""
    await reader.instance.work(_closed, stands, path_id(request, "match"), outcome)
    return _see_matches(reader, stands)


def _closed(w: Work, stands: Desk, match_id: int, outcome: str) -> None:
    _must_be_here(w, stands, match_id)
    service.close_match(w, match_id, By.staff(stands.login_id), outcome)


@form(staff=MATCHERS)
async def pause(request: web.Request) -> web.StreamResponse:
    """Let a match rest, until a day or without one."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    until = end_of_day(reader.parameters.text("until", max_length=20))
    await reader.instance.work(_paused, stands, path_id(request, "match"), until)
    return _see_matches(reader, stands)


def _paused(w: Work, stands: Desk, match_id: int, until: datetime | None) -> None:
    _must_be_here(w, stands, match_id)
    service.pause(w, match_id, By.staff(stands.login_id), until)


@form(staff=MATCHERS)
async def resume(request: web.Request) -> web.StreamResponse:
    """Let a match go on after a rest."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    await reader.instance.work(_resumed, stands, path_id(request, "match"))
    return _see_matches(reader, stands)


def _resumed(w: Work, stands: Desk, match_id: int) -> None:
    _must_be_here(w, stands, match_id)
    service.resume(w, match_id, By.staff(stands.login_id))


@form(staff=MATCHERS)
async def rematch(request: web.Request) -> web.StreamResponse:
    """End a match that does not fit, and lead to the desk with the talent selected."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    talent_id = await reader.instance.work(_rematched, stands, path_id(request, "match"))
    query = {"talent": talent_id}
    programme_id = stands.programme.id
    return see(path_for(request.app, "matching.board", programme=programme_id, query=query))


def _rematched(w: Work, stands: Desk, match_id: int) -> int | None:
    _must_be_here(w, stands, match_id)
    if not may(match_row(w, match_id).state, Step.CLOSE, Side.STAFF):
        raise MatchRefused
    return service.rematch(w, match_id, stands.login_id).talent_id


def _must_be_here(r: Reading, stands: Desk, match_id: int) -> None:
    if match_row(r, match_id).programme_id != stands.programme.id:
        raise NotFound


def _see_matches(reader: Reader, stands: Desk) -> web.Response:
    return see(path_for(reader.request.app, "matching.desk_matches", programme=stands.programme.id))


@page(needs="login", staff=MATCHERS)
async def bans(request: web.Request) -> web.StreamResponse:
    """List the pairs of the programme that must not be."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    lines = await reader.instance.read(_bans, stands)
    context = {"desk": stands, "name": stands.name, "bans": lines}
    return await render(request, "matching/desk/bans.html", context)


def _bans(r: Reading, stands: Desk) -> list[BanLine]:
    talents = r.session.scalars(
        select(Participation.person_id).where(
            Participation.programme_id == stands.programme.id, Participation.role == Role.TALENT
        )
    ).all()
    rows = [one for one in bans_of(r, talents) if one.talent_id in set(talents)]
    names = handles(r, {one for row in rows for one in (row.talent_id, row.other_id)})
    return [
        BanLine(
            row.talent_id,
            row.other_id,
            names.get(row.talent_id, "–"),
            names.get(row.other_id, "–"),
            ALL_REASONS.get(row.reason, ALL_REASONS["staff"]),
            row.created_at,
            row.reason in STAFF_REASONS,
        )
        for row in rows
    ]


@page(needs="login", staff=MATCHERS)
async def numbers(request: web.Request) -> web.StreamResponse:
    """Show how the desk decides, the last runs, and how fair the matches are."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    shown = await reader.instance.read(_numbers, stands)
    return await render(
        request, "matching/desk/numbers.html", {"desk": stands, "name": stands.name, **shown}
    )


def _numbers(r: Reading, stands: Desk) -> dict[str, Any]:
    decided: Figures = figures(r, stands.programme.id)
    fair: Fairness = fairness(r, stands.programme.id)
    return {
        "figures": decided,
        "overall": fair.overall,
        "tables": _tables(r, fair.groups, stands.language),
        "runs": _runs(r, stands.programme.id),
    }


def _tables(
    r: Reading, groups: Sequence[Group], language: str
) -> list[tuple[Message, list[GroupLine]]]:
    tables = []
    for dimension, (title, scheme) in _DIMENSIONS.items():
        rows = [one for one in groups if one.dimension == dimension]
        words: Mapping[str, str | Message] = (
            dict(labels(r, scheme, [one.code for one in rows], language))
            if scheme
            else dict(GENDER)
        )
        if rows:
            tables.append((title, [GroupLine(words.get(one.code, one.code), one) for one in rows]))
    return tables


def _runs(r: Reading, programme_id: int) -> list[RunLine]:
    rows = r.session.scalars(
        select(MatchRun)
        .where(MatchRun.programme_id == programme_id)
        .order_by(MatchRun.at.desc(), MatchRun.id.desc())
        .limit(_RUNS)
    )
    return [
        RunLine(
            row.at,
            row.totals,
            tuple(RELAXED_WORDS[rule] for rule in sorted(relaxed_by(list(row.relaxed)))),
        )
        for row in rows
    ]
