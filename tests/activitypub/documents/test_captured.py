"""What each software sends, read by the reader that is made for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from activitypub.documents.activity import read_activity, read_embedded_activity
from activitypub.documents.actor import read_actor, read_public_keys
from activitypub.documents.collection import item_id, read_collection
from activitypub.documents.context import require_activitystreams_context
from activitypub.documents.event import Place, VirtualLocation, read_event
from activitypub.documents.jsonbytes import parse_document
from activitypub.documents.names import (
    ACTIVITY_TYPES,
    ACTOR_TYPES,
    COLLECTION_TYPES,
    PAGE_TYPES,
    POST_TYPES,
    PUBLIC,
)
from activitypub.documents.note import Visibility, is_vote, read_note, visibility_of
from activitypub.documents.origin import trusted_object
from activitypub.documents.readable import readable_html
from activitypub.documents.reading import type_of
from activitypub.errors import DocumentError

CAPTURED = Path(__file__).parent / "captured"
NAMES = sorted(
    path.relative_to(CAPTURED).with_suffix("").as_posix() for path in CAPTURED.rglob("*.json")
)
READERS = (
    (ACTIVITY_TYPES, read_activity),
    (ACTOR_TYPES, read_actor),
    (POST_TYPES, read_note),
    (COLLECTION_TYPES | PAGE_TYPES, read_collection),
)


def test_every_software_that_is_named_has_documents():
    assert {name.partition("/")[0] for name in NAMES} == {
        "akkoma", "friendica", "gancio", "gotosocial", "lemmy", "mastodon", "misskey",
        "mobilizon", "peertube", "pleroma", "wordpress",
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if name != "gotosocial/key_stub"])
def test_each_document_is_read_by_the_reader_of_its_type(name):
    document = parse_document((CAPTURED / f"{name}.json").read_bytes())

    require_activitystreams_context(document)
    readers = [read for types, read in READERS if type_of(document, types)]

    assert len(readers) == 1
    assert readers[0](document).id == document["id"]


def test_a_mastodon_actor_is_read_whole(captured):
    actor = read_actor(captured("mastodon/actor"))

    assert actor.type == "Person"
    assert (actor.preferred_username, actor.webfinger) == ("ann", "ann@mastodon.example")
    assert actor.url == "https://mastodon.example/@ann"
    assert actor.shared_inbox == "https://mastodon.example/inbox"
    assert actor.featured == "https://mastodon.example/users/ann/collections/featured"
    assert actor.manually_approves_followers
    assert (actor.discoverable, actor.indexable, actor.suspended) == (True, False, False)
    assert [(field.name, field.value) for field in actor.fields][1] == ("Pronouns", "she/her")
    assert actor.icon is not None
    assert actor.icon.description == "A woman with a spade"
    assert actor.attribution_domains == ("garden.example", "blog.garden.example")
    assert actor.published == datetime(2022, 11, 5, tzinfo=UTC)
    assert [key.id for key in actor.public_keys] == [f"{actor.id}#main-key"]
    assert actor.public_keys[0].owner == actor.id
    assert [emoji.shortcode for emoji in actor.tags.emojis] == ["leaf"]


def test_a_mastodon_note_is_read_whole(captured):
    create = captured("mastodon/create_note")
    embedded = trusted_object(create)
    assert embedded is not None
    note = read_note(embedded)

    assert note.type == "Note"
    assert note.author == "https://mastodon.example/users/ann"
    assert visibility_of(note, followers=None) is Visibility.PUBLIC
    assert note.language == "en"
    assert note.summary is None
    assert note.published == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert note.updated == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert [mention.href for mention in note.tags.mentions] == ["https://peer.example/users/bob"]
    assert [tag.name for tag in note.tags.hashtags] == ["garden"]
    picture = note.attachments[0]
    assert (picture.media_type, picture.description) == ("image/jpeg", "Red tulips")
    assert (picture.width, picture.height, picture.focal_point) == (1280, 960, (0.0, -0.52))
    assert (note.likes, note.shares, note.replies) == (3, 1, None)
    assert note.replies_id == f"{note.id}/replies"
    assert note.context == "https://mastodon.example/contexts/112000000000000001-1"
    assert note.conversation is not None
    assert note.conversation.startswith("tag:mastodon.example")
    assert note.interaction_policy is not None
    assert note.interaction_policy.can_quote is not None
    assert note.interaction_policy.can_quote.automatic == (PUBLIC,)
    assert readable_html(note) == note.content.text


@pytest.mark.parametrize(
    ("name", "visibility"),
    [
        ("mastodon/note_content_warning", Visibility.FOLLOWERS),
        ("mastodon/note_unlisted_reply", Visibility.UNLISTED),
        ("mastodon/note_direct", Visibility.DIRECT),
        ("mastodon/note_quote", Visibility.PUBLIC),
        ("lemmy/page", Visibility.PUBLIC),
        ("wordpress/article", Visibility.PUBLIC),
    ],
)
def test_the_visibility_follows_from_the_addressees(captured, name, visibility):
    followers = "https://mastodon.example/users/ann/followers"
    assert visibility_of(read_note(captured(name)), followers=followers) is visibility


def test_followers_only_is_direct_while_the_followers_are_not_known(captured):
    note = read_note(captured("mastodon/note_content_warning"))
    assert visibility_of(note, followers=None) is Visibility.DIRECT
    assert note.summary is not None
    assert (note.summary.text, note.sensitive) == ("About food", True)


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("mastodon/note_quote", "https://peer.example/notes/8"),
        ("akkoma/note_quote", "https://pleroma.example/objects/bb22"),
    ],
)
def test_a_quote_is_found_once_however_often_it_is_named(captured, name, quoted):
    assert read_note(captured(name)).quotes == (quoted,)


def test_polls_are_read(captured):
    one = read_note(captured("mastodon/question")).poll
    several = read_note(captured("mastodon/question_closed_multiple")).poll

    assert one is not None
    assert [(option.name, option.votes) for option in one.options] == [("Tea", 3), ("Coffee", 1)]
    assert (one.multiple, one.voters, one.is_closed) == (False, 4, False)
    assert one.ends_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert several is not None
    assert (several.multiple, several.is_closed, several.voters) == (True, True, None)


def test_a_vote_is_told_from_a_post(captured):
    activity = read_activity(captured("mastodon/vote"))
    assert activity.embedded is not None
    vote = read_note(activity.embedded)
    assert is_vote(vote)
    assert vote.to == ("https://peer.example/users/bob",)
    assert not is_vote(read_note(captured("mastodon/note_direct")))


def test_activities_say_who_did_what(captured):
    announce = read_activity(captured("mastodon/announce"))
    assert (announce.type, announce.object_id) == ("Announce", "https://peer.example/notes/9")
    assert announce.embedded is None
    flag = read_activity(captured("mastodon/flag"))
    assert len(flag.object_ids) == 2
    assert flag.content == "Spam"
    assert read_activity(captured("lemmy/report")).content == "Off topic"
    assert read_activity(captured("mastodon/move")).target == "https://peer.example/users/ann"
    deletion = read_activity(captured("mastodon/delete_actor"))
    assert deletion.object_id == deletion.actor
    assert read_activity(captured("misskey/like_reaction")).content == ":leaf:"
    assert read_activity(captured("pleroma/emoji_react")).type == "EmojiReact"


def test_the_activity_inside_another_one_is_read(captured):
    undo = read_embedded_activity(captured("mastodon/undo_follow")["object"])
    assert undo is not None
    assert (undo.type, undo.object_id) == ("Follow", "https://peer.example/users/bob")
    announced = read_embedded_activity(captured("lemmy/announce_create_page")["object"])
    assert announced is not None
    assert (announced.type, announced.actor) == ("Create", "https://lemmy.example/u/finn")


def test_the_lists_of_mastodon_are_read(captured):
    outbox = read_collection(captured("mastodon/outbox"))
    assert (outbox.total_items, outbox.is_page, outbox.is_hidden) == (214, False, False)
    page = read_collection(captured("mastodon/outbox_page"))
    assert page.is_page
    assert page.part_of == outbox.id
    assert page.next is not None
    assert [item_id(item) for item in page.items] == [
        "https://mastodon.example/users/ann/statuses/112000000000000001/activity",
        "https://mastodon.example/users/ann/statuses/112000000000000008/activity",
    ]
    assert read_collection(captured("mastodon/followers_hidden")).is_hidden


def test_gotosocial_writes_single_members_without_an_array(captured):
    actor = read_actor(captured("gotosocial/actor"))
    assert actor.shared_inbox is None
    assert actor.also_known_as == ("https://old.example/users/bram",)
    assert len(actor.fields) == 1
    note = read_note(captured("gotosocial/create_note")["object"])
    assert note.cc == ("https://gts.example/users/bram/followers",)
    assert [tag.name for tag in note.tags.hashtags] == ["beans"]
    assert [picture.description for picture in note.attachments] == ["A plot with beans"]
    assert note.interaction_policy is not None
    assert note.interaction_policy.can_like is not None
    assert note.interaction_policy.can_like.automatic == (PUBLIC,)
    assert note.interaction_policy.can_reply is not None
    assert note.interaction_policy.can_reply.manual == (PUBLIC,)


def test_the_key_stub_of_gotosocial_gives_the_key_but_is_no_actor(captured):
    stub = captured("gotosocial/key_stub")
    key = read_public_keys(stub)[0]
    assert (key.id, key.owner) == (
        "https://gts.example/users/bram/main-key",
        "https://gts.example/users/bram",
    )
    with pytest.raises(DocumentError, match="no inbox"):
        read_actor(stub)


def test_pleroma_gives_urls_as_links_and_a_language_that_says_nothing(captured):
    note = read_note(captured("pleroma/create_note")["object"])
    assert note.language is None
    assert note.attachments[0].url == "https://pleroma.example/media/fox.jpg"
    assert note.attachments[0].width == 640
    assert note.source is not None
    assert note.source.media_type == "text/plain"
    assert note.attributed_to == ("https://pleroma.example/users/cleo",)
    assert read_note(captured("akkoma/note_quote")).language == "fi"


def test_misskey_is_read(captured):
    actor = read_actor(captured("misskey/actor"))
    assert (actor.name, actor.discoverable, actor.image) == ("えみ", True, None)
    note = read_note(captured("misskey/create_note")["object"])
    assert note.quotes == ("https://mastodon.example/users/ann/statuses/112000000000000001",)
    poll = read_note(captured("misskey/question")).poll
    assert poll is not None
    assert [option.votes for option in poll.options] == [1, 0]


def test_lemmy_posts_to_a_group_in_a_named_language(captured):
    page = read_note(captured("lemmy/page"))
    assert page.is_converted
    assert page.audience == ("https://lemmy.example/c/jobs",)
    assert page.language == "en"
    assert page.attachments[0].is_link
    assert readable_html(page) == (
        "<p><strong>Who hires cooks?</strong></p><p>Asking for a friend.</p>\n"
        '<p><a href="https://lemmy.example/post/55">https://lemmy.example/post/55</a></p>'
    )
    assert read_actor(captured("lemmy/group")).type == "Group"
    assert read_note(captured("lemmy/comment")).in_reply_to == "https://lemmy.example/post/55"


def test_a_mobilizon_event_is_read_whole(captured):
    document = captured("mobilizon/event")
    event = read_event(document)

    assert event.start == datetime(2026, 9, 10, 17, 30, tzinfo=UTC)
    assert event.end == datetime(2026, 9, 10, 19, 30, tzinfo=UTC)
    assert event.timezone == "Europe/Brussels"
    place = event.locations[0]
    assert isinstance(place, Place)
    assert (place.name, place.latitude, place.longitude) == ("Parish hall", 50.85, 4.35)
    assert place.address is not None
    assert (place.address.postal_code, place.address.locality) == ("1000", "Bruxelles")
    assert (event.status, event.join_mode, event.category) == ("tentative", "external", "music")
    assert event.participation_url == "https://choir.example/join"
    assert (event.maximum_attendees, event.remaining_attendees, event.participants) == (30, 12, 18)
    assert event.organizers == ("https://mobilizon.example/@gita",)
    assert event.comments_enabled
    note = read_note(document)
    assert note.attributed_to == (
        "https://mobilizon.example/@choir",
        "https://mobilizon.example/@gita",
    )
    assert [attached.is_link for attached in note.attachments] == [False, True]


def test_events_of_others_are_read(captured):
    market = read_event(captured("gancio/event"))
    assert [type(at) for at in market.locations] == [Place, VirtualLocation]
    assert isinstance(market.locations[0], Place)
    assert market.locations[0].address_line == "Market square 1, Torino"
    assert (market.end, market.is_online, market.display_end) == (None, False, False)
    evening = read_event(captured("wordpress/event"))
    assert (evening.status, evening.is_online, evening.join_mode) == ("moved-online", True, "none")
    assert evening.organizers == ("https://blog.example/author/iris/",)
    assert not evening.display_end
    assert not evening.comments_enabled
    foxes = read_event(captured("pleroma/event"))
    assert foxes.join_mode == "free"


def test_a_peertube_video_is_text_with_a_link_to_its_page(captured):
    video = read_note(captured("peertube/video"))

    assert video.url == "https://peertube.example/w/short1"
    assert video.attributed_to == (
        "https://peertube.example/accounts/hugo",
        "https://peertube.example/video-channels/hugo_channel",
    )
    assert video.content.text == (
        "<p>First **line** &lt;b&gt;<br>second line</p><p>New paragraph</p>"
    )
    assert readable_html(video).startswith("<p><strong>How to prune &amp; tie</strong></p>")
    assert video.image is not None
    assert video.language == "en"
    assert [tag.name for tag in video.tags.hashtags] == ["pruning"]
    assert (video.likes, video.shares) == (None, None)
    create = read_activity(captured("peertube/create_video"))
    assert (create.embedded, create.object_id) == (None, video.id)


def test_wordpress_is_read(captured):
    author = read_actor(captured("wordpress/author"))
    assert author.webfinger == "iris@blog.example"
    assert author.url == "https://blog.example/author/iris/"
    assert author.generator is not None
    assert author.generator.implements == ("https://datatracker.ietf.org/doc/html/rfc9421",)
    assert len(author.fields) == 1
    article = read_note(captured("wordpress/article"))
    assert article.name is not None
    assert article.name.language == "en"
    html = readable_html(article)
    assert html.startswith("<p><strong>A first job</strong></p><p>Finding work […]</p><h2>")
    assert html.endswith("a-first-job/</a></p>")


def test_friendica_is_read(captured):
    actor = read_actor(captured("friendica/actor"))
    assert actor.discoverable
    assert actor.generator is not None
    assert actor.generator.name == "Friendica 2024.12"
    note = read_note(captured("friendica/create_note")["object"])
    assert note.content.text == "Hello <b>all</b>"
    assert note.extensions == {"diaspora:guid": "fd00-2"}
    article = read_note(captured("friendica/article"))
    assert article.is_converted
    assert article.attachments[0].is_link
