"""What a login is called: its e-mail address and its sign-in name, sealed, and found by marks.

Both are opened for their owner, for mail, and for owners of an organisation about their colleagues.
"""

from sqlalchemy import select

from server.access.model import Login
from server.access.rules import clean_email, clean_name
from server.platform.secrets import WrappedKey
from server.platform.work import Reading


def index_of_email(r: Reading, address: str) -> str:
    """Return the keyed mark that an address is found by."""
    return r.vault.blind_index(f"e-mail {address}")


def index_of_name(r: Reading, name: str) -> str:
    """Return the keyed mark that a sign-in name is found by."""
    return r.vault.blind_index(f"sign-in name {name}")


def seal_email(r: Reading, key: WrappedKey, login_id: int, address: str) -> bytes:
    """Return an address sealed under the key of its login."""
    return r.vault.seal(key, address.encode(), _about_email(login_id))


def seal_name(r: Reading, key: WrappedKey, login_id: int, name: str) -> bytes:
    """Return a sign-in name sealed under the key of its login."""
    return r.vault.seal(key, name.encode(), _about_name(login_id))


def email_of(r: Reading, login: Login) -> str | None:
    """Return the address of a login, opened; None when it has none."""
    if login.email_sealed is None:
        return None
    key = WrappedKey(login.wrapped_key)
    return r.vault.open(key, login.email_sealed, _about_email(login.id)).decode()


def name_of(r: Reading, login: Login) -> str | None:
    """Return the sign-in name of a login, opened; None when it has none."""
    if login.name_sealed is None:
        return None
    key = WrappedKey(login.wrapped_key)
    return r.vault.open(key, login.name_sealed, _about_name(login.id)).decode()


def login_by_email(r: Reading, email: str) -> Login | None:
    """Return the login with an address, in any spelling that means the same."""
    address = clean_email(email)
    if address is None:
        return None
    return r.session.scalar(select(Login).where(Login.email_index == index_of_email(r, address)))


def login_by_name(r: Reading, name: str) -> Login | None:
    """Return the login with a sign-in name, in any spelling that means the same."""
    called = clean_name(name)
    if called is None:
        return None
    return r.session.scalar(select(Login).where(Login.name_index == index_of_name(r, called)))


def login_called(r: Reading, text: str) -> Login | None:
    """Return the login that somebody means by an e-mail address or a sign-in name."""
    return login_by_email(r, text) if "@" in text else login_by_name(r, text)


def mark_of(r: Reading, text: str) -> str:
    """Return a mark of whatever somebody typed as their name: equal for equal logins only."""
    if "@" in text:
        return index_of_email(r, clean_email(text) or text)
    return index_of_name(r, clean_name(text) or text)


def login_by_mark(r: Reading, mark: str) -> Login | None:
    """Return the login that a mark belongs to."""
    found = select(Login).where((Login.email_index == mark) | (Login.name_index == mark))
    return r.session.scalar(found)


def _about_email(login_id: int) -> str:
    return f"e-mail of login {login_id}"


def _about_name(login_id: int) -> str:
    return f"sign-in name of login {login_id}"
