"""An instance with a video service, whose mails lie in a folder."""

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from server.features import FEATURES
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.settings import MeetingsSettings
from tests.server.meetings.scenes import VIDEO
from tests.support.instances import NOON, settings_for

Mails = Callable[[], Awaitable[list[EmailMessage]]]


@pytest.fixture
async def instance(database_url: str, tmp_path: Path) -> AsyncIterator[Instance]:
    """Give an instance that offers video calls."""
    settings = settings_for(database_url, tmp_path)
    settings = dataclasses.replace(
        settings,
        meetings=MeetingsSettings(video_pattern=VIDEO),
        mail=dataclasses.replace(settings.mail, folder=tmp_path / "mail"),
    )
    started = Instance(settings, FEATURES, clock=SetClock(NOON))
    async with started.running(jobs=False):
        yield started


@pytest.fixture
def mails(instance: Instance) -> Mails:
    """Give a function that sends what waits and returns the mails about meetings that are new."""
    known: set[Path] = set()

    async def read() -> list[EmailMessage]:
        await instance.jobs.run_until_empty()
        folder = instance.settings.mail.folder
        assert folder is not None
        new = sorted(set(folder.rglob("*.eml")) - known) if folder.exists() else []
        known.update(new)
        found = [message_from_bytes(one.read_bytes(), EmailMessage, policy=default) for one in new]
        return [one for one in found if "/meetings/" in one.as_string()]

    return read
