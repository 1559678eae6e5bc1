"""The table of a match's life: what nobody can do, by whatever way; and what services refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.matching import service
from server.matching.model import MatchState, Side
from server.matching.rules import (
    ASKED,
    CONSENTED,
    ENDED,
    NEVER_BEGUN,
    OPEN_STATES,
    TRANSITIONS,
    By,
    MatchRefused,
    Step,
    after,
    may,
    shows_card,
)
from server.platform.errors import MeshworkError
from server.platform.instance import Instance
from server.platform.work import Work
from tests.server.matching.pairs import Pair, history, make_pair
from tests.support.matches import STAFF, the_match

S = MatchState
DEEDS = st.lists(st.tuples(st.sampled_from(Step), st.sampled_from(Side)), max_size=40)


@given(DEEDS)
def test_no_path_reaches_consent_without_a_yes_of_both(deeds: list[tuple[Step, Side]]) -> None:
    state, yes = S.DRAFT, []
    for step, side in deeds:
        try:
            following = after(state, step, side)
        except MatchRefused:
            continue
        if step is Step.ACCEPT:
            yes.append(side)
        state = following
        if state in CONSENTED | ENDED:
            assert yes == [Side.TALENT, Side.OTHER]
        if state is S.ACCEPTED_BY_TALENT:
            assert yes == [Side.TALENT]


@given(DEEDS)
def test_what_never_began_stays_so_and_what_ended_is_never_open_again(
    deeds: list[tuple[Step, Side]],
) -> None:
    state, was_over = S.DRAFT, False
    for step, side in deeds:
        try:
            state = after(state, step, side)
        except MatchRefused:
            continue
        assert not was_over or state in ENDED
        was_over = was_over or state in NEVER_BEGUN | ENDED


def test_every_way_into_consent_leads_through_the_yes_of_the_talent_then_the_other() -> None:
    """The whole graph, not examples of it: the only edge into consent is the other side's yes."""
    into = {
        edge for edge, then in TRANSITIONS.items() if then in CONSENTED and edge[0] not in CONSENTED
    }
    assert into == {(S.ACCEPTED_BY_TALENT, Step.ACCEPT, Side.OTHER)}
    asks = {edge for edge, then in TRANSITIONS.items() if then is S.ACCEPTED_BY_TALENT}
    assert asks == {(S.PROPOSED, Step.ACCEPT, Side.TALENT)}
    ended = {edge[0] for edge, then in TRANSITIONS.items() if then in ENDED}
    assert ended <= CONSENTED | ENDED


def test_nobody_but_a_side_says_yes_or_no_and_no_side_speaks_for_the_other() -> None:
    for (state, step, side), then in TRANSITIONS.items():
        if step in {Step.ACCEPT, Step.DECLINE}:
            turn = Side.TALENT if state is S.PROPOSED else Side.OTHER
            assert side is turn, (state, step, then)


def test_every_state_can_be_left_or_is_an_end() -> None:
    for state in S:
        ways = {then for (at, _, _), then in TRANSITIONS.items() if at is state and then != state}
        assert bool(ways) is (state in OPEN_STATES or state is S.CLOSED)


def test_both_can_stop_at_any_time_as_long_as_it_is_open() -> None:
    for state in S:
        for side in (Side.TALENT, Side.OTHER):
            assert may(state, Step.STOP, side) is (state in OPEN_STATES)


def test_only_the_clock_ends_a_term_and_staff_close() -> None:
    assert {e[2] for e in TRANSITIONS if e[1] is Step.EXPIRE} == {Side.TIME}
    assert {e[2] for e in TRANSITIONS if e[1] is Step.CLOSE} == {Side.STAFF}
    assert {e[0] for e in TRANSITIONS if e[1] is Step.EXPIRE} == ASKED


def test_the_card_is_shown_to_whoever_is_asked_and_never_to_a_side_that_was_not() -> None:
    assert {s for s in S if shows_card(s, Side.TALENT)} == {S.PROPOSED, S.ACCEPTED_BY_TALENT}
    assert {s for s in S if shows_card(s, Side.OTHER)} == {S.ACCEPTED_BY_TALENT}


Deed = Callable[[Work, Pair], Any]
_STAFF = By.staff(STAFF)
DEEDS_OF_SERVICES: dict[str, tuple[Step, Side, Deed]] = {
    "propose": (Step.PROPOSE, Side.STAFF, lambda w, p: service.propose(w, p.match, STAFF)),
    "talent says yes": (
        Step.ACCEPT, Side.TALENT, lambda w, p: service.answer(w, p.match, p.talent, yes=True)),
    "talent says no": (
        Step.DECLINE, Side.TALENT, lambda w, p: service.answer(w, p.match, p.talent, yes=False)),
    "other says yes": (
        Step.ACCEPT, Side.OTHER, lambda w, p: service.answer(w, p.match, p.other, yes=True)),
    "other says no": (
        Step.DECLINE, Side.OTHER, lambda w, p: service.answer(w, p.match, p.other, yes=False)),
    "withdraw": (Step.WITHDRAW, Side.STAFF, lambda w, p: service.withdraw(w, p.match, STAFF)),
    "talent agrees": (
        Step.AGREE, Side.TALENT, lambda w, p: service.agree(w, p.match, p.talent, 1)),
    "pause": (Step.PAUSE, Side.STAFF, lambda w, p: service.pause(w, p.match, _STAFF)),
    "resume": (Step.RESUME, Side.STAFF, lambda w, p: service.resume(w, p.match, _STAFF)),
    "end": (Step.END, Side.STAFF, lambda w, p: service.begin_closing(w, p.match, _STAFF)),
    "close": (
        Step.CLOSE, Side.STAFF,
        lambda w, p: service.close_match(w, p.match, _STAFF, "internship")),
    "other stops": (Step.STOP, Side.OTHER, lambda w, p: service.stop(w, p.match, p.other)),
    "follow up": (
        Step.FOLLOW_UP, Side.STAFF, lambda w, p: service.note_followed_up(w, p.match, _STAFF)),
}  # fmt: skip


@pytest.mark.parametrize("state", list(MatchState))
async def test_what_the_table_does_not_have_is_refused_and_changes_nothing(
    instance: Instance, state: MatchState
) -> None:
    pair = await make_pair(instance, state)
    before = await the_match(instance, pair.match), await history(instance, pair.match)
    refused = 0
    for name, (step, side, deed) in DEEDS_OF_SERVICES.items():
        if may(state, step, side):
            continue
        with pytest.raises(MeshworkError) as refusal:
            await instance.work(deed, pair)
        assert refusal.value.status in {404, 409, 422}, name
        refused += 1
        now = await the_match(instance, pair.match), await history(instance, pair.match)
        assert now == before, name
    assert refused >= 4
