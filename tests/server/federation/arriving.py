"""What the tests of the inbox share: an activity to send, and a count of what was kept."""

from sqlalchemy import func, select

from server.federation.model import ReceivedActivity


async def rows(ours, table=ReceivedActivity):
    return await ours.instance.read(
        lambda r: r.session.scalar(select(func.count()).select_from(table))
    )


def create(actor, number=1, **properties):
    return actor.activity("Create", number, object=actor.note(number), **properties)
