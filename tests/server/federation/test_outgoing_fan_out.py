"""One activity to very many receivers."""

import contextlib

from sqlalchemy import select

from server.federation import fan_out
from server.federation.model import Actor, OutgoingActivity
from server.platform.jobs.model import JobRow
from tests.server.federation.sending import send, to_followers


def crowd(w, size):
    """Many actors on hosts of their own, every tenth behind a shared inbox of the same host."""
    for number in range(size):
        host = f"host{number}.example"
        shared = "https://shared.example/inbox" if number % 10 == 0 else None
        base = "https://shared.example" if shared else f"https://{host}"
        w.session.add(
            Actor(
                id=w.new_id(), uri=f"{base}/users/{number}", actor_type="Person",
                username=f"user{number}", username_key=f"user{number}",
                host=host if not shared else "shared.example", inbox=f"{base}/users/{number}/inbox",
                shared_inbox=shared, public_keys={},
            )
        )  # fmt: skip


async def test_a_fan_out_killed_at_any_page_leaves_nobody_out_and_serves_nobody_twice(ours):
    ann = await ours.person()
    await ours.do(lambda w: crowd(w, 1200))
    await send(ours, ann, **to_followers(ann))
    activity_id = await ours.instance.read(lambda r: r.session.scalar(select(OutgoingActivity.id)))
    sources = {"followers": ours.instance.recipient_source("followers")}

    class Killed(Exception):
        pass

    def page_that_dies(w):
        fan_out.next_page(w, activity_id, sources)
        raise Killed  # the process ends before the commit

    is_complete = False
    while not is_complete:
        with contextlib.suppress(Killed):
            await ours.do(page_that_dies)
        is_complete = await ours.do(lambda w: fan_out.next_page(w, activity_id, sources))
    assert await ours.do(lambda w: fan_out.next_page(w, activity_id, sources))

    inboxes = await ours.instance.read(
        lambda r: [
            payload["inbox"]
            for payload in r.session.scalars(select(JobRow.payload).where(JobRow.kind == "deliver"))
        ]
    )
    assert len(inboxes) == len(set(inboxes)) == 1080 + 1


async def test_a_thousand_deliveries_are_one_insert_for_each_page(ours):
    ann = await ours.person()
    await ours.do(lambda w: crowd(w, 1000))
    await send(ours, ann, **to_followers(ann))
    activity_id = await ours.instance.read(lambda r: r.session.scalar(select(OutgoingActivity.id)))
    sources = {"followers": ours.instance.recipient_source("followers")}
    pages = 0
    while not await ours.do(lambda w: fan_out.next_page(w, activity_id, sources)):
        pages += 1
    assert pages == 3  # named inboxes, two full pages; the empty third ends it
