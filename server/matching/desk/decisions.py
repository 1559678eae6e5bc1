"""How coordinators decide: cards opened before, seconds taken, suggestion followed or not, why.

The numbers are for whoever answers for fairness: a desk that only nods, or nods too fast, is told.
They are about the work and name no pair (GDPR art. 22: somebody must decide, not only confirm).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from sqlalchemy import delete, select

from server.matching.desk.model import CardOpening
from server.matching.model import Decision
from server.people.sealing import open_for, seal_for
from server.platform.errors import Invalid
from server.platform.i18n import say
from server.platform.work import Reading, Work

MOST_REASON: Final = 500
KEPT_OPEN: Final = timedelta(days=7)
"""How long an opened card counts; after that it has to be opened again."""
LONGEST: Final = 3_600
"""More seconds than these say nothing of the decision: somebody went to lunch."""
FEW: Final = 5
QUICK: Final = 15
_SEALED_AS: Final = "reason of a decision"
Pair = tuple[int, int]


class CardNotOpened(Invalid):
    """Somebody decides on a pair that they have not looked at."""

    code = "card_not_opened"
    text = say("Open the card of each pair first.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision: on which talent and match, whether the suggestion was followed, and why."""

    talent_id: int
    match_id: int | None
    rank: int | None
    followed: bool
    seconds: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How a desk decided: numbers only."""

    count: int
    overridden: int
    seconds: int | None
    quick: int

    @property
    def rate(self) -> int | None:
        """The share of decisions against the suggestion, in per cent."""
        return round(100 * self.overridden / self.count) if self.count else None

    @property
    def nods(self) -> bool:
        """Tell whether it looks as if somebody only nodded."""
        is_fast = self.seconds is not None and self.seconds < QUICK
        return self.count >= FEW and (is_fast or (not self.overridden and self.count >= 4 * FEW))


def note_opening(w: Work, login_id: int, programme_id: int, pair: Pair, rank: int | None) -> None:
    """Keep that a card was opened; opening it again does not start the clock anew."""
    talent_id, other_id = pair
    known = w.session.get(CardOpening, (login_id, programme_id, talent_id, other_id))
    if known is not None and known.opened_at > w.now - KEPT_OPEN:
        known.rank = rank
        return
    if known is not None:
        known.opened_at, known.rank = w.now, rank
        return
    w.session.add(
        CardOpening(
            login_id=login_id,
            programme_id=programme_id,
            talent_id=talent_id,
            other_id=other_id,
            rank=rank,
            opened_at=w.now,
        )
    )


def opened_pairs(
    r: Reading, login_id: int, programme_id: int, talents: Collection[int] | None = None
) -> dict[Pair, tuple[datetime, int | None]]:
    """Return the pairs whose card somebody opened lately: when, and the rank it had."""
    wanted = select(CardOpening).where(
        CardOpening.login_id == login_id,
        CardOpening.programme_id == programme_id,
        CardOpening.opened_at > r.now - KEPT_OPEN,
    )
    if talents is not None:
        wanted = wanted.where(CardOpening.talent_id.in_(talents))
    return {
        (row.talent_id, row.other_id): (row.opened_at, row.rank)
        for row in r.session.scalars(wanted)
    }


def must_have_opened(
    r: Reading, login_id: int, programme_id: int, pair: Pair
) -> tuple[int, int | None]:
    """Return the seconds since somebody opened a card, and its rank. Raises CardNotOpened."""
    found = opened_pairs(r, login_id, programme_id, [pair[0]]).get(pair)
    if found is None:
        raise CardNotOpened
    at, rank = found
    return min(LONGEST, max(0, int((r.now - at).total_seconds()))), rank


def write_decision(w: Work, login_id: int, programme_id: int, verdict: Verdict) -> None:
    """Keep a decision; its reason is sealed under the talent's key."""
    words = verdict.reason.strip()
    if len(words) > MOST_REASON:
        fault = say("is too long (at most %(most)s)", most=MOST_REASON)
        raise Invalid(details={"reason": [("ERR_TOO_LONG", fault)]})
    w.session.add(
        Decision(
            id=w.new_id(),
            programme_id=programme_id,
            match_id=verdict.match_id,
            talent_id=verdict.talent_id,
            login_id=login_id,
            rank=verdict.rank,
            followed=verdict.followed,
            seconds=verdict.seconds,
            reason_sealed=seal_for(w, verdict.talent_id, words.encode(), _SEALED_AS)
            if words
            else None,
            at=w.now,
        )
    )


def forget_opening(w: Work, login_id: int, programme_id: int, pair: Pair) -> None:
    """Delete that a card was opened: it is decided."""
    w.session.execute(
        delete(CardOpening).where(
            CardOpening.login_id == login_id,
            CardOpening.programme_id == programme_id,
            CardOpening.talent_id == pair[0],
            CardOpening.other_id == pair[1],
        )
    )


def reason_of(r: Reading, row: Decision) -> str:
    """Return why it was decided so, opened; empty without a reason."""
    if row.reason_sealed is None or row.talent_id is None:
        return ""
    return open_for(r, row.talent_id, row.reason_sealed, _SEALED_AS).decode()


def figures(r: Reading, programme_id: int) -> Figures:
    """Return the numbers of the decisions of a programme."""
    rows = r.session.execute(
        select(Decision.followed, Decision.seconds).where(Decision.programme_id == programme_id)
    ).all()
    taken = [row.seconds for row in rows if row.followed]
    return Figures(
        count=len(rows),
        overridden=sum(not row.followed for row in rows),
        seconds=int(median(taken)) if taken else None,
        quick=sum(one < QUICK for one in taken),
    )
