"""The forms of the desk: moves on the board, proposing, relaxing a rule, notes, bans.

Each is a plain form; only coordinators of the programme get past `desk_of(…, to_match=True)`.
After its work a form leads back to the page it was on.
"""

from typing import Any, Final

from aiohttp import web

from server.matching import service
from server.matching.desk import boards, choosing
from server.matching.desk.context import MATCHERS, READERS, Desk, desk_of
from server.matching.desk.drafts import Placed, undo
from server.matching.desk.model import Board
from server.matching.desk.notes import delete_note, write_note
from server.matching.desk.pages import DONE, role_asked
from server.matching.desk.suggested import (
    Judged,
    judged,
    part_of,
    relaxed_in,
    suggestions,
)
from server.matching.model import MatchState
from server.matching.suggesting.hard import RELAXABLE
from server.matching.suggesting.plans import Suggestions
from server.matching.suggesting.words import RULE_WORDS
from server.people.reader import Reader, reader_of, see
from server.platform.errors import Conflict, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import Message
from server.platform.work import Reading, Work
from server.programmes.model import Role

_RULES: Final = tuple(rule.value for rule in RELAXABLE)


@page(needs="login", staff=READERS)
async def pair(request: web.Request) -> web.StreamResponse:
    """Open the card of a pair; the look is written down, and that it was opened."""
    reader = await reader_of(request)
    return await _pair(reader, await desk_of(reader))


@form(staff=MATCHERS)
async def propose_one(request: web.Request) -> web.StreamResponse:
    """Propose the pair of the open card."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    talent_id, found = await _judged(reader, stands)
    reason = reader.parameters.text("reason") or ""
    try:
        row = await reader.instance.work(choosing.propose_pair, stands, talent_id, found, reason)
    except (choosing.ReasonNeeded, Conflict) as refused:
        return await _pair(reader, stands, fault=refused.safe, status=refused.status)
    done = "proposed" if row.state is MatchState.PROPOSED else "put_forward"
    return see(_board(reader, stands, done=done))


async def _pair(
    reader: Reader, stands: Desk, *, fault: Message | None = None, status: int = 200
) -> web.Response:
    talent_id, found = await _judged(reader, stands)
    opened = await reader.instance.work(choosing.open_card, stands, talent_id, found)
    step = await reader.instance.read(_step, stands.programme.id)
    context: dict[str, Any] = {
        "desk": stands,
        "name": stands.name,
        "opened": opened,
        "rule": RULE_WORDS[found.rule] if found.rule is not None else None,
        "is_possible": found.is_possible,
        "step": step,
        "reason": reader.parameters.text("reason") or "",
        "ban_reasons": choosing.STAFF_REASONS,
        "done": DONE.get(reader.parameters.text("done", max_length=20) or ""),
        "fault": fault,
    }
    return await render(reader.request, "matching/desk/pair.html", context, status=status)


async def _judged(reader: Reader, stands: Desk) -> tuple[int, Judged]:
    talent_id, other_id = path_id(reader.request, "talent"), path_id(reader.request, "other")
    return talent_id, await judged(reader, stands, talent_id, other_id)


def _step(r: Reading, programme_id: int) -> int:
    board = r.session.get(Board, programme_id)
    return board.step if board else 0


@form(staff=MATCHERS)
async def place(request: web.Request) -> web.StreamResponse:
    """Put the pair of the open card on the board by hand, locked."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    talent_id, found = await _judged(reader, stands)
    if not found.is_possible:
        raise Conflict
    other = found.candidate
    placed = Placed(
        talent_id=talent_id,
        other_id=other.person_id,
        talent_part_id=found.talent_part_id,
        other_part_id=other.part_id,
        other_kind=str(other.kind),
    ).made_by_hand()
    await boards.make(reader, stands, boards.placing(placed), step=_asked(reader), role=placed.role)
    return see(_board(reader, stands, done="saved") + "#board")


@form(staff=MATCHERS)
async def propose(request: web.Request) -> web.StreamResponse:
    """Propose the ticked pairs of the board, all or none."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    ids = reader.parameters.ids("match", most=choosing.MOST_AT_ONCE)
    reason = reader.parameters.text("reason") or ""
    rows = await reader.instance.work(choosing.propose_drafts, stands, ids, reason)
    is_asked = any(row.state is MatchState.PROPOSED for row in rows)
    return see(_board(reader, stands, done="proposed" if is_asked else "put_forward") + "#board")


@form(staff=MATCHERS)
async def run(request: web.Request) -> web.StreamResponse:
    """Suggest pairs for everybody, with the ticked rules relaxed."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    relaxed = reader.parameters.texts("relax", most=len(_RULES), max_length=20)
    if set(relaxed) - set(_RULES):
        raise NotFound
    return await _moved(reader, stands, boards.running(relaxed), is_run=True)


@form(staff=MATCHERS)
async def lock(request: web.Request) -> web.StreamResponse:
    """Lock a pair of the board."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    return await _moved(reader, stands, boards.locking(_match(reader), is_locked=True))


@form(staff=MATCHERS)
async def unlock(request: web.Request) -> web.StreamResponse:
    """Let a locked pair go again."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    return await _moved(reader, stands, boards.locking(_match(reader), is_locked=False))


