"""Ending mails: by one click without signing in, by the page, and never those of the account."""

from typing import Any

from server.access import mailing
from server.access.mailing import ending_token, mail_login, read_ending_token, refused_topics
from server.platform.instance import Instance
from server.platform.jobs.model import JobRow
from server.platform.mail.rules import Way, way_of
from server.platform.work import Reading, Work
from tests.server.access.conftest import Browser
from tests.support.people import PASSWORD, make_login

TEMPLATE = "notifications/mail/summary"


async def queued(instance: Instance) -> int:
    def count(r: Reading) -> int:
        return r.session.query(JobRow).filter(JobRow.kind == "mail.login").count()

    return await instance.read(count)


async def ask(instance: Instance, login_id: int, topic: str) -> int:
    """Ask for a mail and return how many wait then."""

    def unit(w: Work) -> None:
        mail_login(w, login_id, template=TEMPLATE, values={}, topic=topic)

    await instance.work(unit)
    return await queued(instance)


async def test_the_page_behind_the_link_ends_one_topic_and_takes_it_back(
    instance: Instance, browser: Browser
):
    login = await make_login(instance)
    path = f"/mail/stop/{ending_token(instance.vault, login.id, 'digest')}"

    shown = await browser.get(path)
    assert shown.status == 200
    assert await instance.read(refused_topics, login.id) == frozenset()  # looking ends nothing
    ended = await browser.post(path)
    assert ended.status == 303
    assert await instance.read(refused_topics, login.id) == {"digest"}
    assert await ask(instance, login.id, "digest") == 0
    assert await ask(instance, login.id, "account") == 1
    await browser.get(path)
    assert "again" in browser.inputs()
    await browser.post(path)
    assert await instance.read(refused_topics, login.id) == frozenset()


async def test_a_mail_program_ends_it_with_one_post_of_its_own(instance: Instance, client: Any):
    login = await make_login(instance)
    path = f"/mail/stop/{ending_token(instance.vault, login.id, 'alerts')}"
    for _ in range(2):
        answer = await client.post(
            path, data="List-Unsubscribe=One-Click",
            headers={"Content-Type": "application/x-www-form-urlencoded"}, allow_redirects=False,
        )  # fmt: skip
        assert answer.status == 200
    assert await instance.read(refused_topics, login.id) == {"alerts"}


async def test_a_link_we_did_not_write_leads_nowhere(instance: Instance, client: Any):
    login = await make_login(instance)
    good = ending_token(instance.vault, login.id, "digest")
    for token in (
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        good.replace("digest", "alerts"),
        good.replace(str(login.id), str(login.id + 1)),
        "nonsense",
        "1.digest.",
        f"{login.id}.digest.é",
    ):
        for method in ("GET", "POST"):
            answer = await client.request(method, f"/mail/stop/{token}")
            assert answer.status == 404, token
    assert await instance.read(refused_topics, login.id) == frozenset()
    assert read_ending_token(instance.vault, good) == (login.id, "digest")


async def test_mails_about_the_account_cannot_be_ended(instance: Instance, client: Any):
    login = await make_login(instance)
    token = ending_token(instance.vault, login.id, "account")
    await client.post(f"/mail/stop/{token}", data={"List-Unsubscribe": "One-Click"})
    assert await ask(instance, login.id, "account") == 1


async def test_who_refuses_between_asking_and_sending_gets_nothing(instance: Instance):
    login = await make_login(instance)
    assert await ask(instance, login.id, "digest") == 1
    await instance.work(mailing.refuse_topic, login.id, "digest")
    await instance.jobs.run_until_empty()
    assert await queued(instance) == 0


async def test_the_switches_of_one_s_own_mails(instance: Instance, browser: Browser):
    assert (await browser.get("/settings/mail")).status in {302, 303}
    login = await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    assert (await browser.get("/settings/mail")).status == 200
    answer = await browser.post("/settings/mail", **{"topics[]": "digest"})
    assert answer.status == 303
    assert await instance.read(refused_topics, login.id) == set(mailing.TOPICS) - {"digest"}
    refused = await browser.client.post("/settings/mail", allow_redirects=False)
    assert refused.status == 401


async def test_the_mails_of_an_instance_elsewhere_are_not_shown(instance: Instance, client: Any):
    assert way_of(instance.settings) is Way.NONE
    for path in ("/dev/mail", "/dev/mail/1.ab", "/dev/mail/1.ab/html"):
        assert (await client.get(path)).status == 404
