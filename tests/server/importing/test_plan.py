"""What a second reading means: decided from the entries and what is known of them."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from server.importing.entries import MAX_ENTRIES, Entry, collected, completed_by
from server.importing.model import ItemState
from server.importing.rules import Action, Before, next_reading, plan
from server.posts.kinds import Kind

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entry(identity: str = "a", *, name: str = "Fair", is_cancelled: bool = False) -> Entry:
    return Entry(
        identity=identity, kind=Kind.EVENT, record={"name": name}, is_cancelled=is_cancelled
    )


def known(
    one: Entry, state: ItemState = ItemState.POSTED, *, has_post: bool = True, changed: bool = False
) -> dict[str, Before]:
    fingerprint = "0" * 64 if changed else one.fingerprint
    return {one.identity: Before(one.identity, fingerprint, state, has_post)}


@pytest.mark.parametrize(
    ("now", "before", "action"),
    [
        (entry(), {}, Action.POST),
        (entry(is_cancelled=True), {}, Action.KEEP),
        (entry(), known(entry()), Action.KEEP),
        (entry(), known(entry(), changed=True), Action.CHANGE),
        (entry(), known(entry(), has_post=False), Action.KEEP),
        (entry(), known(entry(), has_post=False, changed=True), Action.KEEP),
        (entry(), known(entry(), ItemState.REFUSED, has_post=False), Action.KEEP),
        (entry(), known(entry(), ItemState.REFUSED, has_post=False, changed=True), Action.POST),
        (entry(is_cancelled=True), known(entry()), Action.WITHDRAW),
        (entry(), known(entry(), ItemState.WITHDRAWN), Action.CHANGE),
        (
            entry(is_cancelled=True),
            known(entry(), ItemState.WITHDRAWN, changed=True),
            Action.KEEP,
        ),
    ],
)
def test_what_becomes_of_one_entry(now: Entry, before: dict[str, Before], action: Action) -> None:
    (step,) = plan([now], before, withdraws=True)

    assert step.action is action


def test_what_is_gone_is_withdrawn_when_its_owner_wants_so() -> None:
    before = known(entry("gone")) | known(entry("here"))

    def actions(*, withdraws: bool) -> dict[str, Action]:
        steps = plan([entry("here")], before, withdraws=withdraws)
        return {step.identity: step.action for step in steps}

    assert actions(withdraws=True) == {"here": Action.KEEP, "gone": Action.WITHDRAW}
    assert actions(withdraws=False) == {"here": Action.KEEP}


def test_a_source_that_suddenly_gives_nothing_withdraws_nothing() -> None:
    assert plan([], known(entry()), withdraws=True) == []


def test_one_reading_posts_so_many_and_leaves_the_rest_for_later() -> None:
    steps = plan([entry(str(n)) for n in range(5)], {}, withdraws=True, most=2)

    assert [step.action for step in steps] == [Action.POST] * 2 + [Action.LATER] * 3


def test_failures_make_the_next_reading_later_and_at_last_end_it() -> None:
    waits = [next_reading(START, failures) for failures in range(15)]

    assert waits[0] is not None
    assert all(a <= b for a, b in itertools.pairwise(waits) if a and b)
    assert (waits[13] or START) - START <= timedelta(days=1)
    assert waits[14] is None


def test_an_identity_counts_once_and_a_source_has_an_end() -> None:
    twice = collected([entry("a", name="Old"), entry("a", name="New")])
    many = collected([entry(str(n)) for n in range(MAX_ENTRIES + 3)], left_out=1)

    assert [one.record["name"] for one in twice.entries] == ["New"]
    assert (len(many.entries), many.left_out) == (MAX_ENTRIES, 4)


def test_what_an_entry_says_itself_comes_first() -> None:
    filled = completed_by(entry(name="Fair"), {"name": "Other", "regions": ["BE255"]})

    assert filled.record == {"name": "Fair", "regions": ["BE255"]}
