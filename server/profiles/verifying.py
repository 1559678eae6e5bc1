"""Checks of employers and organisations by staff: given, withdrawn, lapsed.

A mark says that somebody of the staff compared what the organisation says of itself with what can
be known from outside. Every change of it stands in the activity log.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import delete

from server.activity_log.service import record
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.writing import rows_changed
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import Message, say
from server.platform.work import Work
from server.profiles.events import OrganisationVerified
from server.profiles.model import Verification

BODIES: Final = frozenset({PersonKind.EMPLOYER, PersonKind.ORGANISATION})
CHECKS: Final[Mapping[str, Message]] = {
    "register": say("Name and number are in the public register"),
    "website": say("The website is theirs"),
    "call": say("We called them"),
    "visit": say("We visited them"),
    "known": say("We have worked with them before"),
}


def verify(w: Work, *, login_id: int | None, person_id: int, checked: Sequence[str]) -> None:
    """Mark an organisation as checked; a second time writes the mark anew.

    `login_id` None means the command line. Raises NotFound for anybody who is no organisation of
    this instance, Invalid without a check.
    """
    person = person_of(w, HOUSE, person_id)
    if not person.is_local or person.kind not in BODIES:
        raise NotFound
    told = [one for one in CHECKS if one in checked]
    if not told or len(told) != len(set(checked)):
        raise Invalid(details={"checked": [("ERR_INCLUSION", say("Say what you have checked."))]})
    w.session.merge(Verification(person_id=person_id, login_id=login_id, checked=told, at=w.now))
    w.session.flush()
    _log(w, person_id, "verify_organisation", login_id, {"checked": ",".join(told)})
    w.emit(OrganisationVerified(person_id, verified=True))


def withdraw(w: Work, *, login_id: int | None, person_id: int) -> None:
    """Take the mark away. Raises NotFound when there is none."""
    if not _remove(w, person_id):
        raise NotFound
    _log(w, person_id, "withdraw_verification", login_id, {})
    w.emit(OrganisationVerified(person_id, verified=False))


def lapse(w: Work, person_id: int) -> None:
    """End a mark, if there is one, because what was checked has changed."""
    if _remove(w, person_id):
        _log(w, person_id, "verification_lapsed", None, {})
        w.emit(OrganisationVerified(person_id, verified=False))


def _remove(w: Work, person_id: int) -> bool:
    gone = w.session.execute(delete(Verification).where(Verification.person_id == person_id))
    return rows_changed(gone) > 0


def _log(
    w: Work, person_id: int, verb: str, login_id: int | None, about: dict[str, str | int | bool]
) -> None:
    record(
        w,
        login_id=login_id,
        verb=verb,
        subject_type="person",
        subject_id=person_id,
        about=about,
    )
