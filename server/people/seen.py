"""People elsewhere as their documents show them: read as text of strangers, cleaned and capped."""

from typing import Any, Final

from activitypub.documents.actor import Actor as ActorDocument
from activitypub.documents.links import Picture
from activitypub.documents.origin import is_web_url
from server.people.events import PersonChanged
from server.people.model import Person
from server.people.rules import MAX_ALIASES
from server.platform.text import clean, plain_text
from server.platform.work import Work

_MAX_NAME: Final = 200
_MAX_SUMMARY: Final = 20_000
_MAX_FIELDS: Final = 16
_MAX_FIELD_NAME: Final = 255
_MAX_FIELD_VALUE: Final = 2_047
_MAX_URL: Final = 2_048
_MAX_LANGUAGE: Final = 35
_AUTOMATED: Final = frozenset({"Service", "Application"})


def person_from(w: Work, person_id: int, document: ActorDocument) -> None:
    """Write the row of somebody elsewhere, new or known; counters and moves are kept."""
    person = w.session.get(Person, person_id)
    if person is None:
        person = Person(id=person_id, created_at=min(document.published or w.now, w.now))
        person.posts_count = person.followers_count = person.following_count = 0
        w.session.add(person)
    for name, value in _columns(document).items():
        setattr(person, name, value)
    person.updated_at = w.now
    w.session.flush()
    w.emit(PersonChanged(person_id))


def _columns(document: ActorDocument) -> dict[str, Any]:
    return {
        "display_name": _line(document.name or "", _MAX_NAME),
        "summary_html": str(clean(document.summary[:_MAX_SUMMARY])),
        "summary_text": "",
        "fields": [
            {
                "name": _line(line.name, _MAX_FIELD_NAME),
                "value": str(clean(line.value[:_MAX_FIELD_VALUE])),
                "source": "",
            }
            for line in document.fields[:_MAX_FIELDS]
        ],
        "avatar": _address(document.icon),
        "avatar_description": _line((document.icon and document.icon.description) or "", 1_500),
        "header": _address(document.image),
        "locked": document.manually_approves_followers,
        "bot": document.type in _AUTOMATED,
        "discoverable": document.discoverable,
        "indexable": document.indexable,
        "also_known_as": list(document.also_known_as[:MAX_ALIASES]),
        "language": (document.summary_language or "")[:_MAX_LANGUAGE] or None,
    }


def _line(text: str, most: int) -> str:
    """One line of plain text: names are shown as text, whatever markup they hold."""
    shown = plain_text(text) if "<" in text else text
    return " ".join(letter for letter in shown.replace("\x00", "").split())[:most]


def _address(picture: Picture | None) -> str | None:
    if picture is None or len(picture.url) > _MAX_URL or not is_web_url(picture.url):
        return None
    return picture.url
