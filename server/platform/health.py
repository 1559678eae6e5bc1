"""Whether this process lives and can do its work, for supervisors and load balancers."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from server.platform.errors import MeshworkError
from server.platform.http.decorators import plain
from server.platform.instance import instance_of
from server.platform.jobs.queue import depth
from server.platform.storage.migrate import newest, revision_of
from server.platform.work import Reading

_STUCK_SECONDS: Final = 300
STOPPING: Final = web.AppKey("stopping", list[bool])


@plain()
async def healthz(request: web.Request) -> web.Response:
    """Answer that the process is up."""
    del request
    return web.json_response({"status": "ok"})


@plain()
async def readyz(request: web.Request) -> web.Response:
    """Answer whether the database is reachable, its schema current, and the queue draining."""
    if request.app[STOPPING]:
        return web.json_response({"status": "stopping"}, status=503)
    try:
        found = await instance_of(request).read(_standing)
    except (MeshworkError, SQLAlchemyError, OSError):
        return web.json_response({"status": "no database"}, status=503)
    ready = found["schema"] == "current" and found["queue"] == "draining"
    return web.json_response(
        {"status": "ready" if ready else "not ready", **found}, status=200 if ready else 503
    )


def _standing(r: Reading) -> Mapping[str, Any]:
    current = revision_of(r.session.connection()) == newest()
    return {
        "schema": "current" if current else "not current",
        "queue": "draining" if is_draining(r) else "stuck",
    }


def is_draining(r: Reading) -> bool:
    """Tell whether background work gets done: nothing due has waited for five minutes."""
    return bool(depth(r.session, r.now)["oldest_seconds"] < _STUCK_SECONDS)


async def show_queue(request: web.Request) -> None:
    """Bring the gauges of the job queue up to date, before they are read."""
    instance = instance_of(request)
    found = await instance.read(lambda r: depth(r.session, r.now))
    states: Counter[str] = Counter()
    for row in found["jobs"]:
        states[row["state"]] += row["count"]
    instance.metrics.show_queue(states, found["oldest_seconds"])


ROUTES: Final = (
    web.get("/healthz", healthz, name="healthz"),
    web.get("/readyz", readyz, name="readyz"),
)
