"""Passkeys: registering one, and knowing a login by it without any name (WebAuthn Level 3).

A challenge is a ticket: good for one answer, within minutes, for what it was made for. Origin and
relying party are those of the instance's own address. What a browser sends is data of a stranger
until the library has checked all of it.
"""

import logging
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import delete, func, select, update

from server.access import tickets
from server.access.model import Login, TicketKind
from server.access.names import email_of, name_of
from server.access.rules import CHALLENGE_LASTS, fingerprint
from server.access.signing_in.model import Passkey
from server.people.writing import insert_once, rows_changed
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Site, Work

# The library tells the ids of credentials at level INFO; logs of ours name nobody.
logging.getLogger("fido2").setLevel(logging.WARNING)

MOST_PASSKEYS: Final = 20
_REGISTER: Final = "register"
_SIGN_IN: Final = "sign_in"
_MOST_NAME: Final = 60
_PREFERRED: Final = UserVerificationRequirement.PREFERRED
# What the library raises for bytes, JSON or keys that are not what they should be.
_MALFORMED: Final = (
    ValueError, KeyError, TypeError, IndexError, AttributeError, AssertionError, OverflowError,
    RuntimeError, struct.error, UnsupportedAlgorithm,
)  # fmt: skip


class PasskeyRefused(Invalid):
    """The passkey is not known here, or what the browser sent does not prove it."""

    code = "passkey_refused"
    text = say("This passkey did not work here. Try again, or sign in another way.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey that was shown: whose it is, and whether the device checked who holds it."""

    login_id: int
    is_verified: bool


def has_passkey(r: Reading, login_id: int) -> bool:
    """Tell whether a login has a passkey."""
    found = select(Passkey.id).where(Passkey.login_id == login_id).limit(1)
    return r.session.scalar(found) is not None


def passkeys_of(r: Reading, login_id: int) -> list[Passkey]:
    """Return the passkeys of a login, the oldest first."""
    found = select(Passkey).where(Passkey.login_id == login_id).order_by(Passkey.id)
    return list(r.session.scalars(found))


def offer_registration(w: Work, login_id: int) -> dict[str, Any]:
    """Return what a browser needs to make a passkey for a login (creation options as JSON)."""
    login = w.session.get_one(Login, login_id)
    called = email_of(w, login) or name_of(w, login) or w.site.name
    options, _ = _server(w.site).register_begin(
        PublicKeyCredentialUserEntity(id=_handle(w, login_id), name=called, display_name=called),
        [AttestedCredentialData(one.credential) for one in passkeys_of(w, login_id)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_PREFERRED,
    )
    asked: dict[str, Any] = dict(dict(options)["publicKey"])
    _remember(w, asked["challenge"], _REGISTER, login_id)
    return asked


def keep_passkey(w: Work, login_id: int, answer: Mapping[str, Any], name: str) -> Passkey:
    """Keep the passkey that a browser made. Raises PasskeyRefused, Invalid for too many."""
    counted = select(func.count()).where(Passkey.login_id == login_id)
    if (w.session.scalar(counted) or 0) >= MOST_PASSKEYS:
        raise Invalid(say("You have as many passkeys as you can have. Delete one first."))
    server = _server(w.site)
    try:
        read = RegistrationResponse.from_dict(answer)
        challenge = websafe_encode(read.response.client_data.challenge)
        _take(w, challenge, _REGISTER, login_id)
        made = server.register_complete(_state(challenge), read)
        credential = made.credential_data
        is_sound = credential is not None and _is_supported(server, credential)
    except _MALFORMED as wrong:
        raise PasskeyRefused from wrong
    if credential is None or not is_sound:
        raise PasskeyRefused
    passkey_id = w.new_id()
    kept = insert_once(
        w.session,
        Passkey,
        {
            "id": passkey_id,
            "login_id": login_id,
            "credential_hash": _hash(credential.credential_id),
            "credential": bytes(credential),
            "sign_count": made.counter,
            "name": " ".join(name.split())[:_MOST_NAME] or "Passkey",
            "created_at": w.now,
        },
    )
    if not kept:
        raise PasskeyRefused
    return w.session.get_one(Passkey, passkey_id)


def offer_sign_in(w: Work) -> dict[str, Any]:
    """Return what a browser needs to show a passkey of anybody (request options as JSON)."""
    options, _ = _server(w.site).authenticate_begin(None, user_verification=_PREFERRED)
    asked: dict[str, Any] = dict(dict(options)["publicKey"])
    _remember(w, asked["challenge"], _SIGN_IN, None)
    return asked


def read_shown(w: Work, answer: Mapping[str, Any]) -> Shown:
    """Return whose passkey a browser showed. Raises PasskeyRefused.

    A counter that does not grow tells of a copy of the key (WebAuthn §7.2, step 22).
    """
    try:
        read = AuthenticationResponse.from_dict(answer)
        challenge = websafe_encode(read.response.client_data.challenge)
        _take(w, challenge, _SIGN_IN, None)
        row = w.session.scalar(select(Passkey).where(Passkey.credential_hash == _hash(read.raw_id)))
        if row is None or read.response.user_handle not in {None, _handle(w, row.login_id)}:
            raise PasskeyRefused
        known = AttestedCredentialData(row.credential)
        _server(w.site).authenticate_complete(_state(challenge), [known], read)
        told = read.response.authenticator_data
    except _MALFORMED as wrong:
        raise PasskeyRefused from wrong
    login = w.session.get_one(Login, row.login_id)
    if login.disabled_at is not None or not _has_counted(w, row.id, told.counter):
        raise PasskeyRefused
    return Shown(row.login_id, is_verified=told.is_user_verified())


def _has_counted(w: Work, passkey_id: int, counter: int) -> bool:
    grown = update(Passkey).where(Passkey.id == passkey_id)
    if counter:
        grown = grown.where(Passkey.sign_count < counter)
    else:
        grown = grown.where(Passkey.sign_count == 0)  # synced passkeys do not count
    return rows_changed(w.session.execute(grown.values(sign_count=counter, used_at=w.now))) > 0


def delete_passkey(w: Work, login_id: int, passkey_id: int) -> None:
    """Delete a passkey of a login. Raises NotFound when it is none of theirs."""
    gone = w.session.execute(
        delete(Passkey).where(Passkey.id == passkey_id, Passkey.login_id == login_id)
    )
    if not rows_changed(gone):
        raise NotFound


def forget_passkeys(w: Work, login_id: int) -> None:
    """Delete every passkey of a login."""
    w.session.execute(delete(Passkey).where(Passkey.login_id == login_id))


def _server(site: Site) -> Fido2Server:
    parts = urlsplit(site.base_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    party = PublicKeyCredentialRpEntity(name=site.name, id=parts.hostname or "")
    return Fido2Server(party, verify_origin=lambda said: said == origin)


def _is_supported(server: Fido2Server, credential: AttestedCredentialData) -> bool:
    offered = {one.alg for one in server.allowed_algorithms}
    return credential.public_key.get(3) in offered


def _handle(r: Reading, login_id: int) -> bytes:
    """Return the user handle: the same for a login, and nothing to anybody else (§14.6.1)."""
    return bytes.fromhex(r.vault.mark("passkey user", str(login_id)))


def _state(challenge: str) -> dict[str, Any]:
    return {"challenge": challenge, "user_verification": _PREFERRED}


def _remember(w: Work, challenge: str, purpose: str, login_id: int | None) -> None:
    tickets.issue(
        w,
        TicketKind.CHALLENGE,
        CHALLENGE_LASTS,
        secret=challenge,
        login_id=login_id,
        about={"for": purpose},
    )


def _take(w: Work, challenge: str, purpose: str, login_id: int | None) -> None:
    taken = tickets.take(w, TicketKind.CHALLENGE, challenge)
    if taken is None or taken.about.get("for") != purpose or taken.login_id != login_id:
        raise PasskeyRefused


def _hash(credential_id: bytes) -> str:
    return fingerprint(websafe_encode(credential_id))
