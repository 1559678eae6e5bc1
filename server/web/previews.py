"""What an offer will look like before it is published: on Mastodon, to machines, to search engines.

Everything is made by the same functions that make the published post; nothing is stored.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.people.cards import PersonRow
from server.platform.text import clean_own
from server.platform.work import Reading
from server.posts.drafting import compose_kind, kind_asked
from server.posts.kinds import FACTS, Kind, KindFacts
from server.posts.kinds.content import event_summary_html, one_line_of
from server.posts.kinds.facts import Fact, facts_of
from server.posts.kinds.language import voice_of
from server.posts.kinds.reading import main_language, title_of, wording_in
from server.posts.kinds.structured import structured_of
from server.posts.kinds.wire import parts_of
from server.web.addresses import person_path
from server.web.showing import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An offer as four kinds of readers get it. `mastodon` is safe HTML, records are JSON text.

    `engine` is "" where search engines get no structured record: a lead is not yet a vacancy.
    """

    kind: KindFacts
    title: Said
    summary: Said
    description: Said
    facts: Sequence[Fact]
    mastodon: str
    partner: str
    engine: str
    engine_line: str
    address: str
    language: str


def preview_of(
    r: Reading,
    me: PersonRow,
    kind_name: str,
    record: Mapping[str, Any],
    *,
    tag: str,
    url: str,
    published: datetime,
) -> Preview:
    """Return how an offer will look. Raises Invalid when it cannot be published as it stands."""
    kind = kind_asked(kind_name)
    composed = compose_kind(r, me, kind_name, record, url=url, published=published)
    complete = composed.record or {}
    language = main_language(complete)
    return Preview(
        kind=FACTS[kind],
        title=Said(title_of(kind, complete), language),
        summary=Said(wording_in(kind, complete, "summary"), language),
        description=Said(wording_in(kind, complete, "description"), language),
        facts=facts_of(kind, complete, voice_of(tag)),
        mastodon=_on_mastodon(kind, complete, composed.content, url),
        partner=_pretty(parts_of(kind, complete, attributed_to=me.uri, url=url)),
        engine=_pretty(structured_of(kind, complete, url=url, published=published)),
        engine_line=one_line_of(kind, complete),
        address=url,
        language=language,
    )


def own_address(r: Reading, me: PersonRow) -> str:
    """Return what stands for the address of a post that has none yet."""
    return r.site.url(person_path(me))


def _on_mastodon(kind: Kind, record: Mapping[str, Any], content: str, url: str) -> str:
    """Of an Event Mastodon shows the name, the summary and a link; of a Note its content."""
    if kind is not Kind.EVENT:
        return content
    title = clean_own(f"<p><strong>{_escaped(title_of(kind, record))}</strong></p>")
    shown = _escaped(url.partition("://")[2])
    link = f'<p><a href="{_escaped(url)}">{shown}</a></p>'
    return str(clean_own(f"{title}{event_summary_html(record)}{link}"))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _pretty(document: Mapping[str, object] | None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) if document else ""
