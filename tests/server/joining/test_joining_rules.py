"""Codes, ways in and their steps: pure decisions."""

import pytest

from server.joining.asking import first_open, marks, texts_for
from server.joining.drafts import Answers
from server.joining.making import handle_from
from server.joining.rules import (
    CODE_LETTERS,
    Door,
    Mode,
    NoWayIn,
    Refusal,
    Step,
    Way,
    clean_code,
    door_with_code,
    door_without_code,
    new_code,
    spaced,
    steps_of,
)
from server.people.model import PersonKind
from server.platform.i18n import load_languages

ALL = frozenset(PersonKind)


def test_a_code_has_eight_letters_that_nobody_mixes_up():
    made = {new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(len(code) == 8 and set(code) <= set(CODE_LETTERS) for code in made)
    assert not set("01OILU") & set(CODE_LETTERS)


@pytest.mark.parametrize(
    "typed", ["abcd2345", "ABCD-2345", " abcd 2345 ", "A.B-C D2345", "abcd–2345"]
)
def test_a_code_is_read_however_it_was_typed(typed: str):
    assert clean_code(typed) == "ABCD2345"
    assert clean_code(spaced("ABCD2345")) == "ABCD2345"


@pytest.mark.parametrize(
    "typed", ["", "ABCD234", "ABCD23456", "ABCD234O", "ABCD234ß", "../../et", "x" * 999]
)
def test_what_is_no_code_is_none(typed: str):
    assert clean_code(typed) is None


@pytest.mark.parametrize(
    ("mode", "mails", "way"),
    [
        (Mode.OPEN, True, Way.OPEN),
        (Mode.OPEN, False, Way.APPROVAL),  # without mail nobody could check the address
        (Mode.APPROVAL, True, Way.APPROVAL),
    ],
)
def test_the_way_without_a_code_follows_the_mode(mode: Mode, mails: bool, way: Way):
    door = door_without_code(mode, ALL, mails=mails)
    assert (door.way, door.confirms, door.vouched) == (way, mails, False)


@pytest.mark.parametrize(
    ("mode", "kinds", "refusal"),
    [
        (Mode.CLOSED, ALL, Refusal.CLOSED),
        (Mode.INVITATION, ALL, Refusal.NEEDS_CODE),
        (Mode.OPEN, frozenset(), Refusal.CLOSED),
    ],
)
def test_a_shut_way_says_why(mode: Mode, kinds: frozenset[PersonKind], refusal: Refusal):
    with pytest.raises(NoWayIn) as shut:
        door_without_code(mode, kinds, mails=True)
    assert shut.value.refusal is refusal


def test_a_closed_instance_hands_accounts_over_and_lets_nobody_else_in():
    door = door_with_code(Mode.CLOSED, PersonKind.TALENT, takes_over=True, vouches=True, mails=True)
    assert door.way is Way.TAKEOVER
    with pytest.raises(NoWayIn):
        door_with_code(Mode.CLOSED, None, takes_over=False, vouches=True, mails=True)


def test_only_who_is_vouched_for_needs_no_address():
    vouched = door_with_code(Mode.OPEN, None, takes_over=False, vouches=True, mails=True)
    known = door_with_code(Mode.OPEN, None, takes_over=False, vouches=False, mails=True)
    assert (vouched.confirms, known.confirms) == (False, True)


def test_each_way_has_its_steps():
    talent = (PersonKind.TALENT,)
    assert list(steps_of(Door(Way.INVITATION, talent, vouched=True, confirms=False))) == [
        Step.AGE, Step.NAME, Step.SIGN_IN, Step.AGREE, Step.CHECK,
    ]  # fmt: skip
    assert list(steps_of(Door(Way.APPROVAL, tuple(PersonKind)))) == list(Step)
    assert Step.NAME not in steps_of(Door(Way.TAKEOVER, talent, vouched=True, confirms=False))


def test_a_text_that_changed_is_asked_again():
    door = Door(Way.INVITATION, (PersonKind.TALENT,), vouched=True, confirms=False)
    texts = texts_for("talent", load_languages((), ()).translator("en"))
    whole = Answers(
        language="en", kind="talent", old_enough=True, named=True, sign_in_name="sam",
        password_hash="x", decided=True, read=marks(texts),
    )  # fmt: skip
    assert first_open(whole, door, texts) is Step.CHECK
    assert first_open(whole, door, texts[:-1]) is Step.AGREE


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Café Ostend", "cafe_ostend"),
        ("  Åbo  Stad ", "abo_stad"),
        ("شركة", None),
        ("!", None),
        ("A", None),
        ("x" * 80, "x" * 30),
    ],
)
def test_a_handle_is_made_from_a_name_when_it_can_be(name: str, handle: str | None):
    assert handle_from(name) == handle
