"""People who take part in a programme, in bulk: rows as the services would write them.

Every answer lies sealed under its person's key, as most of those that matter do.
"""

from datetime import timedelta
from random import Random
from typing import Any

import orjson
from sqlalchemy import insert

from server.federation.model import Actor, Reach
from server.people.model import Person, PersonKind
from server.people.sealing import seal_for
from server.platform.work import Work
from server.privacy.model import Consent, How
from server.privacy.texts import MATCHING
from server.profiles.model import Audience, ProfileAnswer
from server.profiles.queries import sealed_as
from server.profiles.shapes import DAYS, LEVELS, PARTS
from server.programmes.model import (
    Participation,
    ParticipationState,
    Programme,
    ProgrammeKind,
    ProgrammeState,
    Role,
)

_TONGUES = ("nl", "fr", "en", "ar", "fa", "uk", "so", "ti", "tr", "es")
_AREAS = ("BE211", "BE212", "BE213", "BE221", "BE231", "BE251", "BE255", "BE100", "BE331")
_OCCUPATIONS = tuple(str(1000 + 97 * at) for at in range(80))
_WORDS = tuple(f"{verb} {thing}" for verb in ("making", "repairing", "selling", "teaching", "planning")
               for thing in ("bread", "cars", "houses", "clothes", "music", "software", "gardens"))  # fmt: skip
_GOALS = tuple(f"goal{at}" for at in range(12))
_CELLS = tuple(f"{day}_{part}" for day in DAYS for part in PARTS)


def add_programme(w: Work, talents: int, mentors: int, capacity: int) -> int:
    """Write a programme in which so many take part; return its id."""
    programme_id = w.new_id()
    w.session.add(
        Programme(
            id=programme_id, kind=ProgrammeKind.MENTORING, state=ProgrammeState.MATCHING,
            name={"en": "Together"}, summary={}, regions=[], check_in_weeks=[1, 4],
            created_at=w.now,
        )
    )  # fmt: skip
    w.session.flush()
    random = Random(4)
    roles = [Role.TALENT] * talents + [Role.MENTOR] * mentors
    for number, role in enumerate(roles):
        _add_person(w, random, programme_id, number, role, capacity)
    return programme_id


def _add_person(
    w: Work, random: Random, programme_id: int, number: int, role: Role, capacity: int
) -> None:
    person_id, name = w.new_id(), f"p{number}"
    uri = f"https://ours.example/people/{person_id}"
    kind = PersonKind.TALENT if role is Role.TALENT else PersonKind.MENTOR
    w.session.execute(
        insert(Actor),
        [
            {"id": person_id, "uri": uri, "actor_type": "Person", "username": name,
             "username_key": name, "inbox": f"{uri}/inbox", "reach": Reach.FEDIVERSE}
        ],
    )  # fmt: skip
    w.session.execute(
        insert(Person), [{"id": person_id, "kind": kind, "created_at": w.now, "updated_at": w.now}]
    )
    w.session.execute(
        insert(Consent),
        [
            {"id": w.new_id(), "person_id": person_id, "purpose": MATCHING.name, "given": True,
             "at": w.now, "version": MATCHING.version, "how": How.SELF}
        ],
    )  # fmt: skip
    w.session.execute(
        insert(Participation),
        [
            {"id": w.new_id(), "programme_id": programme_id, "person_id": person_id, "role": role,
             "state": ParticipationState.ACCEPTED, "state_at": w.now, "accepted_at": w.now,
             "applied_at": w.now - timedelta(hours=random.randint(0, 5_000)), "capacity": capacity}
        ],
    )  # fmt: skip
    rows = [
        {"person_id": person_id, "field": field, "audience": Audience.MATCHED,
         "updated_at": w.now - timedelta(days=1),
         "value": None, "sealed": seal_for(w, person_id, orjson.dumps(value), sealed_as(field))}
        for field, value in _answers(random, role).items()
    ]  # fmt: skip
    w.session.execute(insert(ProfileAnswer), rows)


def _answers(random: Random, role: Role) -> dict[str, Any]:
    def some(things: tuple[str, ...], most: int) -> list[str]:
        return random.sample(things, random.randint(1, most))

    answers: dict[str, Any] = {
        "languages": [
            {"language": tag, "level": random.choice(LEVELS)} for tag in some(_TONGUES, 4)
        ],
        "region": some(_AREAS, 2),
        "travel": random.choice(["5", "10", "25", "50", "any"]),
        "meeting": random.choice([["in_person"], ["in_person", "video"], ["video", "phone"]]),
        "availability": some(_CELLS, 9),
        "occupations": some(_OCCUPATIONS, 4),
        "skills": [*some(_WORDS, 6), f"my own skill {random.random()}"],
        "interests": some(_WORDS, 4),
        "working_style": some(("team", "alone", "plan", "change", "hands"), 3),
        "name": "Somebody",
        "channel": "mail",
    }
    if role is Role.TALENT:
        wish = random.choice(["any"] * 8 + ["woman", "man"])
        return answers | {"goals": some(_GOALS, 5), "mentor_gender": wish, "learning_aim": "Dutch"}
    gender = random.choice(["woman", "man"])
    return answers | {"help_offered": some(_GOALS, 6), "own_gender": gender}
