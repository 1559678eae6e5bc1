"""What taking part gives out about a person, and that erasing leaves nothing of theirs."""

from server.participation import hands
from server.participation.privacy import PERSONAL_DATA
from server.platform.instance import Instance
from server.posts.model import Audience
from tests.server.participation.scenes import all_places, make_event, make_guests, sign_up, state_of
from tests.support.people import make_person
from tests.support.posts import make_vacancy


async def test_somebody_gets_a_copy_of_what_is_theirs(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id)
    vacancy = await make_vacancy(instance, org.id, Audience.PUBLIC)
    await sign_up(instance, ann, event.id, number=2, note="Arabic, please")
    await instance.work(
        lambda w: hands.raise_hand(w, ann, vacancy.id, message="Hello", shares=["fields"])
    )
    given = await instance.read(PERSONAL_DATA.export, ann)
    (place,), (hand,) = given["event_places"], given["raised_hands"]
    assert (place["event"], place["number"], place["note"]) == (event.uri, 2, "Arabic, please")
    assert (hand["vacancy"], hand["message"], hand["shared"]) == (vacancy.uri, "Hello", ["fields"])
    nothing = await instance.read(PERSONAL_DATA.export, bea)
    assert nothing == {"event_places": [], "raised_hands": []}


async def test_erasing_leaves_nothing_and_gives_the_place_on(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    vacancy = await make_vacancy(instance, org.id, Audience.PUBLIC)
    for one in (ann, bea):
        await sign_up(instance, one, event.id)
    await instance.work(lambda w: hands.raise_hand(w, ann, vacancy.id, message="Hello"))
    await instance.work(PERSONAL_DATA.erase, ann)
    assert [one.person_id for one in await all_places(instance)] == [bea]
    assert await state_of(instance, event.id, bea) == "going"
    assert await instance.read(hands.hand_of, vacancy.id, ann) is None
