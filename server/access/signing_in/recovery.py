"""Recovery codes: ten, made at once and shown once, each good for one sign-in without the phone."""

from typing import Final

from sqlalchemy import delete, func, select

from server.access.rules import code_as_typed, fingerprint, new_code
from server.access.signing_in.model import RecoveryCode
from server.people.writing import rows_changed
from server.platform.work import Reading, Work

HOW_MANY: Final = 10
_GROUPS: Final = 4


def new_recovery_codes(w: Work, login_id: int) -> list[str]:
    """Make codes and return them, this once; older ones are worth nothing from now on."""
    forget_recovery_codes(w, login_id)
    codes = [new_code(_GROUPS) for _ in range(HOW_MANY)]
    w.session.add_all(
        RecoveryCode(code_hash=_hash(login_id, code), login_id=login_id, created_at=w.now)
        for code in codes
    )
    w.session.flush()
    return codes


def use_recovery_code(w: Work, login_id: int, typed: str) -> bool:
    """Use a code up; tell whether it was one of this login's."""
    code_hash = _hash(login_id, code_as_typed(typed))
    used = w.session.execute(
        delete(RecoveryCode).where(
            RecoveryCode.code_hash == code_hash, RecoveryCode.login_id == login_id
        )
    )
    return rows_changed(used) > 0


def recovery_codes_left(r: Reading, login_id: int) -> int:
    """Return how many codes of a login were not used yet."""
    counted = select(func.count()).where(RecoveryCode.login_id == login_id)
    return r.session.scalar(counted) or 0


def forget_recovery_codes(w: Work, login_id: int) -> None:
    """Delete the codes of a login."""
    w.session.execute(delete(RecoveryCode).where(RecoveryCode.login_id == login_id))


def _hash(login_id: int, code: str) -> str:
    return fingerprint(f"recovery {login_id} {code}")
