"""A serving and working process that tests end with kill -9.

Run as `python -m tests.support.killable DATABASE_URL FOLDER PORT MINUTES_LATE`. Its one feature of
its own writes a line for each effect of a received activity, so that a repeat would show.
"""

import asyncio
import ipaddress
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.app import build_app
from server.federation.feature import FEATURE
from server.federation.model import Actor, LedgerEntry
from server.platform.feature import NOTHING, ActivityHandler, Feature, Received, Recipient
from server.platform.instance import Instance
from server.platform.work import Work
from server.settings import (
    DatabaseSettings,
    FederationSettings,
    InstanceSettings,
    LimitsSettings,
    MediaSettings,
    SecretsSettings,
    Settings,
)


class LateClock:
    """The machine's clock, some minutes late or early: a lease of a killed process ends sooner."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


def everybody(session: Session, actor_id: int, after: int, limit: int) -> list[Recipient]:
    rows = session.scalars(
        select(Actor).where(Actor.host != "", Actor.id > after).order_by(Actor.id).limit(limit)
    )
    return [
        Recipient(cursor=one.id, inbox=one.inbox, shared_inbox=one.shared_inbox, host=one.host)
        for one in rows
    ]


def note_effect(w: Work, received: Received, _: Any) -> None:
    w.session.add(
        LedgerEntry(
            object_uri=received.activity.id, host=f"effect-{uuid.uuid4()}", actor_id=0,
            how="effect", first_at=w.now, last_at=w.now,
        )
    )  # fmt: skip


NOTING = Feature(
    name="noting",
    personal_data=NOTHING,
    activities=[
        ActivityHandler(activity_type="Create", when=lambda _: True, apply=note_effect),
    ],
    recipients={"followers": everybody},
)


def killable_instance(
    database_url: str, folder: Path, port: int, ahead: timedelta = timedelta()
) -> Instance:
    settings = Settings(
        instance=InstanceSettings(base_url=f"http://127.0.0.1:{port}", name="Ours"),
        database=DatabaseSettings(url=database_url, pool_size=5),
        media=MediaSettings(root=folder / "media"),
        secrets=SecretsSettings(key_file=folder / "instance.key"),
        federation=FederationSettings(
            allowed_private_networks=(ipaddress.ip_network("127.0.0.0/8"),)
        ),
        limits=LimitsSettings(enabled=False),
    )
    return Instance(settings, [FEATURE, NOTING], clock=LateClock(ahead))


async def serve(database_url: str, folder: str, port: int, minutes: float) -> None:
    instance = killable_instance(database_url, Path(folder), port, timedelta(minutes=minutes))
    async with instance.running(jobs=True):
        runner = web.AppRunner(build_app(instance), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
