"""Who sees what of a match: everybody who may stand near it, at every door that could show it.

Three pairs: one matched, one proposed, one that has ended. Each thing has a word of its own, and
a table names exactly who reads it; everybody else gets an answer in which it does not stand.
"""

import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from activitypub.fetching.guard import Endpoint
from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.coaching.service import add_note
from server.features import FEATURES
from server.federation.hosts import set_policy
from server.federation.model import HostPolicy
from server.matching.model import MatchState
from server.matching.rules import By
from server.matching.service import close_match
from server.meetings import service as meeting
from server.meetings.parties import Party
from server.messages.queries import latest_with
from server.messages.service import Letter, write_first
from server.people.model import PersonKind
from server.people.relations import accept_follow, follow, unfollow
from server.people.rules import Viewer
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.posts.loading import post_row
from server.posts.model import Post
from server.privacy.export import sections
from server.profiles.model import Audience
from server.profiles.service import Answered, answer
from server.programmes import leading
from server.programmes.service import put_in_charge
from tests.server.meetings.scenes import wish
from tests.support.apps import free_port, listening
from tests.support.instances import NOON, settings_for
from tests.support.matches import make_match
from tests.support.peer import Peer
from tests.support.people import make_login, make_person, make_token
from tests.support.programmes import make_programme, take_part

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

TALENT, MENTOR = PersonKind.TALENT, PersonKind.MENTOR
PEOPLE = {
    "tala": TALENT, "mia": MENTOR, "tess": TALENT, "pia": MENTOR, "tom": TALENT, "fay": MENTOR,
    "una": TALENT, "sam": MENTOR, "cora": MENTOR, "carl": MENTOR, "otis": MENTOR, "mo": MENTOR,
}  # fmt: skip
"""tala and mia are matched, pia is asked about tess, tom and fay have parted; una is unmatched."""
ROLES = {
    "cora": StaffRole.COORDINATOR, "carl": StaffRole.COACH, "otis": StaffRole.COACH,
    "mo": StaffRole.MODERATOR,
}  # fmt: skip
PAIRS = {"tala": "mia", "tess": "pia", "tom": "fay"}
NOBODY = "anybody"
PARTNER = "partner"

Fetch = Callable[[str], Awaitable[tuple[int, str]]]


