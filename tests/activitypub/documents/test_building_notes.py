"""Our posts say what other servers need, and nothing else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from activitypub.documents.building import (
    EventDraft,
    MediaFile,
    NoteDraft,
    PageLink,
    PollDraft,
    event_of,
    hashtag_tag,
    mention_tag,
    note_of,
    object_tag,
    question_of,
    tombstone_of,
)
from activitypub.documents.event import Address, Place, VirtualLocation, read_event
from activitypub.documents.jsonbytes import json_bytes, parse_document
from activitypub.documents.names import AS_CONTEXT, PUBLIC
from activitypub.documents.note import Visibility, read_note, visibility_of
from activitypub.documents.readable import readable_html
from activitypub.errors import DocumentError

AUTHOR = "https://ours.example/people/1"
FOLLOWERS = f"{AUTHOR}/followers"
AT = datetime(2026, 11, 23, 9, 0, 0, 987654, tzinfo=UTC)
CET = timezone(timedelta(hours=1))


def draft(**changes):
    values = {
        "id": "https://ours.example/posts/7",
        "author": AUTHOR,
        "to": (PUBLIC,),
        "cc": (FOLLOWERS,),
        "published": AT,
        "content": "<p>Hallo</p>",
        "language": "nl",
        **changes,
    }
    return NoteDraft(**values)


def event_draft(**changes):
    values = {
        "post": draft(summary="<p>14 jan, Utrecht</p>", url="https://ours.example/@x/7"),
        "name": "Banenmarkt",
        "start": datetime(2027, 1, 14, 13, tzinfo=CET),
        "end": datetime(2027, 1, 14, 17, tzinfo=CET),
        "timezone": "Europe/Amsterdam",
        "location": Place(
            id="https://ours.example/places/1",
            name="Grote zaal",
            address=Address("Plein 1", "3511", "Utrecht", None, "NL"),
            address_line=None,
            latitude=52.09,
            longitude=5.1,
        ),
        **changes,
    }
    return EventDraft(**values)


def holes_in(value):
    """Every null, empty text, array or object in a document."""
    if isinstance(value, dict):
        return [
            hole for key, member in value.items() for hole in holes_in(member) if key != "content"
        ]
    if isinstance(value, list):
        return [hole for member in value for hole in holes_in(member)] or (
            [value] if not value else []
        )
    return [value] if value in (None, "") else []


def test_a_plain_note_is_exactly_this():
    assert note_of(draft(url="https://ours.example/@ann/7")) == {
        "@context": [AS_CONTEXT, {"sensitive": "as:sensitive"}],
        "id": "https://ours.example/posts/7",
        "type": "Note",
        "attributedTo": AUTHOR,
        "to": [PUBLIC],
        "cc": [FOLLOWERS],
        "published": "2026-11-23T09:00:00Z",
        "url": "https://ours.example/@ann/7",
        "sensitive": False,
        "content": "<p>Hallo</p>",
        "contentMap": {"nl": "<p>Hallo</p>"},
    }


def test_a_vacancy_has_its_page_first_its_record_and_inline_terms():
    record = {
        "type": "sdo:JobPosting",
        "svept:profile": "vacancy/1",
        "sdo:title": "Kok",
        "svept:languages": [{"svept:lang": "nl", "svept:cefr": "A2"}],
    }
    document = note_of(
        draft(
            page=PageLink("https://ours.example/@x/7", "Kok"),
            files=(MediaFile("https://ours.example/media/a.png", "image/png", "Een keuken"),),
            tags=(hashtag_tag("vacature", "https://ours.example/tags/vacature"),),
            audience=("https://regio.example/groups/utrecht",),
            end_time=AT + timedelta(days=30),
            extensions={"svept:posting": record},
        )
    )

    assert document["@context"] == [
        AS_CONTEXT,
        {
            "sdo": "https://schema.org/",
            "svept": "https://w3id.org/meshwork/v1#",
            "Hashtag": "as:Hashtag",
            "sensitive": "as:sensitive",
        },
    ]
    assert next(iter(document)) == "@context"
    assert document["attachment"] == [
        {
            "type": "Link",
            "mediaType": "text/html",
            "href": "https://ours.example/@x/7",
            "name": "Kok",
        },
        {
            "type": "Image",
            "mediaType": "image/png",
            "url": "https://ours.example/media/a.png",
            "name": "Een keuken",
        },
    ]
    assert document["audience"] == "https://regio.example/groups/utrecht"
    assert document["endTime"] == "2026-12-23T09:00:00Z"
    assert document["svept:posting"] == record
    assert not {"name", "summary"} & set(document)


def test_the_language_of_the_content_is_the_first_of_its_map():
    document = note_of(draft(translations={"en": "<p>Hello</p>", "nl": "<p>anders</p>"}))
    assert list(document["contentMap"].items()) == [("nl", "<p>Hallo</p>"), ("en", "<p>Hello</p>")]
    assert "contentMap" not in note_of(draft(language=None))
    with pytest.raises(DocumentError, match="language of its own"):
        note_of(draft(language=None, translations={"en": "x"}))


def test_what_we_write_reads_back_the_same():
    document = note_of(
        draft(
            summary="Eten",
            sensitive=True,
            updated=AT + timedelta(minutes=1),
            in_reply_to="https://a.example/notes/1",
            context="https://ours.example/contexts/3",
            conversation="https://ours.example/contexts/3",
            tags=(
                mention_tag("https://a.example/bob", "@bob@a.example"),
                object_tag("https://ours.example/posts/1", "RE"),
            ),
            files=(
                MediaFile(
                    "https://ours.example/media/b.mp4",
                    "video/mp4",
                    "Film",
                    "LEHV6n",
                    640,
                    480,
                    (0.5, -1.0),
                ),
                MediaFile("https://ours.example/media/c.ogg", "audio/ogg"),
                MediaFile("https://ours.example/media/d.pdf", "application/pdf"),
            ),
            replies="https://ours.example/posts/7/replies",
            may_quote=(),
            may_reply=(PUBLIC,),
        )
    )

    note = read_note(parse_document(json_bytes(document)))

    assert note.summary is not None
    assert (note.summary.text, note.sensitive, note.language) == ("Eten", True, "nl")
    assert note.published == AT.replace(microsecond=0)
    assert note.updated == AT.replace(microsecond=0, minute=1)
    assert (note.in_reply_to, note.context) == (
        "https://a.example/notes/1",
        "https://ours.example/contexts/3",
    )
    assert note.tags.mentions[0].name == "@bob@a.example"
    assert note.quotes == ("https://ours.example/posts/1",)
    assert [file.type for file in note.attachments] == ["Video", "Audio", "Document"]
    film = note.attachments[0]
    assert (film.blurhash, film.width, film.height, film.focal_point) == (
        "LEHV6n",
        640,
        480,
        (0.5, -1.0),
    )
    assert note.interaction_policy is not None
    assert note.interaction_policy.can_quote is not None
    assert note.interaction_policy.can_quote.automatic == (AUTHOR,)
    assert note.interaction_policy.can_reply is not None
    assert note.interaction_policy.can_reply.automatic == (PUBLIC,)
    assert note.interaction_policy.can_like is None
    assert visibility_of(note, followers=FOLLOWERS) is Visibility.PUBLIC


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        ((PUBLIC,), (FOLLOWERS,), Visibility.PUBLIC),
        ((FOLLOWERS,), (PUBLIC,), Visibility.UNLISTED),
        ((FOLLOWERS,), (), Visibility.FOLLOWERS),
        (("https://a.example/bob",), (), Visibility.DIRECT),
        ((), (FOLLOWERS,), Visibility.DIRECT),
    ],
)
def test_the_addressees_decide_who_sees_it(to, cc, visibility):
    note = read_note(note_of(draft(to=to, cc=cc)))
    assert visibility_of(note, followers=FOLLOWERS) is visibility


def test_nothing_empty_is_ever_sent_but_the_content():
    documents = [
        note_of(draft(content="", summary="")),
        note_of(draft(cc=(), tags=(), files=())),
        question_of(draft(), PollDraft(options=(("a", 0), ("b", 0)), ends_at=AT)),
        event_of(event_draft()),
        tombstone_of("https://ours.example/posts/7", former_type="Note", deleted=AT),
    ]
    assert [hole for document in documents for hole in holes_in(document)] == []
    assert documents[0]["content"] == ""
    assert "contentMap" not in documents[0]


def test_a_draft_that_breaks_a_rule_is_refused():
    with pytest.raises(DocumentError, match="addresses nobody"):
        note_of(draft(to=(), cc=()))
    with pytest.raises(DocumentError, match="before it was published"):
        note_of(draft(updated=AT - timedelta(seconds=1)))
    with pytest.raises(DocumentError, match="without a zone"):
        note_of(draft(published=AT.replace(tzinfo=None)))
    with pytest.raises(DocumentError, match="two options"):
        question_of(draft(), PollDraft(options=(("a", 0),), ends_at=AT))
    with pytest.raises(DocumentError, match="all different"):
        question_of(draft(), PollDraft(options=(("a", 0), ("a", 1)), ends_at=AT))
    with pytest.raises(DocumentError, match="before it starts"):
        event_of(event_draft(end=datetime(2027, 1, 14, 12, tzinfo=CET)))


def test_a_poll_reads_back_the_same():
    question = question_of(
        draft(),
        PollDraft(
            options=(("Ja", 3), ("Nee", 0)), ends_at=AT, multiple=True, voters=3, closed_at=AT
        ),
    )
    poll = read_note(question).poll
    assert poll is not None
    assert [(option.name, option.votes) for option in poll.options] == [("Ja", 3), ("Nee", 0)]
    assert (poll.multiple, poll.voters, poll.is_closed) == (True, 3, True)
    assert "oneOf" not in question


def test_an_event_says_its_local_time_one_place_and_where_to_sign_up():
    document = event_of(
        event_draft(
            participation_url="https://ours.example/@x/7/join",
            maximum_attendees=200,
            category="NETWORKING",
            status="rescheduled",
        )
    )

    assert document["startTime"] == "2027-01-14T13:00:00+01:00"
    assert document["endTime"] == "2027-01-14T17:00:00+01:00"
    assert isinstance(document["location"], dict)
    assert (document["joinMode"], document["eventStatus"], document["status"]) == (
        "external",
        "EventRescheduled",
        "CONFIRMED",
    )
    assert document["inLanguage"] == "nl"
    inline = document["@context"][1]
    assert {"mz", "schema", "fep8a8e", "EventRescheduled", "PostalAddress", "joinMode"} <= set(
        inline
    )
    assert "EventCancelled" not in inline
    event = read_event(document)
    assert event.start == datetime(2027, 1, 14, 12, tzinfo=UTC)
    assert (event.status, event.join_mode, event.maximum_attendees) == (
        "rescheduled",
        "external",
        200,
    )
    assert event.organizers == (AUTHOR,)
    place = event.locations[0]
    assert isinstance(place, Place)
    assert place.address == Address("Plein 1", "3511", "Utrecht", None, "NL")


def test_an_event_in_utc_or_on_the_network_is_built_too():
    document = event_of(
        event_draft(
            start=AT,
            end=AT + timedelta(hours=1),
            location=VirtualLocation("Zaal", "https://meet.example/1"),
            is_online=True,
            status="cancelled",
        )
    )
    assert document["startTime"] == "2026-11-23T09:00:00Z"
    assert document["location"] == {
        "type": "VirtualLocation",
        "name": "Zaal",
        "url": "https://meet.example/1",
    }
    assert (document["joinMode"], document["status"]) == ("none", "CANCELLED")


def test_an_event_has_its_picture_before_its_page():
    post = draft(
        page=PageLink("https://ours.example/@x/7", "Website"),
        files=(MediaFile("https://ours.example/media/a.png", "image/png"),),
    )
    document = event_of(event_draft(post=post))
    assert [attached["type"] for attached in document["attachment"]] == ["Image", "Link"]


def test_our_event_is_readable_without_saying_its_title_twice():
    post = draft(
        content="<p><strong>Banenmarkt</strong></p><p>Kom ook</p>",
        summary="<p>14 jan, Utrecht</p>",
        url="https://ours.example/@x/7",
    )
    assert readable_html(read_note(event_of(event_draft(post=post)))) == (
        "<p><strong>Banenmarkt</strong></p><p>14 jan, Utrecht</p><p>Kom ook</p>"
        '<p><a href="https://ours.example/@x/7">https://ours.example/@x/7</a></p>'
    )


def test_a_title_cannot_bring_tags_of_its_own():
    html = readable_html(read_note({**event_of(event_draft(name="<b>&</b>"))}))
    assert html.startswith("<p><strong>&lt;b&gt;&amp;&lt;/b&gt;</strong></p>")


def test_a_tombstone_keeps_only_what_it_was():
    assert tombstone_of("https://ours.example/posts/7", former_type="Note", deleted=AT) == {
        "@context": [AS_CONTEXT],
        "id": "https://ours.example/posts/7",
        "type": "Tombstone",
        "formerType": "Note",
        "deleted": "2026-11-23T09:00:00Z",
    }
