"""Confirming an e-mail address before anybody joins with it.

Until somebody has joined, the address belongs to a login that is disabled and acts for nobody. An
address that is known already gets another letter, and the page says the same: strangers do not
learn who is here.
"""

import hmac

from server.access.mailing import mail_login
from server.access.names import login_by_email
from server.access.service import create_login, disable_login
from server.joining.drafts import DraftGone, forget_waiting, is_waiting, save_answers
from server.joining.model import JoinDraft
from server.joining.rules import MOST_CONFIRM_TRIES, clean_code, new_code, spaced
from server.platform.work import Work


def await_address(w: Work, draft_id: int, email: str, locale: str) -> None:
    """Send a code to an address and wait for it. Raises Invalid for what is no address."""
    row = w.session.get(JoinDraft, draft_id)
    if row is None:
        raise DraftGone
    before, code = row.login_id, new_code()
    login = login_by_email(w, email)
    if login is None:
        login = create_login(w, email=email, locale=locale)
        disable_login(w, login.id)
        w.session.flush()
    if is_waiting(w, login):
        row.login_id = login.id
        mail_login(
            w,
            login.id,
            template="joining/mail/confirm_address",
            values={"code": spaced(code)},
            topic="account",
        )
    else:
        row.login_id = None
        mail_login(w, login.id, template="joining/mail/address_known", values={}, topic="account")
    w.session.flush()
    if before != row.login_id:
        forget_waiting(w, before)
    save_answers(w, draft_id, email=email, mailed_code=code, confirmed=False, tries=0)


def confirm_address(w: Work, draft_id: int, typed: str, *, mailed: str | None, tries: int) -> bool:
    """Compare a code with the one that was sent; after some wrong ones a new letter is needed."""
    if mailed is None or tries >= MOST_CONFIRM_TRIES:
        return False
    row = w.session.get(JoinDraft, draft_id)
    code = clean_code(typed) or ""
    is_right = hmac.compare_digest(code.encode(), mailed.encode())
    if is_right and row is not None and row.login_id is not None:
        save_answers(w, draft_id, confirmed=True, mailed_code=None)
        return True
    save_answers(w, draft_id, tries=tries + 1)
    return False
