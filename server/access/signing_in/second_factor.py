"""When a second factor is asked for, whether one is right, and who has to have one."""

from typing import Final

from sqlalchemy import select

from server.access.model import LoginRole
from server.access.signing_in import authenticators, passkeys, recovery
from server.activity_log.service import record
from server.platform.choices import Choice, chosen
from server.platform.i18n import say
from server.platform.work import Reading, Work

STAFF_SECOND_FACTOR: Final = Choice(
    name="access.staff_second_factor",
    label=say("Staff need a second step to sign in"),
    help=say(
        "Everybody of the staff has to use a passkey or an authenticator app. Who has none is led "
        "to set one up before anything else."
    ),
    default=False,
)


def has_second_factor(r: Reading, login_id: int) -> bool:
    """Tell whether a login has an authenticator app or a passkey."""
    return authenticators.has_authenticator(r, login_id) or passkeys.has_passkey(r, login_id)


def must_have_second_factor(r: Reading, login_id: int) -> bool:
    """Tell whether the instance asks this login, as one of the staff, for a second factor."""
    roles = select(LoginRole.role).where(LoginRole.login_id == login_id).limit(1)
    return r.session.scalar(roles) is not None and chosen(r, STAFF_SECOND_FACTOR)


def lacks_second_factor(r: Reading, login_id: int) -> bool:
    """Tell whether a login has to set up a second factor before anything else."""
    return must_have_second_factor(r, login_id) and not has_second_factor(r, login_id)


def is_second_step_due(r: Reading, login_id: int) -> bool:
    """Tell whether a password, link or code alone does not let a login in.

    Who has an app chose so. A passkey is a way in of its own, and a second step for staff only.
    """
    if authenticators.has_authenticator(r, login_id):
        return True
    return must_have_second_factor(r, login_id) and passkeys.has_passkey(r, login_id)


def is_second_factor(w: Work, login_id: int, typed: str) -> bool:
    """Tell whether this is a code of the app or a recovery code, and use it up."""
    if authenticators.use_code(w, login_id, typed):
        return True
    if recovery.use_recovery_code(w, login_id, typed):
        record(
            w, login_id=login_id, verb="use_recovery_code", subject_type="login",
            subject_id=login_id,
        )  # fmt: skip
        return True
    return False


def remove_second_factors(w: Work, login_id: int, staff_login_id: int | None) -> None:
    """Forget the app, the passkeys and the recovery codes of somebody who lost them, as staff."""
    authenticators.remove_authenticator(w, login_id)
    passkeys.forget_passkeys(w, login_id)
    recovery.forget_recovery_codes(w, login_id)
    record(
        w, login_id=staff_login_id, verb="remove_second_factors", subject_type="login",
        subject_id=login_id,
    )  # fmt: skip
