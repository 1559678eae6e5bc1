"""The mentoring programme of the demonstration: who takes part, and one pair that has begun."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from server.access.model import LoginRole, StaffRole
from server.cli.demo.script import REGION_CODE, Part
from server.matching import service as matches
from server.matching.drafting import Draft, draft_match, propose
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.clock import SetClock
from server.platform.i18n import Translator
from server.platform.instance import Instance
from server.platform.work import Work
from server.privacy.ledger import write_decision
from server.privacy.texts import MATCHING, shown
from server.programmes import leading, service

_CALLED: Final = timedelta(days=28)
_WAITED: Final = timedelta(days=3)
_BETWEEN: Final = timedelta(days=1)
_CAPACITY: Final = 2


async def run_programme(
    instance: Instance, clock: SetClock, told: Part, people: Mapping[str, int]
) -> None:
    """Open the call, let people apply and be accepted, match one pair; at the moments of each."""
    now = clock.now()
    clock.at = now - _CALLED
    translator = instance.languages.translator("en")
    coordinator = await instance.work(_coordinator)
    programme_id = await instance.work(_open, told, now, coordinator)
    parts: dict[str, int] = {}
    for handle in (*told["mentors"], *told["talents"]):
        clock.at += _BETWEEN
        person_id = people[handle]
        parts[handle] = await instance.work(_enter, programme_id, person_id, translator)
    clock.at += _WAITED
    await instance.work(leading.begin_matching, programme_id, by=coordinator)
    for talent, other in told["matched"].items():
        await instance.work(
            _match, coordinator, (parts[talent], people[talent]), (parts[other], people[other])
        )
    clock.at = now


def _coordinator(w: Work) -> int:
    """Return the login of the demonstration that may match."""
    found = select(LoginRole.login_id).where(LoginRole.role == StaffRole.COORDINATOR)
    return w.session.scalars(found).one()


def _open(w: Work, told: Part, now: datetime, by: int) -> int:
    plan = leading.Plan(
        name=told["name"],
        summary=told["summary"],
        regions=(REGION_CODE,),
        applications_until=(now - timedelta(days=2)).date(),
        starts_on=(now + timedelta(days=14)).date(),
        ends_on=(now + timedelta(days=200)).date(),
    )
    made = leading.create_programme(w, plan, by=by)
    leading.publish_agreement(w, made.id, told["agreement"], by=by)
    leading.open_call(w, made.id, by=by)
    return made.id


def _enter(w: Work, programme_id: int, person_id: int, translator: Translator) -> int:
    write_decision(w, person_id, shown(MATCHING, translator), given=True)
    is_mentor = person_of(w, HOUSE, person_id).kind == PersonKind.MENTOR
    wish = service.Application(capacity=_CAPACITY if is_mentor else 1)
    made = service.apply(w, person_id, programme_id, wish)
    service.accept(w, made, by=None)
    return made


def _match(w: Work, by: int, talent: tuple[int, int], other: tuple[int, int]) -> None:
    """Bring two people together who both say yes and agree."""
    made = draft_match(w, by, Draft(talent_part_id=talent[0], other_part_id=other[0]))
    propose(w, made.id, by)
    matches.answer(w, made.id, talent[1], yes=True)
    both = matches.answer(w, made.id, other[1], yes=True)
    if both.agreement_version is not None:
        for person_id in (talent[1], other[1]):
            matches.agree(w, made.id, person_id, both.agreement_version)
