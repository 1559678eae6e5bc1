"""Authenticator apps: a shared seed and the half-minute make a code of six digits (RFC 6238).

A code is taken once: the half-minute it belongs to is remembered. The half-minutes just before and
after count too, for clocks that are a little off.
"""

import hmac
import re
from dataclasses import dataclass
from typing import Final

import pyotp
import segno
from sqlalchemy import delete, update

from server.access.model import Login
from server.access.names import email_of, name_of
from server.access.signing_in.model import Authenticator
from server.people.writing import rows_changed
from server.platform.errors import Conflict
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work

_SECONDS: Final = 30
_AWAY: Final = (0, -1, 1)
_CODE: Final = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Setup:
    """What somebody scans or copies into their app; shown on one page and kept sealed."""

    seed: str
    address: str

    @property
    def spelled(self) -> str:
        """The seed in groups of four, to be typed."""
        return " ".join(self.seed[at : at + 4] for at in range(0, len(self.seed), 4))

    @property
    def picture(self) -> str:
        """The QR code as SVG for a page, in black on white whatever the colours around."""
        code = segno.make(self.address, error="m")
        drawn: str = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
        return drawn


def has_authenticator(r: Reading, login_id: int) -> bool:
    """Tell whether a login has an app that it confirmed."""
    row = r.session.get(Authenticator, login_id)
    return row is not None and row.confirmed_at is not None


def begin_setup(w: Work, login_id: int) -> Setup:
    """Return the seed of an app to be confirmed: a new one, or the one begun before.

    Raises Conflict when the login has an app already.
    """
    login = w.session.get_one(Login, login_id)
    row = w.session.get(Authenticator, login_id)
    if row is not None and row.confirmed_at is not None:
        raise Conflict
    if row is None:
        sealed = w.vault.seal(_key(login), pyotp.random_base32().encode(), _about(login_id))
        row = Authenticator(
            login_id=login_id, seed_sealed=sealed, last_step=0, created_at=w.now, confirmed_at=None
        )
        w.session.add(row)
        w.session.flush()
    seed = _seed(w, login, row)
    called = email_of(w, login) or name_of(w, login) or ""
    address = pyotp.TOTP(seed).provisioning_uri(name=called, issuer_name=w.site.name)
    return Setup(seed, address)


def confirm_setup(w: Work, login_id: int, code: str) -> bool:
    """Confirm an app by its first code; tell whether it was right."""
    row = w.session.get(Authenticator, login_id)
    if row is None or row.confirmed_at is not None or not _use(w, row, code):
        return False
    row.confirmed_at = w.now
    w.session.flush()
    return True


def use_code(w: Work, login_id: int, code: str) -> bool:
    """Tell whether a code of a confirmed app is right, and let it count no second time."""
    row = w.session.get(Authenticator, login_id)
    return row is not None and row.confirmed_at is not None and _use(w, row, code)


def remove_authenticator(w: Work, login_id: int) -> None:
    """Forget the app of a login."""
    w.session.execute(delete(Authenticator).where(Authenticator.login_id == login_id))
    w.session.expire_all()


def _use(w: Work, row: Authenticator, typed: str) -> bool:
    code = "".join(typed.split())
    if not _CODE.fullmatch(code):
        return False
    totp = pyotp.TOTP(_seed(w, w.session.get_one(Login, row.login_id), row))
    now = int(w.now.timestamp()) // _SECONDS
    right = [step for step in (now + away for away in _AWAY) if _is_code(totp, step, code)]
    if not right:
        return False
    used = w.session.execute(
        update(Authenticator)
        .where(Authenticator.login_id == row.login_id, Authenticator.last_step < max(right))
        .values(last_step=max(right))
    )
    return rows_changed(used) > 0


def _is_code(totp: pyotp.TOTP, step: int, code: str) -> bool:
    return hmac.compare_digest(totp.at(step * _SECONDS), code)


def _seed(r: Reading, login: Login, row: Authenticator) -> str:
    return r.vault.open(_key(login), row.seed_sealed, _about(login.id)).decode()


def _key(login: Login) -> WrappedKey:
    return WrappedKey(login.wrapped_key)


def _about(login_id: int) -> str:
    return f"authenticator of login {login_id}"
