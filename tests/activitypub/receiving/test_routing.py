"""Routes by type and predicate, and the memory of what was seen."""

from activitypub.documents.activity import read_activity
from activitypub.receiving.routing import Route, Router, about
from activitypub.receiving.seen import RecentlySeen, SeenKey, seen_key

ANN = "https://a.example/people/1"


def activity(kind, obj=None, number=1, actor=ANN):
    return read_activity(
        {
            "id": f"https://a.example/activities/{number}",
            "type": kind,
            "actor": actor,
            "object": obj,
        }
    )


def test_several_handlers_answer_one_activity_in_the_order_of_the_table():
    router = Router(
        [
            Route("Create", "posts", when=about("Note", "Question")),
            Route("Create", "votes", when=lambda activity: "name" in (activity.embedded or {})),
            Route("Create", "everything"),
            Route("Like", "likes"),
        ]
    )

    assert router.handlers_for(activity("Create", {"type": "Note", "name": "x"})) == (
        "posts",
        "votes",
        "everything",
    )
    assert router.handlers_for(activity("Create", {"type": ["Video", "Note"]})) == (
        "posts",
        "everything",
    )
    assert router.handlers_for(activity("Create", {"type": "Video"})) == ("everything",)
    assert router.handlers_for(activity("Create", "https://a.example/1")) == ("everything",)
    assert router.handlers_for(activity("Like")) == ("likes",)
    assert router.handlers_for(activity("Flag")) == ()
    assert router.activity_types == {"Create", "Like"}


def test_the_same_id_of_another_actor_is_another_activity():
    seen = RecentlySeen()

    assert seen.is_first(seen_key(activity("Like")))
    assert not seen.is_first(seen_key(activity("Like")))
    assert seen.is_first(seen_key(activity("Like", actor="https://evil.example/people/1")))


def test_spellings_of_one_id_are_one_id():
    assert seen_key(activity("Like", actor="https://A.example:443/people/1")) == seen_key(
        activity("Like")
    )


def test_the_memory_is_bounded_and_forgets_the_oldest_first():
    seen = RecentlySeen(most=2)
    keys = [SeenKey(ANN, f"https://a.example/activities/{number}") for number in range(3)]

    assert [seen.is_first(key) for key in keys] == [True, True, True]
    assert not seen.is_first(keys[2])
    assert not seen.is_first(keys[1])
    assert seen.is_first(keys[0])
