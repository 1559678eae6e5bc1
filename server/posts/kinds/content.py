"""The readable whole of a record: what a follower sees in any client, in any of its languages.

Title in bold first, because a Note has no name; when the offer has ended, a line that says so comes
before it. Then summary, text, key facts, link and hashtags. Only `p br a strong ul li` are
used: Mastodon, GoToSocial, Pleroma, Misskey and Lemmy all keep them. Everything that comes from a
record is escaped here and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from re import split
from typing import Final

from server.posts.kinds import Kind, State, state_of
from server.posts.kinds.facts import Fact, facts_of, headed, place_in_words
from server.posts.kinds.language import Voice, marked, voice_of
from server.posts.kinds.reading import (
    Json,
    languages_of,
    local_moment,
    main_language,
    part_in,
    text_in,
    title_of,
    wording_in,
)
from server.posts.kinds.wording import clock_range

_CLOSED: Final = {
    State.FILLED: marked("Filled: this is no longer open."),
    State.EXPIRED: marked("Expired: this is no longer open."),
    State.WITHDRAWN: marked("Withdrawn: this is no longer open."),
}
_FULL_EVENT: Final = marked("Full: there are no places left.")
_PAST_EVENT: Final = marked("This event is over.")
_CANCELLED_EVENT: Final = marked("Cancelled: this event will not take place.")
_NEWS: Final = {
    "EventPostponed": marked("Postponed: the new date will follow."),
    "EventRescheduled": marked("Changed: this event has another time now."),
    "EventMovedOnline": marked("Changed: this event takes place online now."),
}
_OTHER_PLACE: Final = marked("Changed: this event takes place somewhere else now.")
_BY_MACHINE: Final = marked("A machine translated this text.")
_EASY: Final = marked("In easy language")
_MORE: Final = marked("Read more and apply")
_JOIN: Final = marked("Read more and sign up")
_LOOK: Final = marked("Read more")
_MOST_URGENT: Final = ("validThrough", "enrolUntil", "applyBy", "startDate", "toolKind")


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag as it stands in a text: its name without #, and the page that lists its posts."""

    name: str
    href: str


def state_line(kind: Kind, record: Json, voice: Voice) -> str:
    """Return the sentence that says an offer has ended, or "" while it is open."""
    state = state_of(record)
    if state is State.OPEN:
        return ""
    of_event = {
        State.FILLED: _FULL_EVENT,
        State.EXPIRED: _PAST_EVENT,
        State.WITHDRAWN: _CANCELLED_EVENT,
    }
    return voice.translate((of_event if kind is Kind.EVENT else _CLOSED)[state])


def news_line(kind: Kind, record: Json, voice: Voice) -> str:
    """Return the sentence that says what changed about an open event, or ""."""
    if kind is not Kind.EVENT or state_of(record) is not State.OPEN:
        return ""
    message = _NEWS.get(text_in(record, "eventStatus"))
    if message is None and record.get("placeChanged") is True:
        message = _OTHER_PLACE
    return voice.translate(message) if message else ""


def is_machine_made(record: Json, language: str) -> bool:
    """Tell whether a machine made the translation into a language and nobody has checked it."""
    return part_in(part_in(record, "translations"), language).get("machineMade") is True


def voice_for(record: Json, language: str) -> Voice:
    """Return the voice that words a record in a language we may not speak.

    A text in Arabic by a Dutch author gets its key facts in Dutch: the nearest we have.
    """
    return voice_of(language, main_language(record))


def content_of(
    kind: Kind, record: Json, *, url: str, tags: Sequence[Hashtag], language: str = ""
) -> str:
    """Return the readable whole as HTML, in a language (default: the record's own).

    `url` is the page of the post, `tags` its hashtags in order. Both are escaped like all else.
    """
    tag = language or main_language(record)
    voice = voice_for(record, tag)
    first = state_line(kind, record, voice) or news_line(kind, record, voice)
    machine = voice.translate(_BY_MACHINE) if is_machine_made(record, tag) else ""
    blocks = [
        f"<p><strong>{escape(first)}</strong></p>" if first else "",
        f"<p><strong>{_inline(title_of(kind, record, tag))}</strong></p>",
        f"<p>{escape(machine, quote=False)}</p>" if machine else "",
        paragraphs(wording_in(kind, record, "summary", tag)),
        paragraphs(wording_in(kind, record, "description", tag)),
        _easy(wording_in(kind, record, "easyText", tag), voice),
        _facts_list(facts_of(kind, record, voice)),
        _link(_call(kind, record, voice), url),
        _hashtags(tags),
    ]
    return "".join(blocks)


