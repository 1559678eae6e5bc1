"""Mails over SMTP to a real server: TLS, sign-in, failures that pass and failures that stay."""

import asyncio
import dataclasses
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from server.access.mailing import mail_login
from server.access.service import create_login
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.platform.jobs.model import DEAD, JobRow
from server.platform.mail.letters import Envelope, Letter, message_of
from server.platform.mail.queries import mail_state
from server.platform.mail.rules import Address
from server.platform.mail.sending import Mailer, mailer_of
from server.platform.work import Reading, Work
from server.settings import MailSettings
from tests.support.mail_server import mail_server
from tests.support.people import quick_hash
from tests.support.tls import Authority


async def ask(instance: Instance, email: str = "ann@far.example", locale: str = "en") -> int:
    """Make a login and ask for a mail to it."""

    def unit(w: Work) -> int:
        login = create_login(w, email=email, password_hash=quick_hash(), locale=locale)
        values = {"link": w.site.url("/auth/link/x"), "minutes": 15}
        mail_login(w, login.id, template="access/mail/link", values=values, topic="account")
        return login.id

    return await instance.work(unit)


def lead(instance: Instance, settings: MailSettings) -> None:
    """Send the mails of an instance there."""
    instance.settings = dataclasses.replace(instance.settings, mail=settings)


async def run(instance: Instance) -> None:
    await instance.jobs.run_until_empty()


def pass_by(instance: Instance, by: timedelta) -> None:
    assert isinstance(instance.clock, SetClock)
    instance.clock.move(by)


async def jobs(instance: Instance) -> list[tuple[str, str | None]]:
    def read(r: Reading) -> list[tuple[str, str | None]]:
        rows = r.session.query(JobRow).filter(JobRow.kind.like("mail.%")).all()
        return [(row.state, row.last_error) for row in rows]

    return await instance.read(read)


async def test_a_mail_arrives_in_the_login_s_language_without_trace_in_the_queue(
    instance: Instance,
):
    async with mail_server() as server:
        lead(instance, server.settings)
        await ask(instance, locale="nl")

        def payloads(r: Reading) -> str:
            return repr([row.payload for row in r.session.query(JobRow).all()])

        queued = await instance.read(payloads)
        await run(instance)

    assert "ann@far.example" not in queued
    assert "/auth/link/" not in queued
    (mail,) = server.mails
    assert mail["To"] == "ann@far.example"
    assert mail["From"] == "Ours <noreply@ours.example>"
    assert mail["Content-Language"] == "nl"
    assert mail["List-Unsubscribe"] is None
    assert server.taken[0].rcpt_tos == ["ann@far.example"]
    assert await jobs(instance) == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_mails_go_over_tls_after_signing_in(
    instance: Instance, tmp_path: Path, security: str
):
    authority = Authority.made_in(tmp_path)
    tls = authority.server("localhost")
    async with mail_server(tls, security=security, signs_in=True) as server:
        lead(
            instance,
            dataclasses.replace(
                server.settings, username="ours", password="secret", ca_file=authority.file
            ),
        )
        await ask(instance)
        await run(instance)

    assert await jobs(instance) == []
    assert len(server.taken) == 1
    assert server.signed_in_as == ["ours"]
    assert server.was_tls == [True] or security == "tls"


async def test_a_server_with_a_certificate_of_nobody_gets_nothing(
    instance: Instance, tmp_path: Path
):
    authority = Authority.made_in(tmp_path)
    async with mail_server(authority.server("localhost"), security="starttls") as server:
        lead(instance, server.settings)
        await ask(instance)
        await run(instance)

    assert server.taken == []
    ((state, error),) = await jobs(instance)
    assert state != DEAD
    assert error is not None


async def test_a_server_without_starttls_gets_nothing(instance: Instance):
    async with mail_server() as server:
        lead(instance, dataclasses.replace(server.settings, security="starttls"))
        await ask(instance)
        await run(instance)
    assert server.taken == []
    assert (await jobs(instance))[0][0] != DEAD