@dataclass
class Stage:
    """Everybody with a number and their doors, and the numbers of what there is to see."""

    instance: Instance
    clock: SetClock
    ids: dict[str, int] = field(default_factory=dict)
    logins: dict[str, int] = field(default_factory=dict)
    pages: dict[str, Fetch] = field(default_factory=dict)
    clients: dict[str, Fetch] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    async def who_reads(self, path: str, word: str, doors: dict[str, Fetch]) -> set[str]:
        """Return who finds a word at an address; nobody gets an error of ours."""
        found = set()
        path, word = path.format(**self.numbers), word.format(**self.numbers)
        for name, fetch in doors.items():
            status, body = await fetch(path)
            assert status < 500, (name, path)
            if word in body:
                assert status == 200, (name, path, status)
                found.add(name)
        return found

    async def holds(self, table: dict[str, tuple[str, set[str]]], doors: dict[str, Fetch]) -> None:
        """Check every row: at this address this word is read by exactly these."""
        for path, (word, wanted) in table.items():
            found = await self.who_reads(path, word, doors)
            assert found == wanted, f"{path}: {word}"


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Make everybody and everything; mails lie in a folder."""
    place, clock = Endpoint("127.0.0.97", free_port("127.0.0.97")), SetClock(NOON)
    base = f"http://{place.address}:{place.port}"
    settings = settings_for(database_url, tmp_path, base_url=base)
    mail = dataclasses.replace(settings.mail, folder=tmp_path / "mail")
    instance = Instance(dataclasses.replace(settings, mail=mail), FEATURES, clock=clock)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(instance.running(jobs=False))
        await stack.enter_async_context(listening(instance, place, None))
        made = Stage(instance, clock)
        jar = aiohttp.DummyCookieJar()
        http = await stack.enter_async_context(aiohttp.ClientSession(base, cookie_jar=jar))
        await _people(made, http)
        await _programmes(made)
        for talent, other in PAIRS.items():
            await _pair(made, talent, other)
        near = await stack.enter_async_context(Peer(clock).running("127.0.0.99"))
        await instance.work(set_policy, near.host, HostPolicy.PARTNER, "an agreement")
        actor = near.add_actor("partner")

        async def signed(path: str) -> tuple[int, str]:
            status, document = await near.get(base + path, actor)
            return status, json.dumps(document, ensure_ascii=False)

        made.pages[PARTNER] = signed
        await instance.jobs.run_until_empty()
        yield made


async def _people(stage: Stage, http: aiohttp.ClientSession) -> None:
    instance = stage.instance
    for name, kind in PEOPLE.items():
        person = await make_person(instance, name, kind, None, f"{name.title()} Namex{name}")
        roles = [ROLES[name]] if name in ROLES else []
        login = await make_login(instance, [person.id], f"{name}@ours.example", roles=roles)
        session = await instance.work(begin_session, login.id, person.id)
        token = await make_token(instance, person.id, "read write", login.id)
        stage.ids[name], stage.logins[name] = person.id, login.id
        stage.numbers[name] = person.id
        html = {"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={session}"}
        stage.pages[name] = _fetch(http, html)
        stage.clients[name] = _fetch(http, {"Authorization": f"Bearer {token}"})
    stage.pages[NOBODY] = _fetch(http, {"Accept": "text/html"})
    stage.clients[NOBODY] = _fetch(http, {})


def _fetch(http: aiohttp.ClientSession, headers: dict[str, str]) -> Fetch:
    async def fetch(path: str) -> tuple[int, str]:
        async with http.get(path, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    return fetch


async def _programmes(stage: Stage) -> None:
    """Make the programme of the pairs, and another one in which otis is a coach."""
    ours = await make_programme(stage.instance, name="Harbour programmex")
    other = await make_programme(stage.instance, name="Hill programmey")
    stage.numbers |= {"programme": ours.id, "other": other.id}
    team = {stage.logins["cora"]: "coordinator", stage.logins["carl"]: "coach"}
    await stage.instance.work(leading.set_staff, ours.id, team, by=None)
    others = {stage.logins["otis"]: "coach"}
    await stage.instance.work(leading.set_staff, other.id, others, by=None)
    await take_part(stage.instance, ours.id, stage.ids["una"])


async def _pair(stage: Stage, talent: str, other: str) -> None:
    """Let two answer questions, be matched as far as they are, meet and write."""
    instance, ids, programme_id = stage.instance, stage.ids, stage.numbers["programme"]
    for name in (talent, other):
        said = {"interests": Answered([f"Interestx{name}"], Audience.MATCHED)}
        if name == talent:
            said["learning_aim"] = Answered(f"Aimx{name}", Audience.MATCHED)
        await instance.work(answer, ids[name], said)
    part = await take_part(instance, programme_id, ids[talent])
    state = MatchState.ACCEPTED_BY_TALENT if talent == "tess" else MatchState.ACTIVE
    match = await make_match(instance, ids[talent], ids[other], state, programme_id=programme_id)
    stage.numbers[f"match_{talent}"] = match
    await instance.work(put_in_charge, part, stage.logins["carl"])
    carl = (stage.logins["carl"], frozenset({"coach"}), part)
    await instance.work(add_note, *carl, f"Notex{talent}")
    if talent == "tess":
        return
    planned = wish(place=f"Placex{talent}")
    made = await instance.work(meeting.propose, Party(ids[talent]), f"match-{match}", planned, "")
    await instance.work(meeting.choose, Party(ids[other]), made, min(planned.times))
    stage.numbers[f"meeting_{talent}"] = made
    letter = Letter(text=f"Letterx{talent}")
    await instance.work(write_first, ids[talent], ids[other], letter)
    for one, another in ((talent, other), (other, talent)):
        found = await instance.read(latest_with, Viewer.member(ids[one]), ids[another])
        assert found is not None
        stage.numbers[f"talk_{one}"] = found
    stage.numbers[f"post_{talent}"] = await instance.read(
        lambda r: max(one.id for one in r.session.query(Post).filter_by(author_id=ids[talent]))
    )
    if talent == "tom":
        by = By.staff(stage.logins["cora"])
        await instance.work(close_match, match, by, "internship")


def rows_of(talent: str, other: str, *, sees: set[str], keeps: set[str]) -> dict[str, Any]:
    """Return where the two see each other, when `sees`, and what is theirs alone, when `keeps`."""
    return {
        f"/@{talent}": (f"Interestx{talent}", {talent} | sees),
        f"/@{talent}?x=1": (f"Aimx{talent}", {talent} | sees),
        f"/matches/{{match_{talent}}}": (f"Interestx{talent}", sees & {other}),
        f"/matches/{{match_{talent}}}?x=1": (f"Interestx{other}", {talent} if sees else set()),
        f"/meetings/{{meeting_{talent}}}": (f"Placex{talent}", keeps),
        f"/meetings/{{meeting_{talent}}}/calendar.ics": (f"Placex{talent}", keeps),
        "/meetings": (f"/meetings/{{meeting_{talent}}}", keeps),
        f"/messages/{{talk_{talent}}}": (f"Letterx{talent}", keeps & {talent}),
        f"/messages/{{talk_{other}}}": (f"Letterx{talent}", keeps & {other}),
        f"/@{talent}/{{post_{talent}}}": (f"Letterx{talent}", keeps),
    }


STAFF_ROWS: dict[str, tuple[str, set[str]]] = {
    "/staff/cases/{tala}?purpose=coaching": ("Notextala", {"cora", "carl"}),
    "/staff/cases/{tess}?purpose=coaching": ("Notextess", {"cora", "carl"}),
    "/staff/cases/{tom}?purpose=coaching": ("Notextom", {"cora", "carl"}),
    "/staff/matching/{programme}/matches": ("tala", {"cora", "carl"}),
    "/staff/matching/{programme}": ("una", {"cora", "carl"}),
    "/staff/matching/{programme}/pair/{una}/{mia}": ("una", {"cora", "carl"}),
    "/staff/matching/{other}": ("programmey", {"otis", "cora"}),
    "/staff/numbers?programme={programme}": ("Harbour programmex", {"cora"}),
}


async def test_pages_show_a_match_to_exactly_those_whom_it_concerns(stage: Stage) -> None:
    matched = rows_of("tala", "mia", sees={"mia"}, keeps={"tala", "mia"})
    parted = rows_of("tom", "fay", sees={"fay"}, keeps={"tom", "fay"})
    for rows in (matched, parted):
        await stage.holds(rows, stage.pages)
    await stage.holds(STAFF_ROWS, stage.pages)

    # Asked, not agreed: the card without a name, for the side whose turn it is.
    proposed = {
        "/@tess": ("Interestxtess", {"tess"}),
        "/matches/{match_tess}": ("Aimxtess", {"pia"}),
        "/matches/{match_tess}?x=1": ("Interestxtess", set()),
    }
    await stage.holds(proposed, stage.pages)
    for viewer, other in (("tess", "pia"), ("pia", "tess")):
        status, body = await stage.pages[viewer](f"/matches/{stage.numbers['match_tess']}")
        assert status == 200
        assert f"Namex{other}" not in body
        assert f"@{other}" not in body


async def test_who_follows_or_is_matched_again_reads_on(stage: Stage) -> None:
    tom, fay, post = (stage.numbers[one] for one in ("tom", "fay", "post_tom"))
    stage.clock.move(timedelta(days=15))

    async def readers() -> set[str]:
        found = set()
        for name in ("tom", "fay"):
            viewer = Viewer.member(stage.ids[name])
            if await stage.instance.read(post_row, viewer, post) is not None:
                found.add(name)
        return found

    assert await readers() == set()
    await stage.instance.work(follow, fay, tom)
    assert await readers() == set()  # only asked for
    await stage.instance.work(accept_follow, tom, fay)
    assert await readers() == {"tom", "fay"}
    await stage.instance.work(unfollow, fay, tom)
    assert await readers() == set()
    programme = stage.numbers["programme"]
    await make_match(stage.instance, tom, fay, MatchState.ACTIVE, programme_id=programme)
    assert await readers() == {"tom", "fay"}


async def test_after_14_days_they_see_each_other_no_more(stage: Stage) -> None:
    stage.clock.move(timedelta(days=15))
    nobody = set[str]()
    rows = rows_of("tom", "fay", sees=nobody, keeps=nobody)
    lists = {"/messages": ("/messages/{talk_tom}", nobody)}
    await stage.holds(rows | lists, stage.pages)
    calls = {
        "/api/v1/conversations": ("Letterxtom", nobody),
        "/api/v1/statuses/{post_tom}": ("Letterxtom", nobody),
        "/api/v1/statuses/{post_tom}/source": ("Letterxtom", nobody),
        "/api/v1/statuses/{post_tom}/context": ("ancestors", nobody),
        "/api/v1/bookmarks": ("Letterxtom", nobody),
        "/api/v1/timelines/home": ("Letterxtom", nobody),
        "/api/v1/notifications": ("Letterxtom", nobody),
        "/api/v2/search?q=Letterxtom": ("Letterxtom", nobody),
    }
    await stage.holds(calls, stage.clients)
    both = {"tala", "mia"}
    goes_on = {
        "/api/v1/conversations": ("Letterxtala", both),
        "/api/v1/statuses/{post_tala}": ("Letterxtala", both),
        "/api/v1/statuses/{post_tala}/context": ("ancestors", both),
    }
    await stage.holds(goes_on, stage.clients)


async def test_clients_get_what_pages_show_and_nothing_else(stage: Stage) -> None:
    both, parted = {"tala", "mia"}, {"tom", "fay"}
    rows: dict[str, tuple[str, set[str]]] = {
        "/api/v1/conversations": ("Letterxtala", both),
        "/api/v1/conversations?limit=40": ("Letterxtom", parted),
        "/api/v1/statuses/{post_tala}": ("Letterxtala", both),
        "/api/v1/statuses/{post_tom}": ("Letterxtom", parted),
        "/api/v1/statuses/{post_tala}/context": ("Letterxtala", set()),
        "/api/v1/timelines/public": ("Letterx", set()),
        "/api/v1/timelines/home": ("Letterxtala", {"tala"}),
        "/api/v1/accounts/{tala}": ("Interestxtala", set()),
        "/api/v1/accounts/{tess}": ("Aimxtess", set()),
        "/api/v2/search?q=Interestxtala&resolve=false": ('"id"', set()),
        "/api/v2/search?q=Placextala": ('"id"', set()),
        "/api/v2/search?q=Notextala": ('"id"', set()),
    }  # fmt: skip
    await stage.holds(rows, stage.clients)
    found = await stage.who_reads("/api/v2/search?q=Letterxtala", '"id"', stage.clients)
    assert found <= both
    found = await stage.who_reads("/api/v1/notifications", "Letterxtala", stage.clients)
    assert found == {"mia"}


async def test_other_instances_learn_nothing(stage: Stage) -> None:
    fetch = stage.pages[PARTNER]
    paths = (
        "/people/{tala}", "/people/{tala}/outbox?page=true", "/posts/{post_tala}",
        "/posts/{post_tala}/activity", "/matches/{match_tala}", "/meetings/{meeting_tala}",
        "/meetings/{meeting_tala}/calendar.ics", "/messages/{talk_tala}", "/staff/cases/{tala}",
        "/staff/numbers", "/@tala",
    )  # fmt: skip
    for path in paths:
        status, body = await fetch(path.format(**stage.numbers))
        assert status < 500, path
        for word in ("Interestx", "Aimx", "Placex", "Letterx", "Notex", "programmex"):
            assert word not in body, (path, word)


async def test_notices_and_mails_name_nobody_and_say_nothing(stage: Stage) -> None:
    words = ("Interestx", "Aimx", "Placex", "Notex")
    for name in PEOPLE:
        status, body = await stage.pages[name]("/notifications")
        assert status == 200
        assert not any(word in body for word in words), name
        partner = {**PAIRS, **{v: k for k, v in PAIRS.items()}}.get(name)
        if partner in {"tess", "pia"}:
            assert f"Namex{partner}" not in body
    folder = stage.instance.settings.mail.folder
    assert folder is not None
    mails = [
        message_from_bytes(one.read_bytes(), EmailMessage, policy=default)
        for one in folder.rglob("*.eml")
    ]
    assert len(mails) > len(PAIRS)
    for mail in mails:
        parts = [one.get_content() for one in mail.walk() if not one.is_multipart()]
        said = " ".join([str(mail["Subject"]), *(str(one) for one in parts)])
        assert not any(word in said for word in (*words, "Letterx", "Namex")), said[:400]


async def test_an_export_holds_ones_own_and_nothing_that_others_keep_to_themselves(
    stage: Stage,
) -> None:
    told = {}
    for name, person_id in stage.ids.items():
        found = await stage.instance.read(sections, stage.instance.features, person_id)
        told[name] = json.dumps(found, default=str, ensure_ascii=False)

    def holders(word: str) -> set[str]:
        return {name for name, text in told.items() if word in text}

    assert holders("Interestxtala") == {"tala"}
    assert holders("Aimxtess") == {"tess"}
    assert holders("Placextala") <= {"tala", "mia"}
    assert holders("Letterxtala") <= {"tala", "mia"}
    assert "tala" in holders("Letterxtala")
    assert holders("Notextala") == {"tala"}  # what staff wrote about them is theirs to read
    assert holders("Namextess") == {"tess"}
