"""Plain text into the HTML that clients parse, and what is counted in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.platform.linkify import (
    Hashtag,
    Link,
    Mention,
    Mentioned,
    found_in,
    is_tag_name,
    linkify_plain,
    mentions_in,
    tag_key,
    tags_in,
    visible_length,
)
from server.platform.text import SafeHtml, plain_text

PEOPLE = {
    "ann": Mentioned("https://ours.example/@ann", "ann"),
    "bob@there.example": Mentioned("https://there.example/@bob", "bob"),
}


def linked(text):
    return linkify_plain(text, PEOPLE, lambda key: f"https://ours.example/tags/{key}")


def test_a_mention_has_the_shape_clients_parse():
    assert linked("Hi @Ann!") == (
        '<p>Hi <span class="h-card" translate="no"><a href="https://ours.example/@ann" class="u-url mention">@<span>ann</span></a></span>!</p>'
    )
    assert "https://there.example/@bob" in linked("(@bob@there.example)")


def test_a_mention_of_nobody_stays_text():
    assert linked("@nobody and @bob@else.example") == "<p>@nobody and @bob@else.example</p>"


def test_a_hashtag_has_the_shape_clients_parse():
    assert (
        linked("#Vacature")
        == '<p><a href="https://ours.example/tags/vacature" class="mention hashtag" rel="tag">#<span>Vacature</span></a></p>'
    )


def test_a_link_hides_its_scheme_and_its_tail():
    url = "https://www.there.example/a/very/long/path/that/goes/on?x=1&y=2"
    html = linked(f"See {url}.")
    assert 'href="https://www.there.example/a/very/long/path/that/goes/on?x=1&amp;y=2"' in html
    assert (
        '<span class="invisible">https://www.</span><span class="ellipsis">there.example/a/very/long/path</span>'
        in html
    )
    assert html.endswith("</a>.</p>")
    assert plain_text(html) == f"See {url}."


def test_the_host_of_a_link_is_always_shown_whole():
    host = "bank.example.a-very-long-host-name-that-belongs-to-others.example"
    assert f">{host}<" in linked(f"https://{host}/login")


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://x.example/",
        "//x.example",
        "foo.example",
        "https://ann:secret@x.example/",
        "https://",
        "a@b.example",
        "data:text/html,x",
    ],
)
def test_only_plain_web_addresses_become_links(text):
    assert "<a" not in linked(text)


def test_what_people_type_is_escaped():
    html = linked('<script>alert("x")</script> & <b>')
    assert "<script" not in html
    assert plain_text(html) == '<script>alert("x")</script> & <b>'


def test_lines_and_paragraphs_are_kept():
    assert linked("a\r\nb\n\n\nc\n \nd\n") == "<p>a<br>b</p><p>c</p><p>d</p>"
    assert linked("  \n ") == ""
    assert isinstance(linked("a"), SafeHtml)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#a #b", ["a", "b"]), ("#नमस्ते #وظيفة #работа #日本語", ["नमस्ते", "وظيفة", "работа", "日本語"]), ("#123 #1a", ["1a"]), ("a#b &#39; x/#y", []),
        ("#a, #b. (#c)", ["a", "b", "c"]), ("##a", []), ("#", []), ("#Vacature #vacature", ["Vacature"]), ("＃全角", ["全角"]),
        ("#open_data·x", ["open_data·x"]), ("https://x.example/#frag", []), ("#" + "a" * 101, []),
    ],
)  # fmt: skip
def test_hashtags_are_found_in_every_script(text, names):
    assert tags_in(text) == names


@pytest.mark.parametrize(
    ("text", "accts"),
    [
        ("@ann", ["ann"]), ("@Ann @ann", ["ann"]), ("@bob@There.example.", ["bob@there.example"]), ("x@ann", []), ("https://x.example/@ann", []),
        ("@a.b-c_ d", ["a.b-c_"]), ("@ann's", ["ann"]), ("@bob@localhost:8080/", ["bob@localhost:8080"]), ("@", []), ("@@ann", []), ("(@ann)", ["ann"]),
        ("@ann@", ["ann"]), ("@é", []), ("@bob@münchen.example", ["bob@münchen.example"]),
    ],
)  # fmt: skip
def test_mentions_are_found_with_and_without_a_host(text, accts):
    assert [one.acct for one in mentions_in(text)] == accts


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("(https://x.example/a_(b)).", ["https://x.example/a_(b)"]), ("https://x.example/@ann#a,", ["https://x.example/@ann#a"]),
        ("https://münchen.example/ü", ["https://münchen.example/ü"]), ("HTTPS://X.example", ["HTTPS://X.example"]), ("http://127.0.0.1:8080/x", ["http://127.0.0.1:8080/x"]),
    ],
)  # fmt: skip
def test_links_end_where_people_mean(text, urls):
    assert [one.url for one in found_in(text) if isinstance(one, Link)] == urls


@given(st.text(alphabet="@#a.:/ hps1é\n_-", max_size=60))
def test_what_is_found_lies_in_order_without_overlap(text):
    place = 0
    for one in found_in(text):
        assert place <= one.start < one.end <= len(text)
        assert isinstance(one, Mention | Hashtag | Link)
        place = one.end


@given(st.text(max_size=80))
def test_any_text_comes_back_as_it_was_typed(text):
    typed = " ".join(text.replace("\x00", "").split())
    assert " ".join(plain_text(linked(text)).split()) == typed


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0), ("abc", 3), ("https://x.example/" + "a" * 200, 23), ("@bob@there.example hi", 7), ("@ann", 4), ("#tag", 4), ("e\u0301", 1), ("👍🏽", 1), ("👨‍👩‍👧", 1), ("a\nb", 3),
    ],
)  # fmt: skip
def test_a_text_counts_as_clients_count(text, length):
    assert visible_length(text) == length


def test_tags_are_the_same_in_any_case_and_width():
    assert tag_key("ＶＡＣＡＴＵＲＥ") == tag_key("vacature")
    assert is_tag_name("a1")
    assert not is_tag_name("1")
    assert not is_tag_name("a b")


@pytest.mark.timeout(30)
def test_a_text_full_of_links_and_names_costs_little():
    text = "http://a.bc @a #b " * 5_500
    assert len(found_in(text)) == 3 * 5_500
