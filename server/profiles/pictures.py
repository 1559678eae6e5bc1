"""The picture of somebody: a pattern until they decide otherwise, or one of their own.

Files are written before the record and outside the transaction; the former picture goes after it.
"""

import asyncio
from typing import Final

from server.media.service import delete_named
from server.media.uploads import upload_image
from server.people.events import PersonCreated
from server.people.model import PersonKind
from server.people.profiles import ProfileChange
from server.people.queries import person_by_id
from server.people.rules import HOUSE
from server.people.service import update_profile
from server.platform.i18n import Translator, say
from server.platform.instance import Instance
from server.platform.jobs.model import Job, JobRequest
from server.platform.jobs.runner import one_by_one
from server.platform.work import Work
from server.profiles.patterns import new_seed, pattern

DRAW: Final = "profiles.draw"
_OF_PATTERNS: Final = frozenset({PersonKind.TALENT, PersonKind.MENTOR})
PATTERN_WORDS: Final = say("A pattern of coloured tiles")


async def use_pattern(
    instance: Instance, person_id: int, seed: str, translator: Translator
) -> None:
    """Give somebody the pattern of a text as their picture."""
    drawn = await asyncio.to_thread(pattern, seed)
    await use_picture(instance, person_id, drawn, translator.say(PATTERN_WORDS))


async def use_picture(instance: Instance, person_id: int, content: bytes, description: str) -> None:
    """Give somebody a picture. Raises Invalid or TooLarge for bytes that are no good picture."""
    media = await upload_image(
        instance, person_id=person_id, content=content, description=description, keep=True
    )
    await instance.work(_set_picture, person_id, f"/media/{media.file_name}", description)


def _set_picture(w: Work, person_id: int, path: str, description: str) -> None:
    person = person_by_id(w, HOUSE, person_id)
    if person is not None:
        update_profile(w, person_id, ProfileChange(avatar=path, avatar_description=description))
        delete_named(w, person_id, [person.avatar])


def on_person_created(w: Work, event: PersonCreated) -> None:
    """Somebody new, who need not show a face, gets a pattern."""
    person = person_by_id(w, HOUSE, event.person_id)
    if person is not None and person.kind in _OF_PATTERNS:
        w.enqueue(JobRequest(kind=DRAW, payload={"person": person.id}))


async def _draw(instance: Instance, job: Job) -> None:
    """Draw the first pattern of somebody who still has no picture."""
    person = await instance.read(person_by_id, HOUSE, int(job.payload["person"]))
    if person is None or person.gone or person.avatar is not None:
        return
    translator = instance.languages.translator(person.language)
    await use_pattern(instance, person.id, new_seed(), translator)


JOB_KINDS: Final = (one_by_one(DRAW, _draw),)
