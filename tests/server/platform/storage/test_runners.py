"""Units of work: commits, rollbacks, group commit and effects, on the database of the run."""

import asyncio

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.activity_log.model import LogEntry
from server.activity_log.service import record
from server.platform.errors import Unavailable
from server.platform.instance import Instance
from server.platform.storage.runners import PostgresqlRunner
from server.platform.work import Reading, Work
from tests.conftest import POSTGRES


def _note(w: Work, verb: str) -> None:
    record(w, login_id=None, verb=verb, subject_type="test", subject_id=1)


def _count(r: Reading, verb: str) -> int:
    return (
        r.session.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.verb == verb))
        or 0
    )


async def test_a_unit_commits_when_it_returns(instance: Instance):
    await instance.work(_note, "kept")

    assert await instance.read(_count, "kept") == 1


async def test_a_unit_that_raises_leaves_nothing_and_no_effect(instance: Instance):
    happened: list[str] = []

    def broken(w: Work) -> None:
        _note(w, "undone")
        w.after_commit(lambda: happened.append("effect"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await instance.work(broken)

    assert await instance.read(_count, "undone") == 0
    assert happened == []


async def test_effects_happen_after_the_commit(instance: Instance):
    happened: list[str] = []

    def unit(w: Work) -> None:
        w.after_commit(lambda: happened.append("effect"))
        assert happened == []

    await instance.work(unit)

    assert happened == ["effect"]


async def test_of_many_units_at_once_only_the_broken_ones_are_undone(instance: Instance):
    async def one(number: int) -> bool:
        def unit(w: Work) -> None:
            _note(w, "many")
            w.session.flush()
            if number % 3 == 0:
                raise ValueError

        try:
            await instance.work(unit)
        except ValueError:
            return False
        return True

    answers = await asyncio.gather(*(one(number) for number in range(90)))

    assert answers.count(True) == 60
    assert await instance.read(_count, "many") == 60


async def test_a_constraint_that_breaks_in_one_unit_does_not_harm_its_neighbours(
    instance: Instance,
):
    def twice(w: Work) -> None:
        for _ in range(2):
            w.session.add(
                LogEntry(id=7, verb="twice", subject_type="t", subject_id="1", created_at=w.now)
            )
            w.session.flush()
            w.session.expunge_all()

    results = await asyncio.gather(
        instance.work(twice),
        *(instance.work(_note, "beside") for _ in range(20)),
        return_exceptions=True,
    )

    assert isinstance(results[0], IntegrityError)
    assert await instance.read(_count, "beside") == 20
    assert await instance.read(_count, "twice") == 0


async def test_a_reading_cannot_write(instance: Instance):
    def unit(r: Reading) -> None:
        r.session.add(LogEntry(id=9, verb="w", subject_type="t", subject_id="1", created_at=r.now))
        r.session.flush()

    with pytest.raises(Exception, match=r"(?i)read.?only"):
        await instance.read(unit)


@pytest.mark.postgres
async def test_a_database_that_has_too_much_to_do_is_said_to_be_unavailable():
    """Somebody may try again in a moment: that is no fault of ours."""
    runner = PostgresqlRunner(f"{POSTGRES}/postgres", pool_size=1)

    def slow(session: Session) -> None:
        session.execute(text("SET LOCAL statement_timeout = 50"))
        session.execute(text("SELECT pg_sleep(5)"))

    try:
        with pytest.raises(Unavailable):
            await runner.read(slow)
    finally:
        await runner.close()
