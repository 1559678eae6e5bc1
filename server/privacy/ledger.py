"""Writing and reading the consent ledger. A row is added each time and never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.writing import insert_once
from server.platform.errors import Invalid
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.privacy.events import ConsentGiven, ConsentWithdrawn
from server.privacy.model import Consent, ConsentText, How
from server.privacy.texts import PURPOSES, Purpose, ShownText, choices


@dataclass(frozen=True, slots=True)
class Manner:
    """How a decision was made: alone, with a coach or on paper, and who wrote it down."""

    how: How = How.SELF
    reference: str = ""
    login_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has decided about a purpose, and whether that still counts."""

    purpose: Purpose
    row: Consent | None

    @property
    def is_given(self) -> bool:
        """Tell whether there is a yes that counts today."""
        return self.row is not None and self.row.given and not self.is_outdated

    @property
    def is_outdated(self) -> bool:
        """Tell whether the yes was to a text that has changed in a way that matters."""
        if self.row is None or not self.row.given:
            return False
        return (self.row.version or 0) < self.purpose.valid_from

    @property
    def at(self) -> datetime | None:
        """When they decided."""
        return self.row.at if self.row is not None else None


def write_decision(
    w: Work,
    person_id: int,
    text: ShownText,
    *,
    given: bool,
    manner: Manner | None = None,
    at: datetime | None = None,
) -> None:
    """Write that somebody agreed to a text they were shown, or took it back.

    `at` is the moment of a decision that is written down later than it was made. Raises Invalid
    for a text that is not the one of today, and for paper without a reference.
    """
    manner = manner or Manner()
    purpose = PURPOSES.get(text.purpose)
    if purpose is None or (at is None and purpose.version != text.version):
        raise Invalid(say("This text has changed. Please read it again."))
    if manner.how is How.PAPER and not manner.reference.strip():
        raise Invalid(details={"reference": [("ERR_BLANK", say("can't be blank"))]})
    keep_text(w, text)
    w.session.add(
        Consent(
            id=w.new_id(),
            person_id=person_id,
            purpose=text.purpose,
            given=given,
            at=at or w.now,
            version=text.version,
            text_hash=text.fingerprint,
            language=text.language,
            how=manner.how,
            reference=manner.reference.strip() or None,
            login_id=manner.login_id,
        )
    )
    w.session.flush()
    if purpose.is_choice:
        change = ConsentGiven if given else ConsentWithdrawn
        w.emit(change(person_id, text.purpose))


def write_decisions(
    w: Work,
    person_id: int,
    texts: Iterable[ShownText],
    agreed: Iterable[str],
    *,
    manner: Manner | None = None,
    at: datetime | None = None,
) -> None:
    """Write what somebody was told (notices count as read) and what they said yes to.

    A question that was not answered with yes is not written: silence is a no.
    """
    wanted = set(agreed)
    for text in texts:
        if not PURPOSES[text.purpose].is_choice or text.purpose in wanted:
            write_decision(w, person_id, text, given=True, manner=manner, at=at)


def has_agreed(r: Reading, person_id: int, purpose: Purpose) -> bool:
    """Tell whether somebody's yes to a purpose counts now."""
    return _standing(r, person_id, purpose).is_given


def standings(r: Reading, person_id: int) -> list[Standing]:
    """Return how somebody stands to every question that people of their kind are asked.

    Also to what they agreed to on another occasion, so that it can be taken back in one place.
    """
    kind = person_of(r, HOUSE, person_id).kind
    asked = choices(PersonKind(kind)) if kind is not None else ()
    decided = set(
        r.session.scalars(select(Consent.purpose).where(Consent.person_id == person_id).distinct())
    )
    others = [
        purpose
        for purpose in PURPOSES.values()
        if purpose.is_choice and purpose not in asked and purpose.name in decided
    ]
    return [_standing(r, person_id, purpose) for purpose in (*asked, *others)]


def to_ask_again(r: Reading, person_id: int) -> list[Purpose]:
    """Return the purposes whose text has changed since somebody agreed, in a way that matters."""
    return [one.purpose for one in standings(r, person_id) if one.is_outdated]


def history(r: Reading, person_id: int) -> list[Consent]:
    """Return every decision of somebody, the newest first."""
    rows = select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc())
    return list(r.session.scalars(rows))


def _standing(r: Reading, person_id: int, purpose: Purpose) -> Standing:
    last = select(func.max(Consent.id)).where(
        Consent.person_id == person_id, Consent.purpose == purpose.name
    )
    row = r.session.scalar(select(Consent).where(Consent.id == last.scalar_subquery()))
    return Standing(purpose, row)


def keep_text(w: Work, text: ShownText) -> None:
    """Keep a text that somebody was shown, so that its hash can always be read."""
    insert_once(
        w.session,
        ConsentText,
        {
            "text_hash": text.fingerprint,
            "purpose": text.purpose,
            "version": text.version,
            "language": text.language,
            "text": text.text,
            "first_shown_at": w.now,
        },
    )


def kept_text(r: Reading, fingerprint: str) -> ShownText | None:
    """Return a text that somebody was shown, by its hash."""
    row = r.session.get(ConsentText, fingerprint)
    return None if row is None else ShownText(row.purpose, row.version, row.language, row.text)
