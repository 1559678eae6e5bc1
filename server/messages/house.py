"""The instance itself writes: a short message with a link, for notices of matching and meeting.

For people who use a Mastodon client, where our own notices are not shown. The message is a post of
the instance's actor to one person here; it never leaves this instance. Which notices come this way
their rooms declare (`Notice.as_message`); everybody can switch it off.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, select

from server.access.oauth.model import OAuthToken
from server.federation.actors import INSTANCE_ACTOR_ID
from server.messages.queries import wants_from_house
from server.notifications.events import Informed
from server.notifications.ready import one_of_ours
from server.people.model import Person
from server.people.queries import person_by_id
from server.people.rules import HOUSE
from server.people.writing import insert_once
from server.platform.instance import Instance
from server.platform.jobs.model import Job, JobRequest
from server.platform.notices import About
from server.platform.work import Reading, Work
from server.posts.model import Audience
from server.posts.service import Draft, publish_post

WRITE: Final = "messages.write_notice"


def on_informed(w: Work, event: Informed) -> None:
    """Have a notice looked at for somebody who has a client and did not switch this off."""
    has_client = exists().where(
        OAuthToken.person_id == event.person_id, OAuthToken.revoked_at.is_(None)
    )
    if not w.session.scalar(select(has_client)) or not wants_from_house(w, event.person_id):
        return
    w.enqueue(
        JobRequest(
            kind=WRITE,
            payload={"notice_id": str(event.notice_id), "kind": event.kind},
            unique_key=f"{WRITE}:{event.notice_id}",
        )
    )


@dataclass(frozen=True, slots=True)
class _Told:
    person_id: int
    language: str | None
    about: About


async def write_notice(instance: Instance, job: Job) -> None:
    """Write one notice as a message, in the language of whom it is for."""
    notice = instance.notices.get(job.payload["kind"])
    notice_id = int(job.payload["notice_id"])
    if notice is None or not notice.as_message:
        return
    told = await instance.read(_told, notice_id)
    if told is None:
        return
    translator = instance.languages.translator(told.language)
    text = translator.say(notice.text(told.about))
    path = notice.path(told.about)
    if path is not None:
        text = f"{text}\n\n{instance.site.url(path)}"
    await instance.work(
        write_from_house, told.person_id, text, translator.tag, f"notice {notice_id}"
    )


def _told(r: Reading, notice_id: int) -> _Told | None:
    found = one_of_ours(r, notice_id)
    person = person_by_id(r, HOUSE, found.person_id) if found is not None else None
    if found is None or person is None or not wants_from_house(r, person.id):
        return None
    return _Told(person.id, person.language, dict(found.about))


def write_from_house(w: Work, person_id: int, text: str, language: str, key: str) -> int:
    """Write a direct message of the instance itself; return the number of the post."""
    _be_somebody(w)
    draft = Draft(
        author_id=INSTANCE_ACTOR_ID,
        text=text,
        audience=Audience.DIRECT,
        language=language,
        idempotency_key=key,
        to=[person_id],
    )
    return publish_post(w, draft).id


def _be_somebody(w: Work) -> None:
    """Give the instance's actor the row of a person, once, so that it can be an author."""
    insert_once(
        w.session,
        Person,
        {
            "id": INSTANCE_ACTOR_ID,
            "kind": None,
            "display_name": w.site.name,
            "summary_html": "",
            "summary_text": "",
            "fields": [],
            "avatar_description": "",
            "locked": True,
            "bot": True,
            "discoverable": False,
            "indexable": False,
            "hides_collections": True,
            "also_known_as": [],
            "default_audience": Audience.DIRECT.value,
            "default_sensitive": False,
            "posts_count": 0,
            "followers_count": 0,
            "following_count": 0,
            "created_at": w.now,
            "updated_at": w.now,
        },
    )
