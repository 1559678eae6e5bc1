"""Invitations: made, found by their code, used, revoked, listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from server.activity_log.service import record
from server.joining.model import Invitation
from server.joining.rules import (
    ENDED_INVITATION_KEPT,
    INVITATION_LASTS,
    MOST_DAYS,
    MOST_NOTE,
    MOST_USES,
    NoWayIn,
    Refusal,
    clean_code,
    new_code,
)
from server.people.model import PersonKind
from server.people.writing import insert_once, rows_changed
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.i18n import say
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an invitation is to be like."""

    kind: PersonKind | None = None
    language: str | None = None
    note: str = ""
    most_uses: int = 1
    lasts: timedelta = INVITATION_LASTS
    vouches: bool = False
    person_id: int | None = None


def make_invitation(w: Work, wish: Wish, *, made_by: int | None) -> tuple[Invitation, str]:
    """Make an invitation and return it with its code.

    Raises Invalid for too many uses, too long a time, too long a note or an unknown language.
    """
    _check(w, wish)
    code, invitation_id, key = new_code(), w.new_id(), w.vault.new_key()
    made = insert_once(
        w.session,
        Invitation,
        {
            "id": invitation_id,
            "code_index": _index(w, code),
            "wrapped_key": key.sealed,
            "code_sealed": w.vault.seal(key, code.encode(), _about(invitation_id)),
            "kind": wish.kind,
            "language": wish.language,
            "note": wish.note.strip(),
            "vouches": wish.vouches,
            "uses": 0,
            "most_uses": wish.most_uses,
            "person_id": wish.person_id,
            "made_by": made_by,
            "made_at": w.now,
            "expires_at": w.now + wish.lasts,
        },
    )
    if not made:  # one chance in many millions: the same code twice
        raise Conflict
    record(
        w, login_id=made_by, verb="make_invitation", subject_type="invitation",
        subject_id=invitation_id, about={"uses": wish.most_uses, "vouches": wish.vouches},
    )  # fmt: skip
    return w.session.get_one(Invitation, invitation_id), code


def _check(r: Reading, wish: Wish) -> None:
    faults = {}
    if not 1 <= wish.most_uses <= MOST_USES:
        faults["most_uses"] = say("must be between %(least)s and %(most)s", least=1, most=MOST_USES)
    if not timedelta(0) < wish.lasts <= timedelta(days=MOST_DAYS):
        faults["days"] = say("must be between %(least)s and %(most)s", least=1, most=MOST_DAYS)
    if len(wish.note) > MOST_NOTE:
        faults["note"] = say("is too long (at most %(most)s)", most=MOST_NOTE)
    if wish.language is not None and wish.language not in r.site.languages:
        faults["language"] = say("is not included in the list")
    if faults:
        raise Invalid(details={name: [("ERR_INVALID", said)] for name, said in faults.items()})


def invitation_by_code(r: Reading, text: str) -> Invitation:
    """Return the invitation of a code that can be used now. Raises NoWayIn with the reason."""
    code = clean_code(text)
    if code is None:
        raise NoWayIn(Refusal.UNKNOWN)
    found = r.session.scalar(select(Invitation).where(Invitation.code_index == _index(r, code)))
    if found is None:
        raise NoWayIn(Refusal.UNKNOWN)
    refusal = refusal_of(r, found)
    if refusal is not None:
        raise NoWayIn(refusal)
    return found


def invitation_by_id(r: Reading, invitation_id: int) -> Invitation:
    """Return an invitation that can be used now. Raises NoWayIn with the reason."""
    found = r.session.get(Invitation, invitation_id)
    if found is None:
        raise NoWayIn(Refusal.UNKNOWN)
    refusal = refusal_of(r, found)
    if refusal is not None:
        raise NoWayIn(refusal)
    return found


def refusal_of(r: Reading, invitation: Invitation) -> Refusal | None:
    """Return why an invitation cannot be used now, or None."""
    if invitation.revoked_at is not None:
        return Refusal.REVOKED
    if invitation.uses >= invitation.most_uses:
        return Refusal.USED
    return Refusal.EXPIRED if invitation.expires_at <= r.now else None


def use_invitation(w: Work, invitation_id: int) -> None:
    """Count one use, at the very moment somebody joins. Raises NoWayIn when there is none left."""
    used = w.session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.uses < Invitation.most_uses,
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > w.now,
        )
        .values(uses=Invitation.uses + 1)
        .execution_options(synchronize_session=False)
    )
    if rows_changed(used) != 1:
        known = w.session.get(Invitation, invitation_id, populate_existing=True)
        raise NoWayIn((known and refusal_of(w, known)) or Refusal.UNKNOWN)


def revoke_invitation(w: Work, invitation_id: int, *, login_id: int | None, whole: bool) -> None:
    """Make a code worthless. Coaches can do it to their own only, `whole` means everybody's.

    Raises NotFound.
    """
    invitation = own_invitation(w, invitation_id, login_id=login_id, whole=whole)
    if invitation.revoked_at is None:
        invitation.revoked_at = w.now
        record(
            w, login_id=login_id, verb="revoke_invitation", subject_type="invitation",
            subject_id=invitation_id,
        )  # fmt: skip


def own_invitation(
    r: Reading, invitation_id: int, *, login_id: int | None, whole: bool
) -> Invitation:
    """Return an invitation that somebody of the staff may see. Raises NotFound."""
    invitation = r.session.get(Invitation, invitation_id)
    if invitation is None or not (whole or invitation.made_by == login_id):
        raise NotFound
    return invitation


def code_of(r: Reading, invitation: Invitation) -> str:
    """Return the code of an invitation, opened; for the staff who hand it out."""
    key = WrappedKey(invitation.wrapped_key)
    return r.vault.open(key, invitation.code_sealed, _about(invitation.id)).decode()


@dataclass(frozen=True, slots=True)
class Listed:
    """An invitation as the staff see it."""

    invitation: Invitation
    code: str
    refusal: Refusal | None


def invitations(r: Reading, *, login_id: int | None, whole: bool) -> Sequence[Listed]:
    """Return the latest invitations, those that can be used first, then the newest."""
    wanted = select(Invitation).order_by(Invitation.id.desc()).limit(200)
    if not whole:
        wanted = wanted.where(Invitation.made_by == login_id)
    rows = [Listed(one, code_of(r, one), refusal_of(r, one)) for one in r.session.scalars(wanted)]
    return sorted(rows, key=lambda one: one.refusal is not None)


def forget_ended(w: Work) -> None:
    """Delete what ended 90 days ago."""
    before = w.now - ENDED_INVITATION_KEPT
    w.session.execute(
        delete(Invitation).where(
            or_(Invitation.expires_at < before, Invitation.revoked_at < before)
        )
    )


def _index(r: Reading, code: str) -> str:
    return r.vault.blind_index(f"invitation {code}")


def _about(invitation_id: int) -> str:
    return f"code of invitation {invitation_id}"
