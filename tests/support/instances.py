"""Instances for tests: every feature, a real database, a set clock, loopback only."""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from server.features import FEATURES
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.settings import (
    DatabaseSettings,
    FederationSettings,
    InstanceSettings,
    JobsSettings,
    LimitsSettings,
    MediaSettings,
    SecretsSettings,
    Settings,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def settings_for(
    database_url: str,
    folder: Path,
    *,
    base_url: str = "https://ours.example",
    mode: str = "open",
    authorized_fetch: bool = False,
    limits: bool = False,
) -> Settings:
    """Return settings for an instance of a test."""
    return Settings(
        instance=InstanceSettings(base_url=base_url, name="Ours"),
        database=DatabaseSettings(url=database_url, pool_size=5),
        media=MediaSettings(root=folder / "media"),
        secrets=SecretsSettings(key_file=folder / "instance.key"),
        federation=FederationSettings(
            allowed_private_networks=(ipaddress.ip_network("127.0.0.0/8"),),
            mode=mode,
            authorized_fetch=authorized_fetch,
        ),
        limits=LimitsSettings(enabled=limits),
        jobs=JobsSettings(in_process=False),
    )


@asynccontextmanager
async def running_instance(
    database_url: str, folder: Path, **wishes: object
) -> AsyncIterator[Instance]:
    """Start an instance without background work; tests run jobs with `run_until_empty`."""
    settings = settings_for(database_url, folder, **wishes)  # type: ignore[arg-type]  # keywords
    started = Instance(settings, FEATURES, clock=SetClock(NOON))
    async with started.running(jobs=False):
        yield started
