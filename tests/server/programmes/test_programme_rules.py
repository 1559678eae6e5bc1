"""The rules of programmes: no way around a state, words for every code, plain words of scoring."""

from datetime import UTC, datetime

import pytest

from server.people.model import PersonKind
from server.programmes.model import ParticipationState, ProgrammeState, Role
from server.programmes.plain_words import SIGNAL_WORDS, must_haves, shares_of
from server.programmes.queries import WeightsRow
from server.programmes.rules import (
    FLOORS,
    INSIDE,
    OPEN,
    OUTCOMES,
    PARTICIPATION_MOVES,
    PARTICIPATION_WORDS,
    POSITIVE,
    PROGRAMME_MOVES,
    PROGRAMME_WORDS,
    SIGNALS,
    UNDECIDED,
    may_change,
    may_move,
    role_of,
    worded,
)

S, P = ParticipationState, ProgrammeState


def test_every_state_has_moves_and_words() -> None:
    assert set(PROGRAMME_MOVES) == set(P) == set(PROGRAMME_WORDS)
    assert set(PARTICIPATION_MOVES) == set(S) == set(PARTICIPATION_WORDS)
    assert set(SIGNALS) == set(SIGNAL_WORDS)
    assert set(OUTCOMES) > POSITIVE
    assert OPEN == UNDECIDED | INSIDE


def test_nobody_takes_part_without_being_accepted() -> None:
    for former in S:
        if may_change(former, S.PAUSED) or may_change(former, S.FINISHED):
            assert former in INSIDE
        if former not in OPEN:
            assert not PARTICIPATION_MOVES[former]


def test_a_programme_never_goes_back_to_a_draft_nor_out_of_its_end() -> None:
    assert not any(may_move(former, P.DRAFT) for former in P)
    assert not PROGRAMME_MOVES[P.CLOSED]
    assert {former for former in P if may_move(former, P.CLOSED)} == {P.CLOSING}


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (PersonKind.TALENT, Role.TALENT), ("mentor", Role.MENTOR),
        (PersonKind.EMPLOYER, Role.HOST), (PersonKind.ORGANISATION, Role.HOST), (None, None),
    ],
)  # fmt: skip
def test_the_role_follows_from_the_kind(kind: str | None, role: Role | None) -> None:
    assert role_of(kind) is role


def test_words_come_in_the_nearest_language() -> None:
    texts = {"en": "hello", "nl": "hallo", "fi": ""}
    assert worded(texts, "nl-BE") == "hallo"
    assert worded(texts, "fi") == "hello"
    assert worded({"ar": "marhaba"}, "fi") == "marhaba"
    assert worded({}, "fi") == ""


def _row(**changed: object) -> WeightsRow:
    values = {
        "id": 1, "programme_id": 1, "version": 1, "weights": SIGNALS, "floors": FLOORS,
        "threshold": 40, "login_id": None, "published_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return WeightsRow(**{**values, **changed})  # type: ignore[arg-type]  # one of each type


def test_scoring_is_told_in_order_without_what_does_not_count() -> None:
    told = shares_of(_row(weights={**SIGNALS, "waiting": 0, "interests": 90}))
    assert [one.signal for one in told][:2] == ["interests", "occupation"]
    assert "waiting" not in {one.signal for one in told}
    assert sum(one.percent for one in told) in range(98, 103)


def test_hard_rules_are_told() -> None:
    assert [value for _, value in must_haves(_row())] == ["B1", "", "", "1"]
    floors = {"language": "A2", "learning": False, "distance": "any", "availability": 0}
    assert [value for _, value in must_haves(_row(floors=floors))] == ["A2"]
