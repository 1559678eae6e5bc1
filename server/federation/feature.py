"""The wiring of federation: its addresses, jobs, long-lived parts and personal data."""

from collections.abc import AsyncIterator
from datetime import timedelta

from server.federation import jobs, routes, well_known
from server.federation.deliver import deliver
from server.federation.fan_out import fan_out
from server.federation.hosts import LOOK_AT_HOST, HostBook
from server.federation.inbox import RECEIVE, InboxGauge
from server.federation.key_source import REACTIONS, ActorKeys
from server.federation.leaving import DESTROY_KEYS, destroy_keys_when_sent
from server.federation.outbox import DELIVER, FAN_OUT
from server.federation.privacy import PERSONAL_DATA
from server.federation.receiving import take_in
from server.federation.synchronising import SYNCHRONISE, synchronise
from server.federation.wire import open_wire
from server.platform.feature import NOTHING, Feature
from server.platform.instance import Instance
from server.platform.jobs.runner import JobKind, one_by_one
from server.platform.jobs.schedule import Recurring


async def start(instance: Instance) -> AsyncIterator[None]:
    """Open what speaks with other instances; the first start makes the instance's own actor."""
    instance.add_part(HostBook(instance))
    instance.add_part(ActorKeys(instance))
    instance.add_part(InboxGauge(instance))
    async with open_wire(instance) as wire:
        instance.add_part(wire)
        yield


FEATURE = Feature(
    name="federation",
    personal_data=PERSONAL_DATA,
    activities=NOTHING,
    routes=(*routes.ROUTES, *well_known.ROUTES),
    job_kinds=(
        one_by_one(FAN_OUT, fan_out),
        JobKind(DELIVER, deliver),
        one_by_one(RECEIVE, take_in),
        one_by_one(SYNCHRONISE, synchronise),
        one_by_one(DESTROY_KEYS, destroy_keys_when_sent),
        one_by_one(LOOK_AT_HOST, jobs.look_at_host),
        one_by_one(jobs.CLEAN_FEDERATION, jobs.clean),
    ),
    recurring=(Recurring(jobs.CLEAN_FEDERATION, timedelta(hours=6)),),
    reactions=REACTIONS,
    start=start,
)
