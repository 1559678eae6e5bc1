"""The hub of live updates, within one process and between several."""

import asyncio
from pathlib import Path

import pytest

from server.platform.instance import Instance
from server.platform.live import Listener, LiveHub, LiveMessage
from server.platform.relay import _parts
from tests.support.instances import running_instance


def test_a_listener_hears_its_channels_only():
    hub, listener = LiveHub(), Listener()
    hub.subscribe(listener, "user:1")

    hub.publish(["user:2"], LiveMessage("update", 5))
    hub.publish(["user:1", "public"], LiveMessage("update", 6))
    hub.leave(listener)
    hub.publish(["user:1"], LiveMessage("update", 7))

    heard = listener.waiting.get_nowait()
    assert heard is not None
    assert (heard.what, heard.subject, heard.channel) == ("update", 6, "user:1")
    assert listener.waiting.empty()


def test_a_slow_reader_is_marked_and_harms_nobody():
    hub, slow, quick = LiveHub(), Listener(), Listener()
    hub.subscribe(slow, "public")
    for number in range(300):
        hub.publish(["public"], LiveMessage("update", number))
    hub.subscribe(quick, "public")
    hub.publish(["public"], LiveMessage("update", 300))

    assert slow.overflowed
    assert not quick.overflowed


def test_a_message_for_many_channels_is_parted():
    channels = [f"user:{number}" for number in range(5_000)]

    parts = _parts("me", channels, LiveMessage("update", 1))

    assert all(len(part) <= 7_000 for part in parts)
    assert len(parts) > 1


@pytest.mark.postgres
async def test_processes_on_postgresql_tell_each_other(
    instance: Instance, database_url: str, tmp_path: Path
):
    if database_url.startswith("sqlite"):
        pytest.skip("processes on SQLite do not share streams")
    async with running_instance(database_url, tmp_path) as other:
        listener = Listener()
        other.live.subscribe(listener, "user:1")
        for _ in range(50):  # the other side may still be connecting
            instance.live.publish(["user:1"], LiveMessage("update", 9))
            await asyncio.sleep(0.1)
            if not listener.waiting.empty():
                break

        heard = listener.waiting.get_nowait()
        assert heard is not None
        assert (heard.what, heard.subject) == ("update", 9)
