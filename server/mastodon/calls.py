"""One API call: who asks, with which parameters, and how answers are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from server.mastodon.entities.scene import Scene
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.rules import ANYBODY, Viewer
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.visitor import Visitor, visitor_of
from server.platform.instance import Instance, instance_of
from server.platform.work import Reading
from server.timelines.filters.rules import NO_FILTERS, Filters
from server.timelines.filters.shelf import filters_for


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the API, read once; `filters` are those of whoever asks."""

    request: web.Request
    instance: Instance
    visitor: Visitor
    viewer: Viewer
    parameters: Parameters
    filters: Filters = NO_FILTERS

    @property
    def me(self) -> int:
        """The id of the person whose token it is. Raises NotSignedIn without one."""
        return self.visitor.person

    @property
    def scene(self) -> Scene:
        """For whom entities are made."""
        return Scene(self.instance.site, self.instance.vault, self.viewer, self.filters)


async def call_of(request: web.Request) -> Call:
    """Read a request: path, query and body in any of the forms that clients send."""
    visitor = visitor_of(request)
    viewer = Viewer.member(visitor.person_id) if visitor.person_id is not None else ANYBODY
    parameters = await read_parameters(request)
    instance = instance_of(request)
    filters = await filters_for(instance, visitor.person_id)
    return Call(request, instance, visitor, viewer, parameters, filters)


def answer(
    entity: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return JSON; also the empty answer is JSON, because clients parse every body."""
    return web.Response(
        body=orjson.dumps(entity),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


EMPTY: Mapping[str, Any] = {}


def moved_of(r: Reading, viewer: Viewer, people: list[PersonRow]) -> dict[int, PersonRow]:
    """Return where those of the people moved who did, by the mover's id."""
    wanted = {p.id: p.moved_to_id for p in people if p.moved_to_id is not None}
    found = people_by_ids(r, viewer, wanted.values())
    return {mover: found[target] for mover, target in wanted.items() if target in found}
