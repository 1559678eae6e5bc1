"""Cohorts of invented people for the rules of pairing: each seed gives the same ones."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from server.matching.suggesting.plans import Cohort
from server.matching.suggesting.scoring import SIGNALS
from server.matching.suggesting.signals import ANY_DISTANCE, Floors, Other, OtherKind, Talent
from server.programmes.model import Role
from server.programmes.rules import SIGNALS as WEIGHTS

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TONGUES = ("nl", "fr", "en", "ar", "fa", "uk", "so", "ti", "tr", "fi", "sv", "es")
AREAS = (
    "BE211",
    "BE212",
    "BE213",
    "BE221",
    "BE231",
    "BE255",
    "BE100",
    "BE331",
    "FI1B1",
    "BE2",
    "BE",
)
OCCUPATIONS = ("2512", "2514", "2221", "5321", "5120", "7115", "8332", "9112", "2341", "3313", "25")
SKILLS = tuple(f"skill{number}" for number in range(60))
INTERESTS = tuple(f"interest{number}" for number in range(30))
STYLES = ("team", "alone", "plan", "change", "hands", "people", "numbers")
GOALS = tuple(f"goal{number}" for number in range(12))


def some(random: Random, things: tuple[Any, ...], most: int) -> list[Any]:
    """Return up to so many of the things; sometimes none."""
    return random.sample(things, random.randint(0, min(most, len(things))))


def facts(random: Random) -> dict[str, Any]:
    """Return what counts about either side; about each fourth question has no answer."""
    meeting = random.choice([None, (True, False), (True, True), (False, True)])
    return {
        "languages": tuple(
            sorted({tag: random.randint(1, 7) for tag in some(random, TONGUES, 4)}.items())
        ),
        "regions": tuple(some(random, AREAS, 3)),
        "travels": random.choice([None, 5, 25, 50, ANY_DISTANCE]),
        "in_person": meeting and meeting[0],
        "online": meeting and meeting[1],
        "cells": random.choice([0, random.getrandbits(28), random.getrandbits(28)]),
        "occupations": tuple(some(random, OCCUPATIONS, 4)),
        "skills": frozenset(some(random, SKILLS, 8)),
        "interests": frozenset(some(random, INTERESTS, 6)),
        "styles": frozenset(some(random, STYLES, 3)),
    }


def talent(random: Random, number: int, others: int) -> Talent:
    """Return a talent; every tenth has something special."""
    people = [20_000 + one for one in range(others)]
    return Talent(
        part_id=1_000 + number,
        person_id=10_000 + number,
        **facts(random),
        has_consented=random.random() < 0.97,
        is_paused=random.random() < 0.03,
        by_hand=random.random() < 0.03,
        waiting_since=NOW - timedelta(hours=random.randint(0, 24 * 250)),
        learns=random.random() < 0.3,
        goals=frozenset(some(random, GOALS, 5)),
        mentor_wish=random.choice([None] * 8 + ["woman", "man"]),
        has_match=random.random() < 0.03,
        banned=frozenset(random.sample(people, 1) if people and random.random() < 0.1 else ()),
        paired=frozenset(random.sample(people, 1) if people and random.random() < 0.1 else ()),
    )


def other(random: Random, number: int, capacity: int | None = None) -> Other:
    """Return a mentor, or now and then an employer."""
    room = random.randint(0, 3) if capacity is None else capacity
    return Other(
        part_id=500_000 + number,
        person_id=20_000 + number,
        **facts(random),
        has_consented=random.random() < 0.97,
        is_paused=random.random() < 0.03,
        by_hand=random.random() < 0.03,
        kind=random.choice([OtherKind.MENTOR] * 9 + [OtherKind.EMPLOYER]),
        helps=frozenset(some(random, GOALS, 7)),
        gender=random.choice([None, "woman", "man", "other"]),
        capacity=room,
        load=random.randint(0, room) if capacity is None else 0,
        is_available=random.random() < 0.97,
        is_verified=random.random() < 0.97,
    )


def cohort(
    seed: int, talents: int, others: int, *, capacity: int | None = None, **wishes: Any
) -> Cohort:
    """Return a cohort of so many people."""
    random = Random(seed)
    settings: dict[str, Any] = {
        "programme_id": 1,
        "role": Role.MENTOR,
        "talents": tuple(talent(random, one, others) for one in range(talents)),
        "others": tuple(other(random, one, capacity) for one in range(others)),
        "weights": dict(WEIGHTS),
        "weights_version": 1,
        "floors": Floors(),
        "threshold": 40,
        "now": NOW,
        **wishes,
    }
    assert set(settings["weights"]) == set(SIGNALS)
    return Cohort(**settings)
