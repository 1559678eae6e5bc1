"""How mail stands, for staff: counts only."""

from dataclasses import dataclass

from sqlalchemy import func, select

from server.platform.jobs.model import DEAD, JobRow
from server.platform.mail.requests import KINDS
from server.platform.work import Reading


@dataclass(frozen=True, slots=True)
class MailState:
    """How many mails wait, and how many could not be delivered (kept for 30 days)."""

    waiting: int
    given_up: int


def mail_state(r: Reading) -> MailState:
    """Return the counts."""
    rows = r.session.execute(
        select(JobRow.state, func.count()).where(JobRow.kind.in_(KINDS)).group_by(JobRow.state)
    )
    counts = {state: count for state, count in rows}  # noqa: C416 - the type checker reads rows so
    given_up = counts.pop(DEAD, 0)
    return MailState(sum(counts.values()), given_up)
