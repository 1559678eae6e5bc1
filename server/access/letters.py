"""The mails of access: links to sign in, for a new password and for a new address, and notices.

Links are asked for by people who are not signed in. So that neither the answer nor its time tells
whether somebody has a login, the request only leaves a job with a mark of what was typed; whether
there is a login, and the mail, is the job's business.
"""

from datetime import timedelta
from typing import Final

from server.access import tickets
from server.access.mailing import mail_login
from server.access.model import Login, TicketKind
from server.access.names import login_by_mark
from server.access.rules import LINK_LASTS, NEW_EMAIL_LASTS, RESET_LASTS
from server.activity_log.service import record
from server.platform.instance import Instance
from server.platform.jobs.model import Job, JobRequest
from server.platform.jobs.runner import one_by_one
from server.platform.mail.requests import ACCOUNT
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work

SEND_LINK: Final = "access.send_link"
_LASTS: Final = {TicketKind.LINK: LINK_LASTS, TicketKind.RESET: RESET_LASTS}
_PATHS: Final = {TicketKind.LINK: "/auth/link/", TicketKind.RESET: "/auth/reset/"}


def ask_for_link(
    w: Work, kind: TicketKind, mark: str, *, browser_hash: str, going: str, is_shared: bool
) -> None:
    """Let a link be sent to whoever a mark belongs to, if to anybody."""
    payload = {
        "kind": kind.value,
        "mark": mark,
        "browser_hash": browser_hash,
        "going": going,
        "is_shared": is_shared,
    }
    w.enqueue(JobRequest(kind=SEND_LINK, payload=payload))


async def _send_link(instance: Instance, job: Job) -> None:
    await instance.work(_send, job)


def _send(w: Work, job: Job) -> None:
    login = login_by_mark(w, str(job.payload["mark"]))
    if login is None or login.disabled_at is not None or login.email_sealed is None:
        return
    kind = TicketKind(job.payload["kind"])
    secret = tickets.issue(
        w,
        kind,
        _LASTS[kind],
        login_id=login.id,
        browser_hash=job.payload["browser_hash"],
        about={"going": job.payload["going"], "is_shared": job.payload["is_shared"]},
    )
    mail_login(
        w,
        login.id,
        template=f"access/mail/{kind.value}",
        values={"link": w.site.url(_PATHS[kind] + secret), "minutes": _minutes(_LASTS[kind])},
        topic=ACCOUNT,
    )


def _minutes(lasts: timedelta) -> int:
    return int(lasts.total_seconds()) // 60


def send_confirmation(w: Work, login_id: int, address: str) -> None:
    """Send a link to a new address, which takes the place of the old one when it is followed."""
    login = w.session.get_one(Login, login_id)
    tickets.forget_tickets(w, login_id, TicketKind.NEW_EMAIL)
    sealed = w.vault.seal(WrappedKey(login.wrapped_key), address.encode(), _about(login_id))
    secret = tickets.issue(
        w, TicketKind.NEW_EMAIL, NEW_EMAIL_LASTS, login_id=login_id, sealed=sealed
    )
    mail_login(
        w,
        login_id,
        template="access/mail/new_email",
        values={"link": w.site.url("/auth/email/" + secret)},
        topic=ACCOUNT,
        address=address,
    )


def address_in(r: Reading, shown: tickets.Shown) -> str:
    """Return the new address that a ticket of `send_confirmation` holds."""
    login = r.session.get_one(Login, shown.login_id or 0)
    opened = r.vault.open(WrappedKey(login.wrapped_key), shown.sealed or b"", _about(login.id))
    return opened.decode()


def tell_owner(w: Work, login_id: int, what: str, *, address: str | None = None) -> None:
    """Tell a login by mail, and the log, that something of its sign-in was changed.

    `what` is a word that the template knows: `password`, `email`, `passkey`, `second_factor`,
    `second_factor_off`, `recovery_codes`. With an address it goes there: to the old one.
    """
    record(w, login_id=login_id, verb=f"change_{what}", subject_type="login", subject_id=login_id)
    mail_login(
        w,
        login_id,
        template="access/mail/changed",
        values={"what": what, "link": w.site.url("/settings/sign_in")},
        topic=ACCOUNT,
        address=address,
    )


def _about(login_id: int) -> str:
    return f"new e-mail of login {login_id}"


JOB_KINDS: Final = (one_by_one(SEND_LINK, _send_link),)
