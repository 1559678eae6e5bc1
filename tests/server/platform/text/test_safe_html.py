"""HTML from elsewhere: what is kept, what goes, and how long it may take."""

import jinja2
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.platform.text import SafeHtml, clean, clean_own, parsed, plain_text


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>', '<p style="position:fixed">x</p>', "<iframe src=https://x.example></iframe>",
        '<a href="https://x.example" onclick="alert(1)">x</a>', "<svg><script>alert(1)</script></svg>", "<form action=https://x.example><input></form>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>", '<a href=" &#106;avascript:alert(1)">x</a>',
        "<object data=x></object>", '<link rel=stylesheet href="https://x.example/x.css">', "<style>@import 'https://x.example'</style>",
        '<a href="/relative">x</a>', '<base href="https://x.example">', '<p class="admin-button" id="main">x</p>',
    ],
)  # fmt: skip
def test_nothing_that_acts_or_loads_survives(html):
    forbidden = (
        "script",
        "onerror",
        "onclick",
        "style",
        "<iframe",
        "<img",
        "<svg",
        "<form",
        "<object",
        "<link",
        "<base",
        "id=",
        "admin-button",
        "data:",
    )
    for cleaned in (clean(html), clean_own(html)):
        assert [part for part in forbidden if part in cleaned] == []
        assert cleaned.count("href=") == cleaned.count('href="https://x.example"')


def test_what_mastodon_writes_survives():
    html = '<p><span class="h-card" translate="no"><a href="https://x.example/@ann" class="u-url mention">@<span>ann</span></a></span> <a href="https://x.example/tags/a" class="mention hashtag" rel="tag">#<span>a</span></a><br>b</p>'
    cleaned = clean(html)
    for part in (
        'class="h-card"',
        'class="u-url mention"',
        'class="mention hashtag"',
        "<br>",
        'rel="nofollow noopener noreferrer"',
        'translate="no"',
    ):
        assert part in cleaned
    assert 'rel="tag"' in clean_own(html)


def test_headings_become_bold_paragraphs():
    assert clean("<h1>A <em>b</em></h1><p>c</p>") == "<p><strong>A <em>b</em></strong></p><p>c</p>"


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(html):
    once = clean(html)
    assert clean(once) == once


@given(
    st.lists(
        st.sampled_from(
            [
                "<b>",
                "</b>",
                "<p>",
                "</p>",
                "<script>",
                "<a href='javascript:x'>",
                "x",
                "<h1>",
                "<!--",
                "-->",
                "<",
                ">",
                "&lt;",
                "\x00",
                '"',
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_no_arrangement_of_tags_gets_a_script_through(html):
    cleaned = clean(html)
    assert "<script" not in cleaned
    assert "javascript:" not in cleaned
    assert plain_text(html) == plain_text(html).strip()


@pytest.mark.parametrize(
    "tower",
    ["<b>", "<p>", "<h1>", "<!--", "<a href=", "<ul><li>", "</p>", "&#x3c;", "<blockquote>"],
)
@pytest.mark.timeout(30)
def test_a_tower_of_tags_costs_little(tower):
    html = tower * 50_000

    assert len(clean(html)) <= 2 * len(html)
    assert len(plain_text(html)) <= len(html)


def test_only_a_cleaner_makes_safe_html():
    with pytest.raises(TypeError):
        SafeHtml("<script>")
    assert isinstance(clean("x"), SafeHtml)
    assert isinstance(SafeHtml.stored("<p>x</p>"), SafeHtml)


def test_templates_show_safe_html_as_markup_and_everything_else_escaped():
    template = jinja2.Environment(autoescape=True).from_string("{{ text }}")
    assert template.render(text=clean("<p>a</p>")) == "<p>a</p>"
    assert template.render(text="<p>a</p>") == "&lt;p&gt;a&lt;/p&gt;"
    assert orjson.dumps({"content": clean("<p>a</p>")}) == b'{"content":"<p>a</p>"}'


def test_html_is_read_as_text_with_its_lines():
    html = "<p>One <b>t</b>wo<br>three</p><p>four\n five</p><ul><li>x</li><li>y</li></ul><script>no</script><!-- no --><div>z</div>"
    assert plain_text(html) == "One two\nthree\n\nfour five\n\nx\ny\nz"
    assert plain_text("a &lt;b&gt; &amp; c") == "a <b> & c"
    assert plain_text("") == ""
    assert plain_text("C:/file.html") == "C:/file.html"
    assert plain_text("<p>abcdef</p>", max_length=3) == "abc"


def test_a_tree_holds_text_markup_only():
    assert parsed("<p>a<script>b</script><img src=x></p>").decode() == "<p>a</p>"