async def test_a_wrong_password_is_tried_again_because_the_operator_mends_it(
    instance: Instance, tmp_path: Path
):
    authority = Authority.made_in(tmp_path)
    tls = authority.server("localhost")
    async with mail_server(tls, security="starttls", signs_in=True) as server:
        settings = dataclasses.replace(
            server.settings, username="ours", password="wrong", ca_file=authority.file
        )
        lead(instance, settings)
        await ask(instance)
        await run(instance)
        assert server.taken == []
        ((state, error),) = await jobs(instance)
        assert state != DEAD
        assert error == "the mail server refuses our sign-in: 535"

        instance.settings = dataclasses.replace(
            instance.settings, mail=dataclasses.replace(settings, password="secret")
        )
        instance.add_part(Mailer(instance))  # as after a restart with the right password
        pass_by(instance, timedelta(minutes=5))
        await run(instance)
    assert len(server.taken) == 1


async def test_what_fails_now_is_sent_later_once_with_the_same_message_id(instance: Instance):
    async with mail_server() as server:
        server.answers_to_data = ["451 Later", "421 Later still"]
        lead(instance, server.settings)
        await ask(instance)
        await run(instance)
        assert server.taken == []
        assert (await jobs(instance))[0][1] == "the mail server answers 451 to Data"
        pass_by(instance, timedelta(minutes=1))
        await run(instance)
        assert server.taken == []
        pass_by(instance, timedelta(minutes=10))
        await run(instance)
        pass_by(instance, timedelta(days=1))
        await run(instance)
    assert len(server.taken) == 1
    assert await jobs(instance) == []


async def test_a_copy_after_a_crash_has_the_same_message_id(instance: Instance):
    """The server took it, and we died before we could write that down."""
    async with mail_server() as server:
        lead(instance, server.settings)
        await ask(instance)
        await instance.jobs._claim()
        while not server.taken:  # sent, and nothing written
            await _breath()
        await _breath()
        instance.jobs._results.clear()
        instance.jobs._under_way.clear()
        pass_by(instance, timedelta(minutes=6))  # the lease runs out
        await run(instance)

    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert await jobs(instance) == []


async def _breath() -> None:
    await asyncio.sleep(0.05)


@pytest.mark.parametrize("where", ["answers_to_rcpt", "answers_to_data"])
async def test_a_final_refusal_is_given_up_and_counted_for_staff(instance: Instance, where: str):
    async with mail_server() as server:
        setattr(server, where, ["550 No such person: ann@far.example"])
        lead(instance, server.settings)
        await ask(instance)
        await run(instance)
        pass_by(instance, timedelta(days=1))
        await run(instance)

    assert server.taken == []
    ((state, error),) = await jobs(instance)
    assert state == DEAD
    assert error is not None
    assert "550" in error
    assert "@" not in error
    assert (await instance.read(mail_state)).given_up == 1


async def test_a_server_that_is_away_is_tried_again(instance: Instance):
    async with mail_server() as server:
        gone = server.settings
    lead(instance, gone)
    await ask(instance)
    await run(instance)
    ((state, error),) = await jobs(instance)
    assert state != DEAD
    assert error is not None
    assert (await instance.read(mail_state)).waiting == 1


async def test_without_any_server_mails_are_given_up_and_counted(instance: Instance):
    await ask(instance)
    await run(instance)
    ((state, error),) = await jobs(instance)
    assert (state, error) == (DEAD, "no mail server is set (mail.host)")


async def test_a_mail_to_a_host_with_letters_of_its_own_is_sent_in_ascii(instance: Instance):
    async with mail_server() as server:
        lead(instance, server.settings)
        await ask(instance, email="ann@bücher.example")
        await run(instance)
    assert server.taken[0].rcpt_tos == ["ann@xn--bcher-kva.example"]


async def test_a_name_in_other_letters_needs_a_server_that_takes_them(instance: Instance):
    def message() -> tuple[EmailMessage, Address, Address]:
        to = Address("用户", "far.example")
        envelope = Envelope(
            sender=Address("noreply", "ours.example"), sender_name="Ours", recipient=to,
            message_id="1@ours.example", at=instance.clock.now(),
        )  # fmt: skip
        letter = Letter(subject="x", text="x", html="x", language="en")
        return message_of(letter, envelope), envelope.sender, to

    async with mail_server() as server:
        lead(instance, server.settings)
        end = await mailer_of(instance).send(*message())
        assert type(end).__name__ == "Failed"
        assert server.taken == []
    async with mail_server(enable_SMTPUTF8=True) as server:
        lead(instance, server.settings)
        end = await Mailer(instance).send(*message())
        assert type(end).__name__ == "Done"
        assert server.taken[0].rcpt_tos == ["用户@far.example"]
