"""What access holds about a person, to be given out and to be erased (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from server.access.model import Login, LoginPerson, PageSession
from server.access.names import email_of, name_of
from server.access.queries import permissions_of
from server.access.service import OWNER, forget_person
from server.access.signing_in.authenticators import has_authenticator
from server.access.signing_in.passkeys import passkeys_of
from server.platform.feature import PersonalData
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the owners' addresses, the open sessions and the applications of somebody.

    Addresses of colleagues who are only editors are theirs (art. 15(4)). Fingerprints of tokens
    and passwords are no information about anybody and stay here.
    """
    owners = r.session.scalars(
        select(Login)
        .join(LoginPerson, LoginPerson.login_id == Login.id)
        .where(LoginPerson.person_id == person_id, LoginPerson.role == OWNER)
        .order_by(Login.id)
    )
    sessions = r.session.scalars(
        select(PageSession).where(PageSession.person_id == person_id).order_by(PageSession.id)
    )
    return {
        "logins": [
            {
                "email": email_of(r, login),
                "sign_in_name": name_of(r, login),
                "language": login.locale,
                "created_at": login.created_at.isoformat(),
                "signed_in_at": login.signed_in_at.isoformat() if login.signed_in_at else None,
                "has_authenticator": has_authenticator(r, login.id),
                "passkeys": [
                    {"name": one.name, "created_at": one.created_at.isoformat()}
                    for one in passkeys_of(r, login.id)
                ],
            }
            for login in owners
        ],
        "sessions": [
            {
                "created_at": session.created_at.isoformat(),
                "expires_at": session.expires_at.isoformat(),
                "browser": session.browser,
                "is_shared_device": session.is_shared,
            }
            for session in sessions
        ],
        "applications": [
            {
                "name": one.app_name,
                "website": one.website,
                "scopes": list(one.scopes),
                "created_at": one.created_at.isoformat(),
                "used_at": one.used_at.isoformat(),
            }
            for one in permissions_of(r, person_id)
        ],
    }


def erase(w: Work, person_id: int) -> None:
    """Delete every right to act for somebody, and the logins that are left with none."""
    forget_person(w, person_id)


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
