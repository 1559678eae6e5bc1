"""People, wired: who they are here and elsewhere, who may see them, how they stand."""

from collections.abc import AsyncIterator
from typing import Final

from server.federation.events import ActorGone, HostBlocked, RemoteActorSeen
from server.federation.well_known import UsageSource
from server.people import activities, jobs, privacy, routes
from server.people.leaving import part_from_host
from server.people.recipients import FOLLOWER_BOOK, followers_elsewhere, following_elsewhere
from server.people.usage import usage
from server.platform.events import Reaction
from server.platform.feature import Feature
from server.platform.instance import Instance


async def _start(instance: Instance) -> AsyncIterator[None]:
    """Answer federation's questions: who follows whom, and how busy the instance is."""
    instance.add_part(FOLLOWER_BOOK)
    instance.add_part(UsageSource(usage))
    yield


FEATURE: Final = Feature(
    name="people",
    personal_data=privacy.PERSONAL_DATA,
    activities=activities.HANDLERS,
    routes=routes.ROUTES,
    reactions=(
        Reaction(RemoteActorSeen, activities.keep_person),
        Reaction(ActorGone, activities.forget_gone_actor),
        Reaction(HostBlocked, part_from_host),
    ),
    job_kinds=jobs.JOB_KINDS,
    recurring=jobs.RECURRING,
    recipients={"followers": followers_elsewhere, "following_hosts": following_elsewhere},
    start=_start,
)
"""The room of people."""
