"""What matching gives out about a person, and that erasing leaves nothing of theirs."""

import json

from sqlalchemy import select

from server.matching.model import Match, MatchEvent, MatchState, PairBan
from server.matching.privacy import PERSONAL_DATA
from server.people.leaving import delete_person
from server.platform.instance import Instance
from server.platform.work import Reading
from tests.server.matching.pairs import make_pair, notices
from tests.support.people import make_person

S = MatchState
WHY = {
    "score": 71,
    "version": 1,
    "reasons": [{"code": "interests", "count": 2}],
    "to_know": {"code": "far"},
    "not_known": ["skills"],
}


def left(r: Reading) -> int:
    """Count every row of matches."""
    return sum(
        len(r.session.execute(select(table.__table__)).all())
        for table in (Match, MatchEvent, PairBan)
    )


async def test_somebody_gets_their_steps_and_why_but_nothing_of_the_other(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.ACTIVE, explanation=WHY, score=71, weights_version=1)
    given = await instance.read(PERSONAL_DATA.export, pair.talent)
    (match,) = given["matches"]
    assert match["stands"] == "active"
    assert match["explanation"]["score"] == 71
    assert match["explanation"]["to_know"] == "You live far apart."
    assert match["agreement"]["accepted_at"] is not None
    assert [one["what"] for one in match["steps"]] == [
        "You were asked.",
        "You said yes.",
        "You both said yes.",
        "You accepted the agreement.",
        "You have met.",
        "It has begun.",
    ]
    assert "Mo" not in json.dumps(given).split('"')
    assert str(pair.other) not in json.dumps(given)


async def test_nobody_gets_out_what_they_may_not_know(instance: Instance) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    given = await instance.read(PERSONAL_DATA.export, pair.other)
    assert given["matches"] == []


async def test_erasing_ends_the_match_and_leaves_nothing(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    await instance.work(PERSONAL_DATA.erase, pair.talent)
    assert await instance.read(left) == 0
    assert (await notices(instance, pair.other))[-1] == "match_ended"


async def test_a_person_who_is_deleted_takes_their_matches_along(instance: Instance) -> None:
    pair = await make_pair(instance, S.DECLINED)
    await make_person(instance, "sam")
    await instance.work(delete_person, pair.other)
    assert await instance.read(left) == 0
