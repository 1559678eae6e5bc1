"""Makers of programmes and of people who take part, for tests; through the services."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from server.platform.instance import Instance
from server.platform.work import Work
from server.privacy.ledger import has_agreed, write_decision
from server.privacy.texts import MATCHING, ShownText
from server.programmes import leading, service
from server.programmes.model import Participation, ProgrammeState, Role
from server.programmes.queries import ProgrammeRow, programme

_WAY = {
    ProgrammeState.DRAFT: (),
    ProgrammeState.CALL: (leading.open_call,),
    ProgrammeState.MATCHING: (leading.open_call, leading.begin_matching),
    ProgrammeState.RUNNING: (leading.open_call, leading.begin_matching, leading.run_programme),
    ProgrammeState.CLOSING: (leading.open_call, leading.begin_closing),
    ProgrammeState.CLOSED: (leading.open_call, leading.begin_closing, leading.close_programme),
}


async def make_programme(
    instance: Instance, *, state: ProgrammeState = ProgrammeState.MATCHING, **plan: Any
) -> ProgrammeRow:
    """Make a programme with weights and an agreement, brought to a state.

    `plan` are fields of `leading.Plan`; a name may be plain text.
    """
    name = plan.pop("name", "Together to work")
    named = {"en": name} if isinstance(name, str) else name

    def unit(w: Work) -> ProgrammeRow:
        made = leading.create_programme(w, leading.Plan(name=named, **plan), by=None)
        texts = {"en": {"agreement": "We meet every two weeks.", "conduct": "We respect."}}
        leading.publish_agreement(w, made.id, texts, by=None)
        for step in _WAY[state]:
            step(w, made.id, by=None)
        return programme(w, made.id)

    return await instance.work(unit)


def agree(w: Work, person_id: int) -> None:
    """Write somebody's consent to be matched."""
    if not has_agreed(w, person_id, MATCHING):
        text = ShownText(MATCHING.name, MATCHING.version, "en", "The text that was shown")
        write_decision(w, person_id, text, given=True)


async def take_part(
    instance: Instance,
    programme_id: int,
    person_id: int,
    role: Role | str | None = None,
    *,
    accepted: bool = True,
    applied_at: datetime | None = None,
    **application: Any,
) -> int:
    """Let somebody take part (accepted, with consent) and return the participation's id.

    The role follows from their kind; naming it checks that. `application` are fields of
    `service.Application`; `applied_at` is since when they wait.
    """

    def unit(w: Work) -> int:
        agree(w, person_id)
        wish = service.Application(**application)
        made = service.add(w, person_id, programme_id, wish, by=None)
        row = w.session.get_one(Participation, made)
        assert role is None or row.role == role, f"a {row.role}, not a {role}"
        if accepted:
            service.accept(w, made, by=None)
        if applied_at is not None:
            w.session.execute(
                update(Participation).where(Participation.id == made).values(applied_at=applied_at)
            )
        return made

    return await instance.work(unit)
