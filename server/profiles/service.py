"""The changes of a profile: answers given, narrowed, emptied, and a look by staff in charge.

An answer is sealed as long as only the person, matched people and staff may see it. What other
servers were told is taken back in the same transaction in which an answer stops being public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import delete

from server.activity_log.service import record
from server.people.cards import PersonRow
from server.people.naming import hide_lines
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.sealing import seal_for
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.i18n import Message, say
from server.platform.jobs.model import JobRequest
from server.platform.work import Reading, Work
from server.profiles.events import ProfileAnswered
from server.profiles.fields import BY_NAME, CHECKED, Field
from server.profiles.model import Audience, ProfileAnswer
from server.profiles.queries import OwnAnswer, Profile, own_answers, profile_as, sealed_as
from server.profiles.rules import SEALED, Standing, is_wider
from server.profiles.shapes import Terms, Tongues, Unfit
from server.profiles.verifying import lapse
from server.vocabularies.queries import is_known

SHOW: Final = "profiles.show"
"""The job that tells other servers of public answers."""

IN_CHARGE: Final = frozenset({"admin", "coordinator", "coach"})
"""The staff roles that may look at private answers, leaving a trace."""

PURPOSES: Final[Mapping[str, Message]] = {
    "coaching": say("To help you as your coach"),
    "matching": say("To find somebody who fits you"),
    "question": say("To answer your question"),
    "duty": say("Because a law or a complaint asks for it"),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What was typed for one field; audience None keeps the former, or takes the first."""

    value: object
    audience: Audience | None = None


def answer(w: Work, person_id: int, answers: Mapping[str, Answered]) -> None:
    """Write answers of somebody here; an empty value deletes the answer.

    All or nothing: raises Invalid that names every field whose value does not fit, or whose
    audience is wider than the field allows, and NotFound for somebody who is not here.
    """
    person = person_of(w, HOUSE, person_id)
    if not person.is_local or person.gone:
        raise NotFound
    former = own_answers(w, person_id)
    wanted, faults = _cleaned(w, person, answers, former)
    if faults:
        raise Invalid(details=faults)
    changed = {name: new for name, new in wanted.items() if new != former.get(name)}
    for name, new in changed.items():
        _write(w, person_id, name, new)
    w.session.flush()
    if changed:
        _tell(w, person_id, {name: (former.get(name), new) for name, new in changed.items()})


def look_as_staff(
    w: Work,
    *,
    login_id: int,
    roles: frozenset[str],
    person_id: int,
    purpose: str,
    language: str = "en",
) -> Profile:
    """Return everything that somebody answered, for staff in charge; the person can read that.

    The one way to private answers for anybody but their owner. Raises NotAllowed without a role
    in charge, Invalid without a purpose, NotFound.
    """
    if not roles & IN_CHARGE:
        raise NotAllowed
    if purpose not in PURPOSES:
        raise Invalid(details={"purpose": [("ERR_INCLUSION", say("Choose what you look for."))]})
    found = profile_as(w, Standing.STAFF, person_id, language)
    if found is None or not found.person.is_local:
        raise NotFound
    seen = [one.field for one in found.answers if one.audience in SEALED]
    record(
        w,
        login_id=login_id,
        verb="look_at_profile",
        subject_type="person",
        subject_id=person_id,
        about={
            "purpose": purpose,
            "role": min(roles & IN_CHARGE),
            "fields": ",".join(seen),
        },
    )
    return found


def _cleaned(
    r: Reading,
    person: PersonRow,
    answers: Mapping[str, Answered],
    former: Mapping[str, OwnAnswer],
) -> tuple[dict[str, OwnAnswer | None], dict[str, list[tuple[str, Message]]]]:
    wanted: dict[str, OwnAnswer | None] = {}
    faults: dict[str, list[tuple[str, Message]]] = {}
    for name, given in answers.items():
        field = BY_NAME.get(name)
        if field is None or person.kind is None or not field.is_for(person.kind):
            faults[name] = [("ERR_INVALID", say("This question is not for you."))]
            continue
        try:
            value = _fitting(r, field, given.value)
        except Unfit as unfit:
            faults[name] = [("ERR_INVALID", unfit.why)]
            continue
        known = former.get(name)
        audience = given.audience or (known.audience if known else field.starts[person.kind])
        if is_wider(audience, field.widest[person.kind]):
            faults[name] = [("ERR_INCLUSION", say("This answer cannot be shown that far."))]
            continue
        wanted[name] = None if value is None else OwnAnswer(value, Audience(audience))
    return wanted, faults


def _fitting(r: Reading, field: Field, raw: object) -> Any:  # noqa: ANN401 - JSON
    """Return the clean value, with every code known. Raises Unfit."""
    value: Any = field.shape.clean(raw)
    codes: list[tuple[str, str]] = []
    if isinstance(field.shape, Terms):
        codes = [(field.shape.scheme, code) for code in value or ()]
    if isinstance(field.shape, Tongues):
        codes = [("language", row["language"]) for row in value or ()]
    if not all(is_known(r, scheme, code) for scheme, code in codes):
        raise Unfit(say("Choose from the list."))
    return value


def _write(w: Work, person_id: int, name: str, new: OwnAnswer | None) -> None:
    if new is None:
        w.session.execute(
            delete(ProfileAnswer).where(
                ProfileAnswer.person_id == person_id, ProfileAnswer.field == name
            )
        )
        return
    is_sealed = new.audience in SEALED
    text = orjson.dumps(new.value)
    w.session.merge(
        ProfileAnswer(
            person_id=person_id,
            field=name,
            audience=new.audience,
            value=None if is_sealed else new.value,
            sealed=seal_for(w, person_id, text, sealed_as(name)) if is_sealed else None,
            updated_at=w.now,
        )
    )


def _tell(
    w: Work, person_id: int, changes: Mapping[str, tuple[OwnAnswer | None, OwnAnswer | None]]
) -> None:
    """Take back what is not public any more, at once; other servers hear of it by a job."""
    shown = [name for name, both in changes.items() if any(_is_public(one) for one in both)]
    if shown:
        hide_lines(w, person_id, shown)
        show_later(w, person_id)
    if CHECKED & changes.keys():
        lapse(w, person_id)
    w.emit(ProfileAnswered(person_id, tuple(changes)))


def show_later(w: Work, person_id: int) -> None:
    """Let a job write anew what other servers read of somebody's public answers."""
    w.enqueue(JobRequest(kind=SHOW, payload={"person": person_id}))


def _is_public(one: OwnAnswer | None) -> bool:
    return one is not None and one.audience is Audience.PUBLIC
