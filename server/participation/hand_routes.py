"""Showing interest in a vacancy: look at what the employer will see, send it, read the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.participation import hands
from server.participation.choices import ANSWER_DAYS
from server.participation.model import HandAnswer
from server.participation.paths import page_of_post
from server.participation.queries import HandRow, hands_raised_for, own_hands, shared_answers
from server.participation.rules import MAX_ANSWER, MAX_MESSAGE
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.reader import Reader, reader_of, see
from server.people.rules import Viewer
from server.platform.choices import chosen
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.posts.queries import post as post_seen
from server.posts.rows import PostRow
from server.profiles.queries import VisibleAnswer


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is about to send, and to whom; `card` is as the employer sees the person."""

    post: PostRow
    card: PersonRow
    told: Sequence[VisibleAnswer]
    days: int


@page(needs="person")
async def ask(request: web.Request) -> web.StreamResponse:
    """Let somebody choose what to send to an employer."""
    reader = await reader_of(request)
    asked = await reader.instance.read(_asked, reader, path_id(request))
    return await _form(request, asked, "", hands.SHARED, is_ready=False)


@form(needs="person")
async def send(request: web.Request) -> web.StreamResponse:
    """Show exactly what the employer will get, and send it only when that was confirmed."""
    reader = await reader_of(request)
    message = (reader.parameters.text("message", max_length=20_000) or "").strip()
    shares = frozenset(reader.parameters.texts("shares", most=10)) & hands.SHARED
    step = reader.parameters.choice("step", ("look", "change", "send")) or "look"
    post_id = path_id(request)
    if step != "send" or len(message) > MAX_MESSAGE:
        asked = await reader.instance.read(_asked, reader, post_id)
        return await _form(request, asked, message, shares, is_ready=step != "change")

    def unit(w: Work) -> PostRow:
        post = post_seen(w, reader.viewer, post_id)
        hands.raise_hand(w, reader.me, post_id, message=message, shares=shares)
        return post

    return see(page_of_post(request, await reader.instance.work(unit), "interest"))


async def _form(
    request: web.Request, asked: Asked, message: str, shares: frozenset[str], *, is_ready: bool
) -> web.StreamResponse:
    too_long = len(message) > MAX_MESSAGE
    faults = [say("is too long (at most %(most)s)", most=MAX_MESSAGE)] if too_long else []
    return await render(
        request,
        "participation/interest.html",
        {
            "post": asked.post,
            "card": asked.card,
            "told": asked.told,
            "days": asked.days,
            "message": message,
            "shares": shares,
            "faults": faults,
            "most": MAX_MESSAGE,
            "is_ready": is_ready and not too_long,
        },
        status=422 if too_long else 200,
    )


def _asked(r: Reading, reader: Reader, post_id: int) -> Asked:
    vacancy = hands.vacancy_for(r, reader.me, post_id)
    post = post_seen(r, reader.viewer, post_id)
    card = person_of(r, Viewer.member(vacancy.author_id), reader.me)
    told = shared_answers(r, vacancy.author_id, reader.me, reader.translator.tag)
    return Asked(post, card, told, chosen(r, ANSWER_DAYS))


@form(needs="person")
async def take_down(request: web.Request) -> web.StreamResponse:
    """Take a raised hand down."""
    reader = await reader_of(request)
    await reader.instance.work(hands.take_down, reader.me, path_id(request))
    return see(path_for(request.app, "participation.hands"))


@dataclass(frozen=True, slots=True)
class Hands:
    """Both sides of somebody's page: hands raised for their vacancies, and by themselves."""

    received: list[HandRow]
    raised: list[HandRow]
    days: int


@page(needs="person")
async def show_hands(request: web.Request) -> web.StreamResponse:
    """Show who raised a hand for one's vacancies, and for what one did oneself."""
    reader = await reader_of(request)
    found = await reader.instance.work(_hands, reader.me, reader.translator.tag)
    return await render(request, "participation/hands.html", {"hands": found, "most": MAX_ANSWER})


def _hands(w: Work, person_id: int, language: str) -> Hands:
    received = hands_raised_for(w, person_id, language)
    hands.note_seen(w, person_id)
    return Hands(received, own_hands(w, person_id), chosen(w, ANSWER_DAYS))


@form(needs="person")
async def answer(request: web.Request) -> web.StreamResponse:
    """Answer somebody who raised a hand."""
    reader = await reader_of(request)
    kind = reader.parameters.choice("answer", tuple(HandAnswer))
    if kind is None:
        raise Invalid(details={"answer": [("ERR_BLANK", say("can't be blank"))]})
    words = (reader.parameters.text("words", max_length=MAX_ANSWER) or "").strip()
    hand_id = path_id(request)
    await reader.instance.work(hands.answer_hand, reader.me, hand_id, HandAnswer(kind), words)
    return see(f"{path_for(request.app, 'participation.hands')}#hand-{hand_id}")


ROUTES: Final[tuple[web.RouteDef, ...]] = (
    web.get("/posts/{id:[0-9]+}/interest", ask, name="participation.interest"),
    web.post("/posts/{id:[0-9]+}/interest", send, name="participation.raise_hand"),
    web.post("/posts/{id:[0-9]+}/interest/withdraw", take_down, name="participation.take_down"),
    web.get("/settings/interest", show_hands, name="participation.hands"),
    web.post("/settings/interest/{id:[0-9]+}", answer, name="participation.answer"),
)
