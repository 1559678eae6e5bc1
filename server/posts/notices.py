"""What people are told about first posts: those who let them through, and their authors."""

from typing import Final

from server.platform.i18n import say
from server.platform.notices import About, Notice


def _post(about: About) -> str | None:
    number = str(about.get("post", ""))
    return f"/posts/{number}/edit" if number.isdigit() else None


NOTICES: Final = (
    Notice(
        kind="first_post",
        label=say("The first post of somebody new waits for me"),
        icon="post",
        text=lambda _: say("The first post of somebody new waits for you."),
        path=lambda _: "/staff/first_posts",
    ),
    Notice(
        kind="post_approved",
        label=say("My first post is published"),
        icon="post",
        text=lambda _: say("Your post was looked at and is published now."),
        path=lambda about: f"/posts/{about['post']}" if _post(about) else None,
        is_essential=True,
    ),
    Notice(
        kind="post_refused",
        label=say("My first post came back"),
        icon="edit",
        text=lambda _: say(
            "A moderator sent your post back. Read why, change it and hand it in again."
        ),
        path=_post,
        is_essential=True,
    ),
)
