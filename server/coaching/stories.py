"""Stories of success: written down by staff with a person, published when that person agrees.

The consent is in the ledger, for a purpose of its own; taking it back deletes every story of the
person at once.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete, select

from server.activity_log.service import record
from server.coaching.model import Story
from server.coaching.rules import MOST_STORY
from server.coaching.sealed import STORY, opened_json
from server.coaching.sight import sight_of
from server.notifications.service import inform
from server.people.sealing import seal_for
from server.platform.errors import Invalid, NotFound
from server.platform.http.paging import Page
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.privacy.ledger import Manner, write_decision
from server.privacy.model import How
from server.privacy.texts import STORIES, ShownText

ASKED: Final = "coaching_story"
_MOST_NAME: Final = 60
_MOST_LINK: Final = 500


@dataclass(frozen=True, slots=True)
class StoryWish:
    """A story as staff type it; `called` is the name that everybody will read."""

    called: str
    text: str
    link: str
    language: str


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story, opened."""

    id: int
    called: str
    text: str
    link: str
    language: str
    at: datetime
    is_published: bool


def write_story(
    w: Work, login_id: int, roles: Collection[str], part_id: int, wish: StoryWish
) -> int:
    """Write a story down and ask the person about it; nobody else reads it yet.

    Raises NotFound for a case of others, Invalid for words that do not fit.
    """
    sight = sight_of(w, login_id, roles, part_id)
    person_id = sight.part.person_id
    told = _checked(wish)
    made = Story(
        id=w.new_id(),
        person_id=person_id,
        participation_id=part_id,
        language=wish.language,
        sealed=seal_for(w, person_id, json.dumps(told).encode(), STORY),
        login_id=login_id,
        created_at=w.now,
    )
    w.session.add(made)
    w.session.flush()
    inform(w, person_id, ASKED, {})
    _log(w, login_id, "write_story", person_id)
    return made.id


def _checked(wish: StoryWish) -> dict[str, str]:
    told = {"called": wish.called.strip(), "story": wish.text.strip(), "link": wish.link.strip()}
    faults = {}
    for name, most in (("called", _MOST_NAME), ("story", MOST_STORY), ("link", _MOST_LINK)):
        if len(told[name]) > most:
            faults[name] = [("ERR_TOO_LONG", say("is too long (at most %(most)s)", most=most))]
    for name in ("called", "story"):
        if not told[name]:
            faults[name] = [("ERR_BLANK", say("can't be blank"))]
    if told["link"] and not _is_address(told["link"]):
        fault = say("is not an https address")
        faults["link"] = [("ERR_INVALID", fault)]
    if faults:
        raise Invalid(details=faults)
    return told


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    has_blank = any(one.isspace() or not one.isprintable() for one in link)
    return parts.scheme == "https" and bool(parts.hostname) and not has_blank


def publish_as_agreed(
    w: Work,
    story_id: int,
    person_id: int,
    text: ShownText,
    *,
    manner: Manner | None = None,
) -> None:
    """Publish a story because its person says yes to the text of the consent, which is kept.

    Raises NotFound for a story of others, Invalid when the text is not the one of today.
    """
    story = _of(w, story_id, person_id)
    if text.purpose != STORIES.name:
        raise Invalid
    write_decision(w, person_id, text, given=True, manner=manner)
    story.published_at = story.published_at or w.now
    w.session.flush()


def publish_on_paper(
    w: Work,
    login_id: int,
    roles: Collection[str],
    story_id: int,
    text: ShownText,
    reference: str,
) -> None:
    """Publish a story whose person signed on paper; where the paper lies is in the ledger.

    Raises NotFound for a case of others, Invalid without a reference.
    """
    story = w.session.get(Story, story_id)
    if story is None or story.participation_id is None:
        raise NotFound
    sight_of(w, login_id, roles, story.participation_id)
    manner = Manner(How.PAPER, reference[:200], login_id)
    publish_as_agreed(w, story_id, story.person_id, text, manner=manner)
    _log(w, login_id, "publish_story", story.person_id)


def refuse_story(w: Work, story_id: int, person_id: int) -> None:
    """Delete a story because its person does not want it. Raises NotFound for one of others."""
    w.session.delete(_of(w, story_id, person_id))


def forget_stories(w: Work, person_id: int) -> None:
    """Delete every story of somebody."""
    w.session.execute(delete(Story).where(Story.person_id == person_id))


def published(r: Reading, page: Page) -> list[StoryRow]:
    """Return the stories that everybody may read, the newest first."""
    wanted = select(Story).where(Story.published_at.is_not(None))
    if page.max_id is not None:
        wanted = wanted.where(Story.id < page.max_id)
    rows = r.session.scalars(wanted.order_by(Story.id.desc()).limit(page.limit))
    return [_row(r, one) for one in rows]


def stories_of(r: Reading, person_id: int) -> list[StoryRow]:
    """Return every story of somebody, for them and for who writes with them."""
    rows = select(Story).where(Story.person_id == person_id).order_by(Story.id.desc())
    return [_row(r, one) for one in r.session.scalars(rows)]


def _row(r: Reading, story: Story) -> StoryRow:
    told = opened_json(r, story.person_id, story.sealed, STORY)
    return StoryRow(
        story.id,
        str(told.get("called", "")),
        str(told.get("story", "")),
        str(told.get("link", "")),
        story.language,
        story.published_at or story.created_at,
        story.published_at is not None,
    )


def _of(r: Reading, story_id: int, person_id: int) -> Story:
    found = r.session.get(Story, story_id)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found


def _log(w: Work, login_id: int, verb: str, person_id: int) -> None:
    record(w, login_id=login_id, verb=verb, subject_type="person", subject_id=person_id)
