"""Scheduled posts of clients."""

from datetime import timedelta
from typing import Any

import pytest

from server.drafts import jobs
from server.platform.jobs.model import Job
from tests.support.api import Api, Surface
from tests.support.shapes import check


def _at(surface: Surface, **ahead: int) -> str:
    return (surface.instance.clock.now() + timedelta(**ahead)).isoformat()


async def schedule(api: Api, at: str, **said: Any) -> Any:
    made = await api.post("/api/v1/statuses", status="Later", scheduled_at=at, **said)
    return check("ScheduledStatus", made)


async def test_a_post_waits_for_its_moment_and_is_published_then(
    surface: Surface, ann: Api, ben: Api
) -> None:
    made = await schedule(ann, _at(surface, hours=1), visibility="unlisted", spoiler_text="Careful")
    assert made["params"]["text"] == "Later"
    assert made["params"]["visibility"] == "unlisted"
    assert await ann.ids("/api/v1/timelines/home") == []
    assert await ann.ids("/api/v1/scheduled_statuses") == [made["id"]]
    shown = await ann.shown("ScheduledStatus", f"/api/v1/scheduled_statuses/{made['id']}")
    assert shown == made
    assert await ben.get("/api/v1/scheduled_statuses") == []
    surface.instance.clock.move(timedelta(hours=1))
    job = Job(
        id=1, kind="", payload={}, attempts=0, created_at=surface.instance.clock.now(), host=None,
        order_key=None,
    )  # fmt: skip
    await jobs.sweep(surface.instance, job)
    [post] = await ann.get("/api/v1/timelines/home")
    assert (post["spoiler_text"], post["visibility"]) == ("Careful", "unlisted")
    assert await ann.get("/api/v1/scheduled_statuses") == []


async def test_the_same_request_is_scheduled_once(surface: Surface, ann: Api) -> None:
    at, key = _at(surface, hours=1), {"Idempotency-Key": "one"}
    sent = {"json": {"status": "Later", "scheduled_at": at}, "headers": key}
    first = (await ann.ask("POST", "/api/v1/statuses", **sent)).json
    assert (await ann.ask("POST", "/api/v1/statuses", **sent)).json["id"] == first["id"]


async def test_a_moment_is_changed(surface: Surface, ann: Api) -> None:
    made = await schedule(ann, _at(surface, hours=1))
    path = f"/api/v1/scheduled_statuses/{made['id']}"
    answer = await ann.ask("PUT", path, json={"scheduled_at": _at(surface, hours=3)})
    assert check("ScheduledStatus", answer.json)["scheduled_at"] > made["scheduled_at"]
    for wrong in ({"scheduled_at": _at(surface, minutes=2)}, {}, {"scheduled_at": "soon"}):
        assert await ann.status_of("PUT", path, json=wrong) == 422


async def test_a_post_that_waits_is_thrown_away(surface: Surface, ann: Api) -> None:
    made = await schedule(ann, _at(surface, hours=1))
    path = f"/api/v1/scheduled_statuses/{made['id']}"
    assert (await ann.ask("DELETE", path)).json == {}
    for method in ("GET", "DELETE"):
        assert await ann.status_of(method, path) == 404


@pytest.mark.parametrize(
    "more",
    [{"scheduled_at": "-"}, {"status": ""}, {"media_ids": ["5"]}, {"poll": {"options": ["a"]}}],
)
async def test_what_cannot_be_scheduled_is_refused(
    surface: Surface, ann: Api, more: dict[str, Any]
) -> None:
    sent = {"status": "Later", "scheduled_at": _at(surface, hours=1), **more}
    assert await ann.status_of("POST", "/api/v1/statuses", json=sent) == 422
    too_soon = {"status": "Later", "scheduled_at": _at(surface, minutes=4)}
    assert await ann.status_of("POST", "/api/v1/statuses", json=too_soon) == 422
    assert await ann.get("/api/v1/scheduled_statuses") == []


async def test_only_its_author_reads_changes_and_drops_it(
    surface: Surface, ann: Api, ben: Api
) -> None:
    made = await schedule(ann, _at(surface, hours=1))
    path = f"/api/v1/scheduled_statuses/{made['id']}"
    later = {"scheduled_at": _at(surface, hours=3)}
    assert await ben.status_of("GET", path) == 404
    assert await ben.status_of("PUT", path, json=later) == 404
    assert await ben.status_of("DELETE", path) == 404
    assert await surface.nobody.status_of("GET", path) == 401
    reading = await surface.with_scopes(ann, "read")
    assert await reading.status_of("DELETE", path) == 403
    assert await ann.ids("/api/v1/scheduled_statuses") == [made["id"]]
