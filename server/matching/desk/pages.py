"""The pages of the desk: which programme, the three lists, comparing two, printing.

Pages read; what they show of people is written down as a look (`looking`). Moves and decisions are
in `steps` and `choosing`.
"""

from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from server.matching.desk import context
from server.matching.desk.context import READERS, Desk, desk_of
from server.matching.desk.looking import (
    ON_CARDS,
    ON_LISTS,
    Card,
    look_at_card,
    note_looks,
    unseen,
)
from server.matching.desk.notes import notes_about
from server.matching.desk.suggested import suggestions
from server.matching.desk.views import (
    BoardView,
    Chosen,
    board_view,
    candidate_views,
    excluded_views,
    rules_in_words,
)
from server.matching.desk.waiting import ONLY, WaitingPage, waiting_counts, waiting_page
from server.matching.suggesting.plans import Suggestions
from server.people.reader import Reader, reader_of
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.programmes.model import Role
from server.programmes.queries import programmes, works_in
from server.programmes.rules import MATCHED_IN, PROGRAMME_WORDS

MOST_PAGES: Final = 10_000
_ALL_PAIRS: Final = 5_000
_ROLES: Final = {"mentor": Role.MENTOR, "host": Role.HOST}
DONE: Final = {
    "proposed": say("Proposed. The talent is asked first."),
    "put_forward": say("Put forward. A colleague has to agree."),
    "saved": say("Saved."),
}


@page(needs="login", staff=READERS)
async def chooser(request: web.Request) -> web.StreamResponse:
    """List the programmes in which this login works."""
    reader = await reader_of(request)
    shown = await reader.instance.read(
        _programmes, context.onlooker(reader).login_id, reader.translator.tag
    )
    return await render(request, "matching/desk/chooser.html", {"programmes": shown})


def _programmes(r: Reading, login_id: int, language: str) -> list[dict[str, Any]]:
    mine = [
        one
        for one in programmes(r, viewer_is_staff=True)
        if works_in(r, one.id, login_id) in {"coordinator", "coach"}
    ]
    counts = waiting_counts(r, [one.id for one in mine])
    return [
        {
            "id": one.id,
            "name": one.name_in(language),
            "state": PROGRAMME_WORDS[one.state],
            "is_open": one.state in MATCHED_IN,
            "waiting": counts.get(one.id, 0),
        }
        for one in mine
    ]


@page(needs="login", staff=READERS)
async def desk(request: web.Request) -> web.StreamResponse:
    """Show the three lists: who waits, whom the selected talent could meet, the draft board."""
    reader = await reader_of(request)
    return await rendered(reader, await desk_of(reader))


async def rendered(
    reader: Reader, stands: Desk, *, fault: Message | None = None, status: int = 200
) -> web.Response:
    """Return the desk, with what went wrong."""
    asked = reader.parameters
    only = asked.choice("only", list(ONLY)) or ""
    shown, board = await reader.instance.read(
        _lists, stands, only, _page(reader, "page"), _page(reader, "board")
    )
    talent_id = asked.id("talent")
    chosen = await _chosen(reader, stands, talent_id) if talent_id is not None else None
    await write_looks(reader, stands, [one.person_id for one in shown.people], ON_LISTS)
    return await render(
        reader.request,
        "matching/desk/board.html",
        {
            "desk": stands,
            "name": stands.name,
            "waiting": shown,
            "chosen": chosen,
            "board": board,
            "done": DONE.get(asked.text("done", max_length=20) or ""),
            "fault": fault,
        },
        status=status,
    )


def _page(reader: Reader, name: str) -> int:
    return reader.parameters.integer(name, least=1, most=MOST_PAGES) or 1


def role_asked(reader: Reader) -> Role:
    """Return whom to look for: mentors, or hosts."""
    return _ROLES[reader.parameters.choice("with", list(_ROLES)) or "mentor"]


def _lists(
    r: Reading, stands: Desk, only: str, number: int, board: int
) -> tuple[WaitingPage, BoardView]:
    return (
        waiting_page(r, stands.programme.id, stands.language, only, number),
        board_view(r, stands, board),
    )


async def _chosen(reader: Reader, stands: Desk, talent_id: int) -> Chosen:
    run_id, role = reader.parameters.id("run"), role_asked(reader)
    found = await suggestions(reader, stands, talent_id, role=role, run_id=run_id)
    card = await reader.instance.work(look_at_card, stands.by, talent_id, stands.language)
    chosen = await reader.instance.read(_chosen_in_words, stands, found, card)
    await write_looks(reader, stands, [one.person_id for one in chosen.candidates], ON_CARDS)
    query = {"with": str(role)} if role is Role.HOST else {}
    return replace(chosen, query=query | ({"run": str(run_id)} if run_id else {}), role=str(role))


def _chosen_in_words(r: Reading, stands: Desk, found: Suggestions, card: Card) -> Chosen:
    return Chosen(
        card=card,
        candidates=candidate_views(r, stands, found),
        excluded=excluded_views(found),
        relaxed=rules_in_words(found.relaxed),
        by_hand=found.by_hand,
        notes=tuple(notes_about(r, stands.programme.id, found.talent_id, stands.login_id)),
        query={},
        role=str(found.role),
    )


async def write_looks(
    reader: Reader, stands: Desk, ids: list[int], fields: tuple[str, ...]
) -> None:
    """Write down the looks of a list, in a unit of work only when there is something to write."""
    if ids and await reader.instance.read(unseen, stands.by, ids):
        await reader.instance.work(note_looks, stands.by, ids, fields)


@page(needs="login", staff=READERS)
async def compare(request: web.Request) -> web.StreamResponse:
    """Show two candidates of a talent beside each other."""
    reader = await reader_of(request)
    stands = await desk_of(reader)
    talent_id, others = reader.parameters.id("talent"), reader.parameters.ids("other", most=10)
    if talent_id is None:
        raise NotFound
    if len(others) != 2:  # noqa: PLR2004 - two are compared
        raise Invalid(say("Tick two people to compare."))
    found = await suggestions(
        reader,
        stands,
        talent_id,
        role=role_asked(reader),
        run_id=reader.parameters.id("run"),
        among=others,
    )
    views = await reader.instance.read(candidate_views, stands, found, others)
    if len(views) != len(others):
        raise NotFound
    cards = await reader.instance.work(_cards, stands, [talent_id, *others])
    return await render(
        request,
        "matching/desk/compare.html",
        {
            "desk": stands,
            "name": stands.name,
            "talent": cards[talent_id],
            "both": [(one, cards[one.person_id]) for one in views],
        },
    )


def _cards(w: Work, stands: Desk, ids: list[int]) -> dict[int, Card]:
    return {one: look_at_card(w, stands.by, one, stands.language) for one in ids}


@page(needs="login", staff=READERS)
async def print_board(request: web.Request) -> web.StreamResponse:
    """Show the whole board on one page, to be printed."""
    reader = await reader_of(request)
    stands = await desk_of(reader)
    board = await reader.instance.read(board_view, stands, 1, _ALL_PAIRS)
    return await render(
        request, "matching/desk/print.html", {"desk": stands, "name": stands.name, "board": board}
    )
