"""Posts, wired: written, received, reacted to, shown as documents, closed and taken back."""

from pathlib import Path
from typing import Final

from server.federation.events import HostBlocked
from server.people.events import PersonDeleted, ReachLowered
from server.platform.events import Reaction
from server.platform.feature import Feature
from server.posts import (
    activities,
    admin,
    jobs,
    leaving,
    privacy,
    recipients,
    routes,
    sending,
    translating,
)
from server.posts.holding import FIRST_POSTS
from server.posts.notices import NOTICES

FEATURE: Final = Feature(
    name="posts",
    personal_data=privacy.PERSONAL_DATA,
    activities=activities.HANDLERS,
    routes=(*routes.ROUTES, *admin.ROUTES),
    templates=Path(__file__).parent / "templates",
    staff_pages=admin.STAFF_PAGES,
    choices=(FIRST_POSTS,),
    notices=NOTICES,
    start=translating.start,
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
