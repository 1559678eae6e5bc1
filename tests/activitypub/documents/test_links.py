"""Links, pictures, attachments and tags in all their shapes."""

import pytest

from activitypub.documents.links import (
    attachments_of,
    extensions_of,
    generator_of,
    links_of,
    picture_of,
    tags_of,
    url_of,
)

PAGE = "https://a.example/page"
FILM = {"type": "Link", "href": "https://a.example/film.mp4", "mediaType": "video/mp4"}
HTML = {"type": "Link", "href": PAGE, "mediaType": "text/html"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (PAGE, PAGE),
        ([FILM, HTML], PAGE),
        ([FILM, PAGE], PAGE),
        ([FILM], FILM["href"]),
        ({"type": "Image", "url": [FILM, HTML]}, PAGE),
        (["javascript:alert(1)", "magnet:?x", PAGE], PAGE),
        ({"href": "data:text/html,x"}, None),
        (None, None),
        (5, None),
    ],
)
def test_the_page_is_preferred_among_links(value, expected):
    assert url_of(value) == expected


def test_a_link_says_what_it_knows():
    link = links_of({**HTML, "name": "Page", "rel": ["me", 5], "width": 10, "height": -1})[0]
    assert (link.name, link.relations, link.width, link.height) == ("Page", ("me",), 10, None)


def test_the_first_picture_with_a_url_counts():
    picture = picture_of([None, {"type": "Image"}, {"type": "Image", "url": PAGE, "name": "Alt"}])
    assert picture is not None
    assert (picture.url, picture.media_type, picture.description) == (PAGE, None, "Alt")
    assert picture_of("https://a.example/x.png") is not None
    assert picture_of({"type": "Image", "url": "ftp://x/"}) is None


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("PT1H2M3S", 3723), ("PT5.5S", 5.5), ("pt90M", 5400), (12, 12), ("7", 7), ("PT5", None),
     ("PT", 0), ("PT1D", None), (-1, None), ("P1D", None), (None, None)],
)  # fmt: skip
def test_a_duration_is_read_in_both_notations(duration, seconds):
    found = attachments_of({"type": "Video", "url": PAGE, "duration": duration})[0]
    assert found.duration_seconds == seconds


@pytest.mark.parametrize("focus", [[2, 0], [0], ["x", 0], {"x": 0}, None, [0, 0, 0]])
def test_an_impossible_focal_point_is_none(focus):
    assert (
        attachments_of({"type": "Image", "url": PAGE, "focalPoint": focus})[0].focal_point is None
    )


def test_profile_fields_and_things_without_url_are_no_attachments():
    value = [
        {"type": "PropertyValue", "name": "x", "value": "y", "url": PAGE},
        {"type": "Image"},
        None,
        7,
        {"type": "Document", "url": "https://user@a.example/x"},
    ]
    assert attachments_of(value) == ()


def test_an_attachment_takes_the_link_of_its_own_media_type():
    value = {"type": "Video", "mediaType": "video/mp4", "url": [HTML, FILM], "summary": "A film"}
    found = attachments_of(value)[0]
    assert (found.url, found.description, found.is_link) == (FILM["href"], "A film", False)
    assert attachments_of(HTML)[0].is_link
    assert not attachments_of(FILM)[0].is_link


def test_tags_come_once_by_kind_and_odd_ones_are_left_out():
    tags = tags_of(
        [
            {"type": "Mention", "href": "https://a.example/ann", "name": "@ann"},
            {"type": "Mention", "href": "https://a.example/ann"},
            {"type": "Mention", "href": "acct:ann@a.example"},
            {"type": "Hashtag", "name": "#Werk"},
            {"type": "Hashtag", "name": "#werk"},
            {"type": "Hashtag", "name": "two words"},
            {"type": "Hashtag", "name": "#"},
            {"type": "Emoji", "name": ":ok:", "icon": {"url": "https://a.example/ok.png"}},
            {"type": "Emoji", "name": ":o k:", "icon": {"url": "https://a.example/ok.png"}},
            {"type": "Emoji", "name": ":none:"},
            {"type": "Link", "href": PAGE, "mediaType": "text/html"},
            {"type": "Link", "href": PAGE, "mediaType": "application/activity+json"},
            "text",
            None,
        ]
    )
    assert [mention.name for mention in tags.mentions] == ["@ann"]
    assert [hashtag.name for hashtag in tags.hashtags] == ["Werk"]
    assert [emoji.shortcode for emoji in tags.emojis] == ["ok"]
    assert [link.href for link in tags.objects] == [PAGE]


def test_a_generator_is_an_object_or_nothing():
    assert generator_of("https://a.example/app") is None
    found = generator_of({"type": "Application", "implements": [{"href": PAGE}, PAGE]})
    assert found is not None
    assert found.implements == (PAGE,)


def test_extensions_are_what_has_a_prefix():
    document = {"@context": "x", "@x:y": 1, "type": "Note", "svept:posting": {"a": 1}, "": 2}
    assert extensions_of(document) == {"svept:posting": {"a": 1}}
