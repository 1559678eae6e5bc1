"""Pushes to a real receiver that decrypts them: what comes, what does not, and what ends them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.access.model import LoginPerson, PageSession
from server.access.oauth.tokens import revoke_tokens_of_person
from server.access.sessions import begin_session, end_sessions
from server.notifications.model import NotificationType, PushSubscription
from server.notifications.push.subscriptions import Holder, Wanted, subscribe
from server.notifications.service import inform, notify
from server.notifications.ways import Ways
from server.notifications.wishes import keep_wishes
from server.people.relations import follow, mute
from server.platform.clock import SetClock
from server.platform.i18n import say
from server.platform.instance import Instance
from server.platform.notices import Notice
from server.platform.work import Reading, Work
from tests.support.api import Api
from tests.support.apps import Street, served
from tests.support.instances import NOON
from tests.support.people import make_login, make_person, make_token
from tests.support.push_receiver import Receiver, receiver
from tests.support.tls import Authority

FOLLOW, MENTION = NotificationType.FOLLOW, NotificationType.MENTION


@dataclass
class Scenery:
    instance: Instance
    ann: Api
    ben: Api
    receiver: Receiver

    async def subscribe(self, **more: Any) -> Any:
        asked = {
            "subscription": {
                "endpoint": self.receiver.endpoint, "keys": self.receiver.keys,
                "standard": True, **more.pop("subscription", {}),
            },
            "data": {"alerts": {"follow": True, "mention": True}, **more},
        }  # fmt: skip
        return await self.ann.post("/api/v1/push/subscription", **asked)

    async def told(self, kind: NotificationType = FOLLOW, post_id: int = 0) -> None:
        await self.instance.work(notify, self.ann.id, kind, self.ben.id, post_id)
        await self.instance.jobs.run_until_empty()

    async def subscriptions(self) -> int:
        def count(r: Reading) -> int:
            return r.session.query(PushSubscription).count()

        return await self.instance.read(count)

    def later(self, by: timedelta) -> None:
        assert isinstance(self.instance.clock, SetClock)
        self.instance.clock.move(by)


@pytest.fixture
async def here(database_url: str, tmp_path: Path) -> AsyncIterator[Scenery]:
    authority = Authority.made_in(tmp_path)
    street = Street.of(authority, {"ours.example": "127.0.0.1", "push.example": "127.0.0.5"})
    async with (
        receiver(street) as pushed,
        served(
            database_url, tmp_path / "ours", name="ours.example", street=street,
            clock=SetClock(NOON), jobs=False,
        ) as ours,
        aiohttp.ClientSession(connector=street.connector()) as session,
    ):  # fmt: skip
        people = []
        for handle in ("ann", "ben"):
            person = await make_person(ours.instance, handle, display_name=handle.title())
            login = await make_login(ours.instance, [person.id], f"{handle}@far.example")
            token = await make_token(ours.instance, person.id, login_id=login.id)
            people.append(Api(session, ours.base, token, id=person.id, handle=handle))
        yield Scenery(ours.instance, people[0], people[1], pushed)


@pytest.mark.parametrize("standard", [True, False])
async def test_a_push_is_readable_by_its_receiver_alone_in_both_encodings(
    here: Scenery, standard: bool
):
    made = await here.subscribe(subscription={"standard": standard})
    await here.told()

    assert made["standard"] is standard
    headers, body = here.receiver.got[0]
    assert b"Ben" not in body
    assert headers["Content-Encoding"] == ("aes128gcm" if standard else "aesgcm")
    assert headers["Authorization"].startswith("vapid t=" if standard else "WebPush ")
    assert int(headers["TTL"]) > 0
    text = here.receiver.read()
    assert text["access_token"] == here.ann.token
    assert text["notification_type"] == "follow"
    assert text["title"] == "\u2068Ben\u2069 follows you now."
    assert text["body"] == ""
    assert text["preferred_locale"] == "en"
    assert text["icon"].startswith("https://ours.example/")
    (listed,) = await here.ann.get("/api/v1/notifications")
    assert str(text["notification_id"]) == listed["id"]
    proof = here.receiver.proof()
    assert proof["aud"] == "https://push.example"
    assert proof["exp"] > here.instance.clock.now().timestamp()


async def test_the_same_key_stands_everywhere_and_signs(here: Scenery):
    made = await here.subscribe()
    await here.told()
    v2 = await here.ann.get("/api/v2/instance")
    assert made["server_key"] == v2["configuration"]["vapid"]["public_key"]
    assert f"k={made['server_key']}" in here.receiver.got[0][0]["Authorization"]


async def test_a_subscription_is_shown_changed_replaced_and_ended(here: Scenery):
    path = "/api/v1/push/subscription"
    assert await here.ann.status_of("GET", path) == 404
    assert await here.ann.status_of("PUT", path, json={}) == 404
    first = await here.subscribe()
    second = await here.subscribe(policy="followed")
    assert isinstance(second["id"], int)
    assert second["id"] != first["id"]
    assert second["policy"] == "followed"
    assert second["alerts"]["mention"] is True
    assert second["alerts"]["poll"] is False
    changed = await here.ann.put(path, data={"alerts": {"mention": False, "poll": True}})
    assert changed["alerts"]["mention"] is False
    assert changed["alerts"]["poll"] is True
    assert changed["alerts"]["follow"] is True
    assert await here.ann.get(path) == changed
    assert await here.ann.delete(path) == {}
    assert await here.ann.status_of("GET", path) == 404
    assert await here.ben.status_of("GET", path) == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"subscription": {"endpoint": "http://push.example/push/abc"}},
        {"subscription": {"endpoint": "https://ann:secret@push.example/"}},
        {"subscription": {"endpoint": "nonsense"}},
        {"subscription": {"endpoint": "https://push.example/" + "x" * 3_000}},
        {"subscription": {"keys": {"p256dh": "AAAA", "auth": "AAAA"}}},
        {"subscription": {"keys": {"p256dh": "B" * 87, "auth": "A" * 22}}},
        {"policy": "everybody"},
    ],
)
async def test_what_cannot_be_pushed_to_is_refused(here: Scenery, wrong: dict[str, Any]):
    keys = {"endpoint": here.receiver.endpoint, "keys": here.receiver.keys}
    body = {
        "subscription": {**keys, **wrong.get("subscription", {})},
        "data": {"alerts": {}, **({"policy": wrong["policy"]} if "policy" in wrong else {})},
    }
    assert await here.ann.status_of("POST", "/api/v1/push/subscription", json=body) == 422
    assert await here.subscriptions() == 0


async def test_an_address_that_is_not_contacted_ends_the_subscription(here: Scenery):
    await here.subscribe(subscription={"endpoint": "https://10.0.0.1/push"})
    await here.told()
    assert await here.subscriptions() == 0


@pytest.mark.parametrize("status", [404, 410])
async def test_a_receiver_that_is_gone_ends_the_subscription(here: Scenery, status: int):
    await here.subscribe()
    here.receiver.answers = [status]
    await here.told()
    assert await here.subscriptions() == 0


async def test_a_service_that_fails_is_asked_again(here: Scenery):
    await here.subscribe()
    here.receiver.answers = [503, 429]
    await here.told()
    assert len(here.receiver.got) == 1
    for _ in range(2):
        here.later(timedelta(minutes=10))
        await here.instance.jobs.run_until_empty()
    assert len(here.receiver.got) == 3
    assert here.receiver.read()["notification_type"] == "follow"
    assert await here.subscriptions() == 1


async def test_only_wanted_alerts_from_wanted_people_are_pushed(here: Scenery):
    await here.subscribe(alerts={"follow": False})
    await here.told()
    assert here.receiver.got == []

    await here.subscribe(policy="followed")
    await here.told(NotificationType.FOLLOW_REQUEST)
    await here.instance.work(notify, here.ann.id, FOLLOW, here.ben.id, 1)
    await here.instance.jobs.run_until_empty()
    assert here.receiver.got == []

    await here.instance.work(follow, here.ann.id, here.ben.id)
    await here.instance.work(notify, here.ann.id, FOLLOW, here.ben.id, 2)
    await here.instance.jobs.run_until_empty()
    assert len(here.receiver.got) == 0  # about a post that is not there: nothing to say
    await here.subscribe(policy="none")
    await here.told(FOLLOW, 0)
    assert here.receiver.got == []


async def test_the_words_of_public_posts_come_along_and_of_others_stay_away(here: Scenery):
    await here.subscribe()
    await here.ben.publish("Come to the fair, @ann!", visibility="public")
    await here.instance.jobs.run_until_empty()
    assert here.receiver.read()["body"] == "Come to the fair, @ann!"
    await here.instance.work(follow, here.ann.id, here.ben.id)
    here.receiver.got.clear()
    await here.ben.publish("My diagnosis, @ann", visibility="direct")
    await here.instance.jobs.run_until_empty()
    (text,) = [here.receiver.read(number) for number in range(len(here.receiver.got))]
    assert text["notification_type"] == "mention"
    assert text["body"] == ""
    assert "diagnosis" not in str(text)


async def test_a_filter_that_hides_keeps_pushes_away(here: Scenery):
    await here.subscribe()
    await here.ann.post(
        "/api/v2/filters", title="Fairs", context=["notifications"], filter_action="hide",
        keywords_attributes=[{"keyword": "fair", "whole_word": True}],
    )  # fmt: skip
    await here.ben.publish("Come to the fair, @ann!")
    await here.instance.jobs.run_until_empty()
    assert here.receiver.got == []


async def test_whoever_was_muted_meanwhile_is_not_pushed(here: Scenery):
    await here.subscribe()
    await here.instance.work(notify, here.ann.id, FOLLOW, here.ben.id, 0)
    await here.instance.work(mute, here.ann.id, here.ben.id)
    await here.instance.jobs.run_until_empty()
    assert here.receiver.got == []


async def test_the_end_of_a_token_ends_its_pushes(here: Scenery):
    await here.subscribe()
    await here.instance.work(revoke_tokens_of_person, here.ann.id)
    assert await here.subscriptions() == 0
    await here.told()
    assert here.receiver.got == []


async def test_quiet_hours_hold_pushes_back_until_they_end(here: Scenery):
    await here.subscribe()
    # It is 13:00 in Brussels.
    await here.instance.work(keep_wishes, here.ann.id, {}, (12 * 60, 14 * 60))
    await here.told()
    assert here.receiver.got == []
    here.later(timedelta(minutes=61))
    await here.instance.jobs.run_until_empty()
    assert len(here.receiver.got) == 1


async def test_our_own_kinds_go_to_browsers_and_never_to_apps(here: Scenery):
    here.instance.notices = {APPROVED.kind: APPROVED}
    await here.subscribe()
    await here.instance.work(inform, here.ann.id, "approved", {"name": "Fair"})
    await here.instance.jobs.run_until_empty()
    assert here.receiver.got == []

    await _in_a_browser(here)
    await here.instance.work(inform, here.ann.id, "approved", {"name": "Fair"})
    await here.instance.jobs.run_until_empty()
    assert len(here.receiver.got) == 1
    text = here.receiver.read()
    assert text["notification_type"] == "approved"
    assert text["title"] == "Fair was approved."
    assert text["path"] == "/posts/fair"
    assert "access_token" not in text

    here.receiver.got.clear()
    await here.instance.work(keep_wishes, here.ann.id, {"approved": Ways(push=False)}, None)
    await here.instance.work(inform, here.ann.id, "approved", {"name": "Fair"})
    await here.instance.jobs.run_until_empty()
    assert here.receiver.got == []


async def test_the_end_of_a_session_ends_its_pushes(here: Scenery):
    login_id = await _in_a_browser(here)
    await here.instance.work(end_sessions, login_id)
    await here.told()
    assert here.receiver.got == []
    assert await here.subscriptions() == 0


APPROVED = Notice(
    kind="approved",
    label=say("Your post was approved"),
    icon="check",
    text=lambda about: say("%(name)s was approved.", name=about["name"]),
    path=lambda about: "/posts/" + str(about["name"]).lower(),
)


async def _in_a_browser(here: Scenery) -> int:
    """Let Ann's browser subscribe; return her login."""
    wanted = Wanted(
        endpoint=here.receiver.endpoint, standard=True, alerts={}, locale="en",
        p256dh=here.receiver.keys["p256dh"], auth=here.receiver.keys["auth"],
    )  # fmt: skip

    def unit(w: Work) -> int:
        login_id: int = (
            w.session.query(LoginPerson.login_id).filter_by(person_id=here.ann.id).scalar()
        )
        begin_session(w, login_id, here.ann.id)
        w.session.flush()
        session_id = w.session.query(PageSession.id).filter_by(login_id=login_id).scalar()
        subscribe(w, Holder(here.ann.id, session_id=str(session_id)), wanted)
        return login_id

    return await here.instance.work(unit)
