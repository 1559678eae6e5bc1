"""The maker of matches for tests reaches every state by the services alone."""

import pytest

from server.matching.model import MatchState
from server.people.model import PersonKind
from server.platform.instance import Instance
from tests.support.matches import make_match, the_match
from tests.support.people import make_person


@pytest.mark.parametrize("state", list(MatchState))
async def test_every_state_can_be_reached(instance: Instance, state: MatchState) -> None:
    talent = await make_person(instance, "tea", PersonKind.TALENT, None)
    mentor = await make_person(instance, "mo", PersonKind.MENTOR, None)
    made = await make_match(instance, talent.id, mentor.id, state)
    assert (await the_match(instance, made)).state is state
