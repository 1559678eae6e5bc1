"""Making the person whom finished answers describe: the handle, and trust that has to grow."""

import re
import secrets
import unicodedata
from typing import Final

from server.federation import actors
from server.federation.keys import NewKeys
from server.joining.drafts import Answers
from server.people.model import PersonKind
from server.people.rules import MAX_HANDLE, is_handle
from server.people.service import create_person, new_pseudonym
from server.platform.work import Reading, Work

_NOT_IN_HANDLES: Final = re.compile(r"[^a-z0-9]+")


def make_person(w: Work, answers: Answers, keys: NewKeys) -> int:
    """Make the person of finished answers; their first posts wait for a moderator's glance."""
    wanted = answers.handle or handle_from(answers.name)
    person = create_person(
        w,
        handle=free_handle(w, wanted) if wanted else None,
        kind=PersonKind(answers.kind or ""),
        keys=keys,
        display_name=answers.name,
        language=answers.language,
        trusted=False,
    )
    return person.id


def handle_from(name: str) -> str | None:
    """Return a handle made from a name in Latin letters; None when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = _NOT_IN_HANDLES.sub("_", plain).strip("_")[:MAX_HANDLE].strip("_")
    return made if len(made) > 1 and is_handle(made) else None


def free_handle(r: Reading, wanted: str) -> str:
    """Return the handle, or one much like it when it is taken."""
    handle = wanted
    while actors.local_actor(r, handle) is not None:
        handle = f"{wanted[: MAX_HANDLE - 6]}_{secrets.randbelow(90_000) + 10_000}"
    return handle


def fresh_pseudonym(r: Reading) -> str:
    """Return a random handle that nobody has."""
    return free_handle(r, new_pseudonym())
