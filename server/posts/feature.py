"""Posts, wired: written, received, reacted to, shown as documents, closed and taken back."""

from typing import Final

from server.federation.events import HostBlocked
from server.people.events import PersonDeleted, ReachLowered
from server.platform.events import Reaction
from server.platform.feature import Feature
from server.posts import activities, jobs, leaving, privacy, recipients, routes, sending

FEATURE: Final = Feature(
    name="posts",
    personal_data=privacy.PERSONAL_DATA,
    activities=activities.HANDLERS,
    routes=routes.ROUTES,
    reactions=(
        Reaction(PersonDeleted, leaving.on_person_deleted),
        Reaction(ReachLowered, leaving.on_reach_lowered),
        Reaction(HostBlocked, leaving.on_host_blocked),
    ),
    job_kinds=jobs.JOB_KINDS,
    recurring=jobs.RECURRING,
    recipients={
        sending.PARTNER_FOLLOWERS: recipients.partner_followers,
        sending.PARTNERS: recipients.partners,
    },
)
