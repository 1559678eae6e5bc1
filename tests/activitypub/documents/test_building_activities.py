"""Our activities: one actor, somebody addressed, the object as the receiver needs it."""

from datetime import UTC, datetime

import pytest

from activitypub.documents.activity import read_activity, read_embedded_activity
from activitypub.documents.building import (
    Envelope,
    NoteDraft,
    accept_of,
    add_of,
    announce_of,
    block_of,
    create_of,
    delete_of,
    flag_of,
    follow_of,
    ignore_of,
    like_of,
    move_of,
    note_of,
    reject_of,
    remove_of,
    undo_of,
    update_of,
    vote_of,
)
from activitypub.documents.context import PROOF_TERMS
from activitypub.documents.names import AS_CONTEXT, PUBLIC
from activitypub.documents.note import is_vote, read_note
from activitypub.documents.origin import trusted_object
from activitypub.errors import DocumentError

ANN = "https://ours.example/people/1"
BOB = "https://a.example/users/bob"
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOTE = note_of(
    NoteDraft(
        id="https://ours.example/posts/7",
        author=ANN,
        to=(PUBLIC,),
        cc=(f"{ANN}/followers",),
        published=AT,
        content="<p>x</p>",
    )
)


def envelope(**changes):
    values = {"id": "https://ours.example/activities/1", "actor": ANN, "to": (BOB,), **changes}
    return Envelope(**values)


def test_a_create_takes_author_addressees_and_time_from_the_post():
    document = create_of(NOTE, activity_id="https://ours.example/activities/1")

    activity = read_activity(document)

    assert (activity.type, activity.actor, activity.to, activity.cc) == (
        "Create",
        ANN,
        (PUBLIC,),
        (f"{ANN}/followers",),
    )
    assert document["published"] == NOTE["published"]
    assert "@context" not in document["object"]
    assert document["@context"] == NOTE["@context"]
    assert trusted_object(document) == document["object"]


def test_an_activity_to_be_proved_has_the_terms_of_the_proof():
    document = create_of(NOTE, activity_id="https://ours.example/activities/1", will_be_proved=True)
    assert set(PROOF_TERMS) <= set(document["@context"][1])
    assert set(PROOF_TERMS) <= set(
        like_of(NOTE["id"], envelope(will_be_proved=True))["@context"][1]
    )


def test_an_update_is_the_owners_alone():
    document = update_of(NOTE, envelope(to=(PUBLIC,)))
    assert trusted_object(document) is not None
    with pytest.raises(DocumentError, match="only the owner"):
        update_of(NOTE, envelope(actor=BOB))
    with pytest.raises(DocumentError, match="without an owner"):
        update_of({"id": "https://ours.example/x", "type": "Note"}, envelope())


def test_a_deleted_post_leaves_a_tombstone_and_a_deleted_person_an_id():
    post = delete_of(NOTE["id"], envelope(to=(PUBLIC,), published=AT), former_type="Note")
    assert post["object"] == {
        "id": NOTE["id"],
        "type": "Tombstone",
        "formerType": "Note",
        "deleted": "2026-11-23T09:00:00Z",
    }
    assert read_activity(post).object_id == NOTE["id"]
    assert delete_of(ANN, envelope(to=(PUBLIC,)))["object"] == ANN


def test_an_announce_names_the_object_or_wraps_the_activity():
    assert announce_of(NOTE["id"], envelope(to=(PUBLIC,)))["object"] == NOTE["id"]
    create = create_of(NOTE, activity_id="https://ours.example/activities/1")
    wrapped = announce_of(create, envelope(id="https://ours.example/activities/2", to=(PUBLIC,)))
    inner = read_embedded_activity(wrapped["object"])
    assert inner is not None
    assert (inner.type, inner.object_id) == ("Create", NOTE["id"])
    assert "@context" not in wrapped["object"]


@pytest.mark.parametrize("build", [accept_of, reject_of, ignore_of])
def test_an_answer_repeats_the_request_in_brief(build):
    request = {
        "@context": AS_CONTEXT,
        "id": "https://a.example/follows/3",
        "type": "Follow",
        "actor": BOB,
        "object": {"id": ANN, "type": "Person"},
        "secret": "not repeated",
    }
    assert build(request, envelope())["object"] == {
        "id": "https://a.example/follows/3",
        "type": "Follow",
        "actor": BOB,
        "object": ANN,
    }


def test_an_accept_may_say_what_came_of_it():
    request = {"id": "https://a.example/deletes/1", "type": "Delete", "actor": BOB, "object": BOB}
    document = accept_of(request, envelope(), result={"type": "svept:ErasureReceipt"})
    assert document["result"] == {"type": "svept:ErasureReceipt"}
    assert document["@context"][1] == {"svept": "https://w3id.org/meshwork/v1#"}
    assert read_activity(document).result == {"type": "svept:ErasureReceipt"}


def test_only_the_actor_undoes_an_activity():
    follow = follow_of(BOB, envelope())
    undo = undo_of(follow, envelope(id="https://ours.example/activities/2"))
    inner = read_embedded_activity(undo["object"])
    assert inner is not None
    assert (inner.id, inner.type, inner.actor, inner.object_id) == (
        follow["id"],
        "Follow",
        ANN,
        BOB,
    )
    with pytest.raises(DocumentError, match="only the actor"):
        undo_of(follow, envelope(actor=BOB))


def test_the_simple_activities_are_exactly_this():
    assert like_of(NOTE["id"], envelope(published=AT, cc=(PUBLIC,))) == {
        "@context": [AS_CONTEXT],
        "id": "https://ours.example/activities/1",
        "type": "Like",
        "actor": ANN,
        "published": "2026-11-23T09:00:00Z",
        "to": [BOB],
        "cc": [PUBLIC],
        "object": NOTE["id"],
    }
    assert block_of(BOB, envelope())["type"] == "Block"
    assert follow_of(BOB, envelope())["object"] == BOB


def test_a_report_names_the_accused_first_and_not_the_reporter():
    document = flag_of(BOB, ("https://a.example/notes/1",), envelope(), remark="Spam")
    flag = read_activity(document)
    assert flag.object_ids == (BOB, "https://a.example/notes/1")
    assert flag.content == "Spam"


def test_move_add_and_remove_have_a_target():
    move = read_activity(move_of(BOB, envelope(to=(f"{ANN}/followers",))))
    assert (move.object_id, move.target) == (ANN, BOB)
    for build, kind in ((add_of, "Add"), (remove_of, "Remove")):
        found = read_activity(build(NOTE["id"], envelope(), target=f"{ANN}/featured"))
        assert (found.type, found.object_id, found.target) == (kind, NOTE["id"], f"{ANN}/featured")


def test_a_vote_is_a_note_with_a_name_for_the_author_alone():
    document = vote_of(
        "Ja",
        envelope(published=AT),
        vote_id="https://ours.example/posts/9",
        question="https://a.example/polls/1",
    )
    vote = read_note(document["object"])
    assert is_vote(vote)
    assert vote.name is not None
    assert (vote.name.text, vote.in_reply_to) == ("Ja", "https://a.example/polls/1")
    assert vote.to == read_activity(document).to == (BOB,)
    assert "content" not in document["object"]


def test_an_activity_for_nobody_is_not_built():
    with pytest.raises(DocumentError, match="addresses nobody"):
        like_of(NOTE["id"], envelope(to=()))