@form(staff=MATCHERS)
async def drop(request: web.Request) -> web.StreamResponse:
    """Take a pair off the board."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    return await _moved(reader, stands, boards.dropping(_match(reader)), against=_match(reader))


@form(staff=MATCHERS)
async def swap(request: web.Request) -> web.StreamResponse:
    """Let two talents of the board change places."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    other = reader.parameters.id("with_match")
    return await _moved(reader, stands, boards.swapping(_match(reader), other))


@form(staff=MATCHERS)
async def clear(request: web.Request) -> web.StreamResponse:
    """Take everything off the board that is not locked."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    await reader.instance.work(boards.clear_board, stands, _asked(reader))
    return see(_board(reader, stands) + "#board")


@form(staff=MATCHERS)
async def undo_step(request: web.Request) -> web.StreamResponse:
    """Bring back the board of one step ago."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    await reader.instance.work(undo, stands.login_id, stands.programme.id, _asked(reader))
    return see(_board(reader, stands) + "#board")


async def _moved(
    reader: Reader,
    stands: Desk,
    move: boards.Move,
    *,
    is_run: bool = False,
    against: int | None = None,
) -> web.StreamResponse:
    await boards.make(
        reader,
        stands,
        move,
        step=_asked(reader),
        role=role_asked(reader),
        is_run=is_run,
        against=against,
    )
    return see(_board(reader, stands) + "#board")


@form(staff=MATCHERS)
async def relax(request: web.Request) -> web.StreamResponse:
    """Relax one rule more for the selected talent, this time; the run is written down."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    talent_id, rule = reader.parameters.id("talent"), reader.parameters.choice("rule", _RULES)
    if talent_id is None or rule is None:
        raise NotFound
    former = reader.parameters.id("run")
    found = await suggestions(reader, stands, talent_id, role=role_asked(reader), run_id=former)
    run_id = await reader.instance.work(_relaxed, stands, found, former, rule)
    side = "host" if found.role is Role.HOST else None
    query = {"talent": talent_id, "run": run_id, "with": side}
    return see(_path(reader, stands, query) + "#talent")


def _relaxed(w: Work, stands: Desk, found: Suggestions, former: int | None, rule: str) -> int:
    rules = {one.value for one in relaxed_in(w, stands.programme.id, former)} | {rule}
    totals = {"candidates": found.allowed}
    return boards.note_run(w, stands, found.weights_version, sorted(rules), totals)


@form(staff=MATCHERS)
async def note(request: web.Request) -> web.StreamResponse:
    """Write a note for colleagues about a talent."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    talent_id = reader.parameters.id("talent")
    if talent_id is None:
        raise NotFound
    await reader.instance.work(_noted, stands, talent_id, reader.parameters.required("note"))
    return see(_path(reader, stands, {"talent": talent_id}) + "#talent")


def _noted(w: Work, stands: Desk, talent_id: int, words: str) -> None:
    part_of(w, stands.programme.id, talent_id, Role.TALENT)
    write_note(w, stands.login_id, stands.programme.id, talent_id, words)


@form(staff=MATCHERS)
async def unnote(request: web.Request) -> web.StreamResponse:
    """Delete a note."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    note_id = path_id(request, "note")
    talent_id = await reader.instance.work(delete_note, stands.programme.id, note_id)
    return see(_path(reader, stands, {"talent": talent_id}) + "#talent")


@form(staff=MATCHERS)
async def ban(request: web.Request) -> web.StreamResponse:
    """Forbid the pair of the open card."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    talent_id, found = await _judged(reader, stands)
    reason = reader.parameters.text("ban", max_length=20) or ""
    await reader.instance.work(
        choosing.forbid, stands, talent_id, found.candidate.person_id, reason
    )
    return see(path_for(request.app, "matching.bans", programme=stands.programme.id))


@form(staff=MATCHERS)
async def unban(request: web.Request) -> web.StreamResponse:
    """Allow a pair of the programme again."""
    reader = await reader_of(request)
    stands = await desk_of(reader, to_match=True)
    talent_id, other_id = reader.parameters.id("talent"), reader.parameters.id("other")
    if talent_id is None or other_id is None:
        raise NotFound
    await reader.instance.work(_allowed, stands, talent_id, other_id)
    return see(path_for(request.app, "matching.bans", programme=stands.programme.id))


def _allowed(w: Work, stands: Desk, talent_id: int, other_id: int) -> None:
    part_of(w, stands.programme.id, talent_id, Role.TALENT)
    if not service.lift_ban(w, talent_id, other_id, stands.login_id):
        raise NotFound


def _asked(reader: Reader) -> int:
    """Return the step of the board that a form was shown with."""
    return reader.parameters.integer("step", least=0) or 0


def _match(reader: Reader) -> int | None:
    return reader.parameters.id("match")


def _board(reader: Reader, stands: Desk, *, done: str | None = None) -> str:
    return _path(reader, stands, {"done": done})


def _path(reader: Reader, stands: Desk, query: dict[str, Any]) -> str:
    return path_for(
        reader.request.app, "matching.board", programme=stands.programme.id, query=query
    )
