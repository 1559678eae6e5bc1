"""What coaching keeps about somebody, as they see it themselves."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from server.coaching.cases import (
    Opening,
    note_days,
    obstacles_of,
    openings_of,
    references_of,
)
from server.coaching.model import Reference, Survey
from server.coaching.sealed import SURVEY, opened_json
from server.coaching.stories import StoryRow, stories_of
from server.platform.work import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What coaching keeps about somebody, as they see it themselves."""

    notes: list[date]
    openings: list[Opening]
    references: list[Reference]
    obstacles: list[str]
    stories: list[StoryRow]
    surveys: list[tuple[Survey, dict[str, Any]]]


def kept_of(r: Reading, person_id: int) -> Kept:
    """Return everything that is kept about somebody, for them alone."""
    surveys = r.session.scalars(
        select(Survey)
        .where(Survey.person_id == person_id, Survey.answered_at.is_not(None))
        .order_by(Survey.id.desc())
    )
    return Kept(
        notes=note_days(r, person_id),
        openings=openings_of(r, person_id),
        references=references_of(r, person_id),
        obstacles=obstacles_of(r, person_id),
        stories=stories_of(r, person_id),
        surveys=[(one, opened_json(r, person_id, one.answers_sealed, SURVEY)) for one in surveys],
    )