def content_map(kind: Kind, record: Json, *, url: str, tags: Sequence[Hashtag]) -> dict[str, str]:
    """Return the readable whole in each language of the record, its own language first.

    The order matters: Mastodon takes the first key, GoToSocial the one equal to `content`.
    """
    return {
        language: content_of(kind, record, url=url, tags=tags, language=language)
        for language in languages_of(record)
    }


def plain_text_of(kind: Kind, record: Json, *, url: str, language: str = "") -> str:
    """Return the readable whole as plain text, for mail, search and feeds. Not escaped."""
    tag = language or main_language(record)
    voice = voice_for(record, tag)
    rows = [f"- {fact.heading} {fact.value}" for fact in facts_of(kind, record, voice)]
    blocks = [
        state_line(kind, record, voice) or news_line(kind, record, voice),
        title_of(kind, record, tag),
        voice.translate(_BY_MACHINE) if is_machine_made(record, tag) else "",
        *(wording_in(kind, record, part, tag) for part in ("summary", "description", "easyText")),
        "\n".join(rows),
        url,
    ]
    return "\n\n".join(block for block in blocks if block)


def one_line_of(kind: Kind, record: Json, language: str = "") -> str:
    """Return the most needed facts on one line: when, where, until when.

    It is the `summary` of an Event on the wire (Mastodon shows that instead of `content`), and the
    description of a link preview. A record without any such fact gives its summary.
    """
    voice = voice_for(record, language or main_language(record))
    first = state_line(kind, record, voice) or news_line(kind, record, voice)
    known = (first.rstrip("."), *_when_where(kind, record, voice))
    sentences = [part for part in known if part] or [wording_in(kind, record, "summary", language)]
    return ". ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)


def _when_where(kind: Kind, record: Json, voice: Voice) -> list[str]:
    facts = {fact.key: fact for fact in facts_of(kind, record, voice)}
    if kind is Kind.EVENT:
        start = local_moment(record, "startTime")
        when = clock_range(start, local_moment(record, "endTime"), voice) if start else ""
        where = place_in_words(part_in(record, "location"))
        practical = (_valued(facts.get(name)) for name in ("cost", "joinMode"))
        return [" – ".join(filter(None, (when, where))), *practical]
    last = next((facts[n] for n in _MOST_URGENT if n in facts), None)
    where_fact = facts.get("jobLocation") or facts.get("location")
    until = f"{last.heading} {last.value}" if last else ""
    return [_valued(where_fact), until]


def _valued(fact: Fact | None) -> str:
    return fact.value if fact else ""


def event_summary_html(record: Json, language: str = "") -> str:
    """Return the one line of an event as the HTML that its `summary` holds."""
    return f"<p>{escape(one_line_of(Kind.EVENT, record, language), quote=False)}</p>"


def paragraphs(text: str) -> str:
    """Return plain text as paragraphs: an empty line starts a new one, a line end stays one."""
    blocks = (block.strip("\r\n ") for block in split(r"\r?\n[ \t]*\r?\n", text))
    return "".join(f"<p>{_inline(block)}</p>" for block in blocks if block)


def _inline(text: str) -> str:
    return "<br>".join(escape(line, quote=False) for line in text.splitlines())


def _easy(text: str, voice: Voice) -> str:
    if not text:
        return ""
    heading = escape(voice.translate(_EASY), quote=False)
    return f"<p><strong>{heading}</strong></p>{paragraphs(text)}"


def _facts_list(facts: Sequence[Fact]) -> str:
    if not facts:
        return ""
    return f"<ul>{''.join(map(_fact_row, facts))}</ul>"


def _fact_row(fact: Fact) -> str:
    value = _inline(fact.value)
    # Only http(s) becomes a link: several servers strip the whole element for other schemes.
    if fact.href.startswith(("https://", "http://")):
        value = _anchor(fact.href, value)
    return f"<li><strong>{escape(fact.heading, quote=False)}</strong> {value}</li>"


def _anchor(href: str, inner: str) -> str:
    return f'<a href="{escape(href)}" rel="nofollow noopener">{inner}</a>'


def _call(kind: Kind, record: Json, voice: Voice) -> str:
    nothing_to_join = kind is Kind.TOOL or text_in(record, "joinMode") == "none"
    if nothing_to_join or state_of(record) is not State.OPEN:
        return headed(voice, _LOOK)
    return headed(voice, _MORE if kind is Kind.VACANCY else _JOIN)


def _link(call: str, url: str) -> str:
    shown = escape(url.partition("://")[2], quote=False)
    return f"<p>{escape(call, quote=False)} {_anchor(url, shown)}</p>"


def _hashtags(tags: Sequence[Hashtag]) -> str:
    if not tags:
        return ""
    links = (
        f'<a href="{escape(tag.href)}" class="mention hashtag" rel="tag">#{escape(tag.name)}</a>'
        for tag in tags
    )
    return f"<p>{' '.join(links)}</p>"
