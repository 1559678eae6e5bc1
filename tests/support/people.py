"""Makers of people for tests, here and elsewhere, with their logins and tokens.

They go through the services, never through raw rows. Keys are made once for all people of a test
run: making an RSA key takes longer than most tests.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from argon2 import PasswordHasher

from activitypub.discovery.handles import Handle
from activitypub.documents.actor import read_actor
from activitypub.signatures.keys import public_pem
from server.access.model import Login, StaffRole
from server.access.oauth.tokens import create_token
from server.access.service import create_login, grant_person, mark_email_confirmed
from server.federation.actors import store_remote_actor
from server.federation.keys import NewKeys, new_keys
from server.federation.model import Reach
from server.people.cards import PersonRow
from server.people.model import Person, PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.service import create_person
from server.platform.instance import Instance
from server.platform.work import Work

PASSWORD = "correct horse battery staple"


@cache
def shared_keys() -> NewKeys:
    """Return the keys that all people of a test run share."""
    return new_keys()


@cache
def quick_hash(password: str = PASSWORD) -> str:
    """Return a hash that is cheap to check; sign-in renews it, as with any weak one."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)


async def make_person(
    instance: Instance,
    handle: str | None = "ann",
    kind: PersonKind = PersonKind.EMPLOYER,
    reach: Reach | None = Reach.FEDIVERSE,
    display_name: str = "",
) -> Person:
    """Make somebody of this instance."""
    return await instance.work(
        create_person,
        handle=handle,
        kind=kind,
        keys=shared_keys(),
        display_name=display_name,
        reach=reach,
    )


async def make_remote(
    instance: Instance,
    handle: str = "rob",
    host: str = "far.example",
    **said: Any,
) -> Person:
    """Make somebody elsewhere as if their document had been fetched; `said` replaces its parts."""
    document = remote_document(handle, host, **said)

    def unit(w: Work) -> Person:
        actor = store_remote_actor(w, read_actor(document), handle=Handle(handle, host))
        return w.session.get_one(Person, actor.id)

    return await instance.work(unit)


def remote_document(handle: str, host: str, **said: Any) -> Mapping[str, Any]:
    """Return the actor document of somebody elsewhere; None takes a part away."""
    uri = f"https://{host}/users/{handle}"
    document = {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": uri,
        "type": "Person",
        "preferredUsername": handle,
        "name": handle.title(),
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "url": f"https://{host}/@{handle}",
        "endpoints": {"sharedInbox": f"https://{host}/inbox"},
        "publicKey": {
            "id": f"{uri}#main-key",
            "owner": uri,
            "publicKeyPem": public_pem(shared_keys().rsa.public_key()),
        },
        **said,
    }
    return {name: value for name, value in document.items() if value is not None}


async def make_login(
    instance: Instance,
    person_ids: Sequence[int] = (),
    email: str = "ann@ours.example",
    password: str = PASSWORD,
    roles: Sequence[StaffRole] = (),
) -> Login:
    """Make a login that acts for these people."""

    def unit(w: Work) -> Login:
        login = create_login(w, email=email, password_hash=quick_hash(password), roles=roles)
        mark_email_confirmed(w, login.id)
        for person_id in person_ids:
            grant_person(w, login.id, person_id)
        return login

    return await instance.work(unit)


async def make_token(
    instance: Instance,
    person_id: int,
    scopes: str = "read write follow push",
    login_id: int | None = None,
) -> str:
    """Make an access token for somebody and return its secret."""
    return await instance.work(create_token, person_id, login_id, scopes, "tests")


async def card(instance: Instance, person_id: int) -> PersonRow:
    """Return somebody as they are now, whoever may see them."""
    return await instance.read(person_of, HOUSE, person_id)
