"""What a restored database must not do: send again, let back in, bring back the erased.

Its deliveries were probably made after the backup; sending them again would publish what has
changed since. What takes something back is sent again, because being told twice to delete is
harmless and not being told is not. Source: GDPR art. 17.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select, update

from server.access.model import PageSession
from server.access.oauth.model import OAuthCode, OAuthToken
from server.activity_log.service import record
from server.federation.model import Actor, OutgoingActivity
from server.federation.outbox import DELIVER, FAN_OUT, takes_back
from server.people.queries import person_by_id
from server.people.rules import HOUSE
from server.platform.instance import Instance
from server.platform.jobs.model import JobRow
from server.platform.work import Work
from server.posts.model import Post
from server.privacy.erase import erase_person
from server.privacy.erasures import Erasure

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back, and what did not."""

    people: int
    posts: int
    dropped: int
    erased: int


async def make_safe(instance: Instance, erasures: Sequence[Erasure]) -> Restored:
    """Take out of a restored database what must not come back; safe to repeat."""
    dropped = await instance.work(_drop_deliveries)
    await instance.work(_end_sign_ins)
    erased = 0
    for erasure in erasures:
        erased += await instance.work(_erase_again, instance, erasure.person_id)
    people, posts = await instance.work(_counted, dropped, erased)
    return Restored(people=people, posts=posts, dropped=dropped, erased=erased)


def _drop_deliveries(w: Work) -> int:
    """Delete waiting deliveries, except those that take something back; return how many."""
    kept = set(
        w.session.scalars(
            select(OutgoingActivity.id).where(
                OutgoingActivity.activity_type.in_(_taking_back(w)),
            )
        )
    )
    waiting = w.session.execute(
        select(JobRow.id, JobRow.payload).where(JobRow.kind.in_((FAN_OUT, DELIVER)))
    )
    unwanted = [job_id for job_id, payload in waiting if int(payload["activity"]) not in kept]
    for start in range(0, len(unwanted), _AT_ONCE):
        w.session.execute(delete(JobRow).where(JobRow.id.in_(unwanted[start : start + _AT_ONCE])))
    # What is left waits for nobody's lease any more.
    w.session.execute(
        update(JobRow).where(JobRow.lease.is_not(None)).values(lease=None, run_at=w.now)
    )
    return len(unwanted)


def _taking_back(w: Work) -> list[str]:
    types = w.session.scalars(select(OutgoingActivity.activity_type).distinct())
    return [one for one in types if takes_back(one)]


def _end_sign_ins(w: Work) -> None:
    """End sessions and tokens: one that was revoked since the backup must not work again."""
    w.session.execute(delete(PageSession))
    w.session.execute(delete(OAuthCode))
    in_force = OAuthToken.revoked_at.is_(None)
    w.session.execute(update(OAuthToken).where(in_force).values(revoked_at=w.now))


def _erase_again(w: Work, instance: Instance, person_id: int) -> int:
    """Erase somebody who came back with the backup; return how many that were."""
    person = person_by_id(w, HOUSE, person_id)
    if person is None or not person.is_local or person.gone:
        return 0
    erase_person(w, instance.features, person_id=person_id, login_id=None)
    return 1


def _counted(w: Work, dropped: int, erased: int) -> tuple[int, int]:
    """Write the restoring into the log; return how many people and posts of ours there are."""
    record(
        w, login_id=None, verb="restore_backup", subject_type="instance", subject_id=w.site.host,
        about={"dropped": dropped, "erased": erased},
    )  # fmt: skip
    people = select(func.count()).where(Actor.host == "", Actor.gone_at.is_(None))
    posts = select(func.count()).where(Post.is_local, Post.boost_of_id.is_(None))
    return (w.session.scalar(people) or 1) - 1, w.session.scalar(posts) or 0
