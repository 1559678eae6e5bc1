"""An installation as it is measured: all features, real clock, loopback allowed."""

import ipaddress
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from server.features import FEATURES
from server.platform.instance import Instance
from server.platform.log import LogStyle, set_up_log
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

_NO_LIMIT = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an installation lives; it travels to child processes as JSON."""

    database_url: str
    folder: str
    base_url: str = "https://ours.example"
    ca_file: str | None = None

    def at(self, base_url: str) -> "Place":
        """Return the same installation under another address."""
        return replace(self, base_url=base_url)

    def settings(self) -> Settings:
        """Return settings without rate limits and back-pressure, else as in production."""
        folder = Path(self.folder)
        return Settings(
            instance=InstanceSettings(base_url=self.base_url, name="Ours"),
            database=DatabaseSettings(url=self.database_url),
            media=MediaSettings(root=folder / "media"),
            secrets=SecretsSettings(key_file=folder / "instance.key"),
            federation=FederationSettings(
                allowed_private_networks=(ipaddress.ip_network("127.0.0.0/8"),),
                ca_file=Path(self.ca_file) if self.ca_file else None,
            ),
            limits=LimitsSettings(enabled=False, inbox_queue=_NO_LIMIT),
            jobs=JobsSettings(in_process=False),
        )


def quiet_log() -> None:
    """Write errors only, to standard error, as a production server at level `error`."""
    set_up_log(LogStyle("error", "console"), salt=b"benchmarks of one run")
    logging.getLogger().handlers[0].setStream(sys.stderr)  # type: ignore[attr-defined] # a StreamHandler


@asynccontextmanager
async def running(place: Place, *, jobs: bool = False) -> AsyncIterator[Instance]:
    """Start the installation in this process."""
    instance = Instance(place.settings(), FEATURES)
    async with instance.running(jobs=jobs):
        yield instance
