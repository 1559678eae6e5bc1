"""The moves on the draft board: run, lock, unlock, drop, swap, clear, each solved again live.

A move is worked out off the event loop from a cohort that was read before, and kept in a unit of
work of its own, which refuses it when somebody else moved in between.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from server.matching.desk.context import Desk
from server.matching.desk.decisions import Verdict, write_decision
from server.matching.desk.drafts import Layout, Placed, keep, layout_of
from server.matching.model import MatchRun
from server.matching.service import PairRefused
from server.matching.suggesting.hard import RELAXABLE
from server.matching.suggesting.queries import Plan, relaxed_by, solve
from server.matching.suggesting.reading import Gathered, gathered
from server.people.reader import Reader
from server.platform.errors import Conflict, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.programmes.model import Role
from server.programmes.rules import MATCHED_IN

Move = Callable[[Layout], Layout]


class ProgrammeOver(Conflict):
    """Somebody moves on the board of a programme that makes no new pairs."""

    code = "programme_over"
    text = say("This programme makes no new pairs now.")


def match_on(layout: Layout, match_id: int | None) -> Placed:
    """Return a pair of the board by its match. Raises NotFound for any other match."""
    for one in layout.pairs.values():
        if match_id is not None and one.match_id == match_id:
            return one
    raise NotFound


def locking(match_id: int | None, *, is_locked: bool) -> Move:
    """Keep a pair whatever the plan says, or let it go."""

    def move(layout: Layout) -> Layout:
        found = match_on(layout, match_id)
        if found.is_put_forward:
            raise Conflict
        changed = replace(found, is_locked=True) if is_locked else found.let_go()
        return replace(layout, pairs={**layout.pairs, found.pair: changed})

    return move


def dropping(match_id: int | None) -> Move:
    """Take a pair off; it is not suggested again on this board."""

    def move(layout: Layout) -> Layout:
        found = match_on(layout, match_id)
        if found.is_put_forward:
            raise Conflict
        pairs = {pair: one for pair, one in layout.pairs.items() if pair != found.pair}
        return replace(layout, pairs=pairs, dropped={**layout.dropped, found.pair: found})

    return move


def swapping(match_id: int | None, with_id: int | None) -> Move:
    """Let two talents change places; both new pairs are locked."""

    def move(layout: Layout) -> Layout:
        one, two = match_on(layout, match_id), match_on(layout, with_id)
        is_same = one.match_id == two.match_id or one.other_id == two.other_id
        if is_same or one.role is not two.role or one.is_put_forward or two.is_put_forward:
            raise Conflict
        new = (_crossed(one, two), _crossed(two, one))
        left = {p: x for p, x in layout.pairs.items() if p not in {one.pair, two.pair}}
        return replace(layout, pairs=left | {x.pair: x for x in new})

    return move


def placing(placed: Placed) -> Move:
    """Put a pair on the board by hand; it takes the place of the talent's other draft."""

    def move(layout: Layout) -> Layout:
        left = {
            pair: one
            for pair, one in layout.pairs.items()
            if one.talent_id != placed.talent_id or one.role is not placed.role
        }
        dropped = {pair: one for pair, one in layout.dropped.items() if pair != placed.pair}
        return replace(layout, pairs={**left, placed.pair: placed}, dropped=dropped)

    return move


def running(relaxed: list[str]) -> Move:
    """Begin anew: dropped pairs may come back; locked ones stay."""

    def move(layout: Layout) -> Layout:
        rules = sorted(one.value for one in relaxed_by(relaxed))
        return replace(layout, relaxed=tuple(rules), dropped={})

    return move


def clear_board(w: Work, desk: Desk, step: int) -> None:
    """Take everything off that is not locked. Raises Conflict when the board was changed."""
    layout = layout_of(w, desk.programme.id)
    kept = {one.pair: one for one in layout.locked}
    wanted = replace(layout, pairs=kept, dropped={}, totals={}, step=step)
    keep(w, desk.login_id, desk.programme.id, wanted)


async def make(
    reader: Reader,
    desk: Desk,
    move: Move,
    *,
    step: int,
    role: Role = Role.MENTOR,
    is_run: bool = False,
    against: int | None = None,
) -> None:
    """Make a move, solve again, and keep the board; `against` is the match it decides against.

    Raises Conflict when the board was changed in the meantime, NotFound for a match of another
    board, PairRefused for what must not be, ProgrammeOver for a programme that makes no pairs.
    """
    programme_id = desk.programme.id
    if desk.programme.state not in MATCHED_IN:
        raise ProgrammeOver
    found, layout = await reader.instance.read(_read, programme_id, role)
    if layout.step != step:
        raise Conflict
    refused = match_on(layout, against) if against is not None else None
    moved = move(layout)
    plan = await asyncio.to_thread(_solved, found, moved)
    _require_possible(layout, plan)
    wanted = moved.with_plan(plan, role)
    await reader.instance.work(_kept, desk, wanted, plan, is_run=is_run, refused=refused)


def _read(r: Reading, programme_id: int, role: Role) -> tuple[Gathered, Layout]:
    return gathered(r, programme_id, role), layout_of(r, programme_id)


def _solved(found: Gathered, layout: Layout) -> Plan:
    locked = [one.parts for one in layout.locked if one.role is found.role]
    dropped = [one.parts for one in layout.dropped.values()]
    return solve(found.cohort(), locked, relaxed_by(layout.relaxed), dropped)


def _require_possible(before: Layout, plan: Plan) -> None:
    """Raise PairRefused for a pair made by hand against a rule that staff may not relax."""
    for one in plan.pairs:
        is_new = (one.talent_id, one.other_id) not in before.pairs
        if is_new and one.problem is not None and one.problem not in RELAXABLE:
            raise PairRefused


def _kept(
    w: Work, desk: Desk, wanted: Layout, plan: Plan, *, is_run: bool, refused: Placed | None
) -> None:
    keep(w, desk.login_id, desk.programme.id, wanted)
    if is_run:
        note_run(w, desk, plan.weights_version, list(wanted.relaxed), plan.totals)
    if refused is not None and not refused.is_locked:
        verdict = Verdict(refused.talent_id, None, None, followed=False, seconds=0)
        write_decision(w, desk.login_id, desk.programme.id, verdict)


def note_run(w: Work, desk: Desk, version: int, relaxed: list[str], totals: dict[str, Any]) -> int:
    """Write down a run with the rules that it relaxed, and return its number."""
    run = MatchRun(
        id=w.new_id(),
        programme_id=desk.programme.id,
        login_id=desk.login_id,
        weights_version=version,
        relaxed=dict.fromkeys(relaxed, True),
        totals=totals,
        at=w.now,
    )
    w.session.add(run)
    w.session.flush()
    return run.id


def _crossed(talent: Placed, other: Placed) -> Placed:
    """Return the talent of one pair with the other side of another; scored when solved again."""
    crossed = replace(
        talent,
        other_id=other.other_id,
        other_part_id=other.other_part_id,
        other_kind=other.other_kind,
        score=None,
        match_id=None,
    )
    return crossed.made_by_hand()
