"""Sealing what people keep private: one data key per person, wrapped by the instance key.

Whatever a room stores sealed under a person's key is readable by nobody who has the database or a
backup alone, and by nobody at all once the person is gone: the key goes with them, which ends
every copy of what was sealed (GDPR art. 17 and 32). Who may read what was opened is decided by the
room that opens it, not here.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, delete, select

from server.people.model import PersonKey
from server.people.writing import insert_once
from server.platform.secrets import SecretsError, Vault, WrappedKey
from server.platform.work import Reading, Work


def seal_for(w: Work, person_id: int, text: bytes, about: str) -> bytes:
    """Return a text sealed under the key of somebody here, which is made on first use.

    `about` names what the text is ("answer work_permission") and must be given again to open it;
    the person's number is bound in as well, so that no sealed text can be passed off as another's.
    """
    return w.vault.seal(_key_made_of(w, person_id), text, _about(person_id, about))


def open_for(r: Reading, person_id: int, sealed: bytes, about: str) -> bytes:
    """Return what was sealed under somebody's key.

    Raises SecretsError when the key was destroyed, or when it is not what was sealed for this.
    """
    key = _key_of(r, person_id)
    if key is None:
        raise SecretsError("there is no key: nothing was sealed, or it was destroyed")
    return r.vault.open(key, sealed, _about(person_id, about))


def keys_of(r: Reading, whose: ColumnElement[bool]) -> Mapping[int, WrappedKey]:
    """Return the wrapped keys of many people in one question, to open much of theirs at once."""
    rows = r.session.execute(select(PersonKey.person_id, PersonKey.wrapped_key).where(whose))
    return {person_id: WrappedKey(key) for person_id, key in rows}


def open_all(
    vault: Vault, key: WrappedKey, person_id: int, sealed: Iterable[tuple[bytes, str]]
) -> list[bytes]:
    """Return what was sealed under somebody's key, each with what it is, the key unwrapped once.

    Raises SecretsError as `open_for`.
    """
    return vault.open_all(key, ((text, _about(person_id, about)) for text, about in sealed))


def has_key(r: Reading, person_id: int) -> bool:
    """Tell whether somebody has a key, so whether anything sealed of theirs can be read."""
    return _key_of(r, person_id) is not None


def destroy_key(w: Work, person_id: int) -> None:
    """Destroy somebody's key for good; nothing sealed under it can be opened any more."""
    w.session.execute(delete(PersonKey).where(PersonKey.person_id == person_id))


def _key_made_of(w: Work, person_id: int) -> WrappedKey:
    known = _key_of(w, person_id)
    if known is not None:
        return known
    fresh = w.vault.new_key()
    insert_once(
        w.session,
        PersonKey,
        {"person_id": person_id, "wrapped_key": fresh.sealed, "created_at": w.now},
    )
    # Another transaction may have been first; then its key is the one.
    return _key_of(w, person_id) or fresh


def _key_of(r: Reading, person_id: int) -> WrappedKey | None:
    row = r.session.get(PersonKey, person_id)
    return None if row is None else WrappedKey(row.wrapped_key)


def _about(person_id: int, about: str) -> str:
    return f"{about} of person {person_id}"
