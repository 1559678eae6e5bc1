"""Numbers about this process for Prometheus: requests, jobs, deliveries, received activities.

Labels come from closed lists or route patterns, so their number is bounded and none names a
person or another server. `/metrics` answers the configured networks only, loopback by default.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from server.platform.errors import NotFound
from server.platform.http.addresses import Network, address_of, is_within, parsed_address
from server.platform.http.decorators import plain

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LOOPBACK: Final[Sequence[Network]] = (
    ipaddress.ip_network("127.0.0.0/8"),
    ipaddress.ip_network("::1/128"),
)


class Metrics:
    """One registry and its instruments; each application has its own, so tests do not mix."""

    def __init__(self, *, with_process: bool = True) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "meshwork_requests", "Answered requests.", ("method", "route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._request_seconds = Histogram(
            "meshwork_request_seconds", "Time to an answer.", ("route",),
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._jobs = Counter(
            "meshwork_jobs", "Tries of jobs by outcome.", ("kind", "outcome"),
            registry=self.registry,
        )  # fmt: skip
        self._queue = Gauge(
            "meshwork_queue_jobs", "Jobs waiting, by state.", ("state",), registry=self.registry
        )
        self._queue_age = Gauge(
            "meshwork_queue_oldest_seconds", "Age of the oldest ready job.",
            registry=self.registry,
        )  # fmt: skip
        if with_process:
            ProcessCollector(registry=self.registry)
            PlatformCollector(registry=self.registry)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; `route` is the pattern of its resource, never its path."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def count_job(self, kind: str, outcome: str) -> None:
        """Count one try of a job: `done`, `later` or `dead`; deliveries are jobs too."""
        self._jobs.labels(kind, outcome).inc()

    def show_queue(self, states: Mapping[str, int], oldest_seconds: float) -> None:
        """Show the state of the job queue as it is now: how many jobs are `ready` and `dead`."""
        for state in ("ready", "dead"):
            self._queue.labels(state).set(states.get(state, 0))
        self._queue_age.set(oldest_seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
METRICS: Final = web.AppKey("metrics", Metrics)


@dataclass(frozen=True, slots=True)
class Refresh:
    """What brings the gauges up to date before they are read."""

    run: Callable[[web.Request], Awaitable[None]]


METRICS_REFRESH: Final = web.AppKey("refresh of gauges", Refresh)
METRICS_NETWORKS: Final = web.AppKey("networks that may read metrics", tuple[Network, ...])


@plain()
async def show_metrics(request: web.Request) -> web.Response:
    """Answer a reader inside the allowed networks; for others there is nothing here."""
    reader = parsed_address(address_of(request))
    allowed = request.app.get(METRICS_NETWORKS, LOOPBACK)
    metrics = request.app.get(METRICS)
    if metrics is None or reader is None or not is_within(reader, allowed):
        raise NotFound
    refresh = request.app.get(METRICS_REFRESH)
    if refresh is not None:
        await refresh.run(request)
    return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES: Final[Sequence[web.RouteDef]] = (web.get("/metrics", show_metrics, name="metrics"),)
