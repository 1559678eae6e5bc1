"""Drafts of the wizard: sealed answers that one browser, or a code to go on, leads to."""

import dataclasses
import json
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, select

from server.access.model import Login, LoginPerson
from server.access.rules import fingerprint
from server.joining.model import Application, JoinDraft
from server.joining.rules import DRAFT_KEPT, clean_code, new_code
from server.people.writing import rows_changed
from server.platform.errors import Conflict
from server.platform.i18n import say
from server.platform.secrets import SecretsError, WrappedKey
from server.platform.work import Reading, Work

COOKIE: Final = "meshwork_join"
_MOST_COOKIE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What has been filled in so far; everything is JSON."""

    language: str
    coach_language: str | None = None
    invitation_id: int | None = None
    kind: str | None = None
    old_enough: bool = False
    handle: str | None = None
    name: str = ""
    named: bool = False
    email: str | None = None
    sign_in_name: str | None = None
    password_hash: str | None = None
    mailed_code: str | None = None
    tries: int = 0
    confirmed: bool = False
    decided: bool = False
    agreed: tuple[str, ...] = ()
    # Version and fingerprint of every text that was read, by the name of its purpose.
    read: tuple[tuple[str, int, str], ...] = ()
    application: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with its answers open."""

    row: JoinDraft
    answers: Answers


class DraftGone(Conflict):
    """The draft was finished, deleted or taken to another browser."""

    text = say("This was finished or begun anew somewhere else.")


def begin_draft(w: Work, answers: Answers) -> str:
    """Begin a draft and return the secret of its browser, which is kept nowhere."""
    browser = secrets.token_urlsafe(32)
    key = w.vault.new_key()
    draft = JoinDraft(
        id=w.new_id(),
        browser_hash=fingerprint(browser),
        wrapped_key=key.sealed,
        sealed=b"",
        begun_at=w.now,
        expires_at=w.now + DRAFT_KEPT,
    )
    _seal(w, draft, answers)
    w.session.add(draft)
    w.session.flush()
    return browser


def draft_of(r: Reading, browser: str | None) -> Draft | None:
    """Return the draft of a browser; None for none, an old one, or one that was tampered with."""
    if not browser or len(browser) > _MOST_COOKIE:
        return None
    row = r.session.scalar(
        select(JoinDraft).where(
            JoinDraft.browser_hash == fingerprint(browser), JoinDraft.expires_at > r.now
        )
    )
    return None if row is None else _open(r, row)


def save_answers(w: Work, draft_id: int, /, **changes: Any) -> Answers:  # noqa: ANN401 - of Answers
    """Change some answers and keep the draft for another 14 days. Raises DraftGone."""
    row = w.session.get(JoinDraft, draft_id)
    known = _open(w, row) if row is not None else None
    if row is None or known is None:
        raise DraftGone
    answers = dataclasses.replace(known.answers, **changes)
    _seal(w, row, answers)
    row.expires_at = w.now + DRAFT_KEPT
    w.session.flush()
    return answers


def code_to_go_on(w: Work, draft_id: int) -> str:
    """Return a fresh code that leads to a draft from any browser; codes before end.

    Raises DraftGone.
    """
    row = w.session.get(JoinDraft, draft_id)
    if row is None:
        raise DraftGone
    code = new_code()
    row.code_index = _index(w, code)
    w.session.flush()
    return code


def go_on(w: Work, text: str) -> str | None:
    """Take a draft to this browser: return its new secret, or None when no code fits.

    The code is used up and the other browser loses the draft.
    """
    code = clean_code(text)
    if code is None:
        return None
    row = w.session.scalar(
        select(JoinDraft).where(
            JoinDraft.code_index == _index(w, code), JoinDraft.expires_at > w.now
        )
    )
    if row is None:
        return None
    browser = secrets.token_urlsafe(32)
    row.browser_hash, row.code_index = fingerprint(browser), None
    w.session.flush()
    return browser


def take_draft(w: Work, draft_id: int) -> Draft:
    """Return a draft and delete it: whoever comes second finds none. Raises DraftGone."""
    row = w.session.get(JoinDraft, draft_id)
    draft = _open(w, row) if row is not None else None
    if draft is None:
        raise DraftGone
    w.session.expunge(draft.row)
    taken = w.session.execute(delete(JoinDraft).where(JoinDraft.id == draft_id))
    if rows_changed(taken) != 1:
        raise DraftGone
    return draft


def drop_draft(w: Work, draft_id: int) -> None:
    """Delete a draft that somebody does not want any more, with the login that waited."""
    row = w.session.get(JoinDraft, draft_id)
    if row is not None:
        waiting = row.login_id
        w.session.delete(row)
        w.session.flush()
        forget_waiting(w, waiting)


def forget_expired(w: Work) -> None:
    """Delete drafts of which 14 days have passed."""
    for row in w.session.scalars(select(JoinDraft).where(JoinDraft.expires_at <= w.now)).all():
        drop_draft(w, row.id)


def forget_waiting(w: Work, login_id: int | None) -> None:
    """Delete a login that never came to anything: disabled, acting for nobody, asked by nobody."""
    login = w.session.get(Login, login_id) if login_id is not None else None
    if login is None or not is_waiting(w, login):
        return
    others = select(JoinDraft.id).where(JoinDraft.login_id == login.id).limit(1)
    if w.session.scalar(others) is None:
        w.session.delete(login)
        w.session.flush()


def is_waiting(r: Reading, login: Login) -> bool:
    """Tell whether a login was only made to confirm its address, and nothing has come of it."""
    if login.disabled_at is None or login.signed_in_at is not None:
        return False
    acting = select(LoginPerson.person_id).where(LoginPerson.login_id == login.id).limit(1)
    asking = select(Application.id).where(Application.login_id == login.id).limit(1)
    return r.session.scalar(acting) is None and r.session.scalar(asking) is None


def _seal(w: Work, row: JoinDraft, answers: Answers) -> None:
    text = json.dumps(dataclasses.asdict(answers)).encode()
    row.sealed = w.vault.seal(WrappedKey(row.wrapped_key), text, _about(row.id))


def _open(r: Reading, row: JoinDraft) -> Draft | None:
    try:
        text = r.vault.open(WrappedKey(row.wrapped_key), row.sealed, _about(row.id))
        said = json.loads(text)
        said["agreed"] = tuple(said.get("agreed", ()))
        said["read"] = tuple((str(n), int(v), str(f)) for n, v, f in said.get("read", ()))
        return Draft(row, Answers(**said))
    except (SecretsError, ValueError, TypeError):
        return None  # changed by other hands, or written by a version that is too old


def _index(r: Reading, code: str) -> str:
    return r.vault.blind_index(f"join draft {code}")


def _about(draft_id: int) -> str:
    return f"join draft {draft_id}"
