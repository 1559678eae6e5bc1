"""`meshwork post`: publishing, editing, closing and deleting posts from files.

What a file may hold is in `postfile`, the examples in `postexamples`.
"""

import argparse
from datetime import UTC, datetime

from server.cli.common import (
    Commands,
    Failed,
    command,
    group,
    local_person,
    opened,
    run_async,
    settings_of,
)
from server.cli.postexamples import EXAMPLES, example_text
from server.cli.postfile import Written, change_of, draft_of, pictures_of, read_post
from server.media.uploads import upload_image
from server.platform.errors import NotFound
from server.platform.ids import parsed_id
from server.platform.instance import Instance
from server.platform.work import Reading
from server.posts.model import Post, PostState
from server.posts.service import (
    close_post,
    delete_post,
    edit_post,
    publish_post,
    resolve_mentions,
)

_STATES = [state.value for state in PostState if state is not PostState.EXPIRED]


def register(commands: Commands) -> None:
    """Add the commands."""
    posts = group(commands, "post", "Publish, edit, close and delete posts.")
    create_parser = command(
        posts, "create", create,
        about="Publish a post of any kind from a JSON file and print nothing but its id.",
        examples="meshwork post example vacancy > post.json\n"
        "meshwork post create --handle bakery --file post.json\n"
        "echo '{\"text\": \"We are open!\"}' | meshwork post create --handle bakery --file -",
    )  # fmt: skip
    create_parser.add_argument("--handle", required=True, help="who publishes it")
    _hint_file(create_parser)
    edit_parser = command(
        posts, "edit", edit,
        about="Replace the words or the record of a post; everybody who got it is told.",
        examples="meshwork post edit 116057000000000000 --file post.json",
    )  # fmt: skip
    _hint_file(edit_parser)
    close_parser = command(
        posts, "close", close,
        about="Say that a post of a kind is filled or withdrawn, or open again.",
        examples="meshwork post close 116057000000000000 --state filled",
    )  # fmt: skip
    close_parser.add_argument("--state", choices=_STATES, default=PostState.FILLED.value)
    delete_parser = command(
        posts, "delete", delete,
        about="Delete a post here and wherever it was sent.",
        examples="meshwork post delete 116057000000000000",
    )  # fmt: skip
    for parser in (edit_parser, close_parser, delete_parser):
        parser.add_argument("id", help="the id that `post create` printed")
        parser.add_argument("--handle", help="refuse unless this is its author")
    example_parser = command(
        posts, "example", example,
        about="Print a valid post file to start from.",
        examples="meshwork post example event > post.json",
    )  # fmt: skip
    example_parser.add_argument("kind", choices=sorted(EXAMPLES), metavar="KIND",
                                help=", ".join(sorted(EXAMPLES)))  # fmt: skip


def _hint_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--file", required=True, help="JSON file; `-` reads standard input")


def create(asked: argparse.Namespace) -> None:
    """Publish a post."""
    written = read_post(asked.file)
    run_async(_create(asked, written))


async def _create(asked: argparse.Namespace, written: Written) -> None:
    pictures = pictures_of(written)
    async with opened(settings_of(asked)) as instance:
        author = await local_person(instance, asked.handle)
        await resolve_mentions(instance, written.text)
        media = await _uploaded(instance, author.id, pictures)
        post = await instance.work(publish_post, draft_of(written, author.id, media))
        print(post.id)


async def _uploaded(
    instance: Instance, person_id: int, pictures: list[tuple[bytes, str]]
) -> list[int]:
    stored = [
        await upload_image(instance, person_id=person_id, content=content, description=description)
        for content, description in pictures
    ]
    return [media.id for media in stored]


def edit(asked: argparse.Namespace) -> None:
    """Edit a post."""
    written = read_post(asked.file)
    run_async(_edit(asked, written))


async def _edit(asked: argparse.Namespace, written: Written) -> None:
    pictures = pictures_of(written)
    async with opened(settings_of(asked)) as instance:
        post_id, author_id, kind = await _own(instance, asked)
        if (written.kind or None) != kind:
            raise Failed(f"this post is {kind or 'an ordinary post'}; its kind cannot change")
        await resolve_mentions(instance, written.text)
        media = await _uploaded(instance, author_id, pictures)
        await instance.work(edit_post, author_id, post_id, change_of(written, media))
    print(f"Edited {post_id}")


def close(asked: argparse.Namespace) -> None:
    """Close a post of a kind."""
    run_async(_close(asked))


async def _close(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        post_id, author_id, _ = await _own(instance, asked)
        post = await instance.work(close_post, author_id, post_id, PostState(asked.state))
        print(f"{post_id} is {post.state}")


def delete(asked: argparse.Namespace) -> None:
    """Delete a post."""
    run_async(_delete(asked))


async def _delete(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        post_id, author_id, _ = await _own(instance, asked)
        await instance.work(delete_post, author_id, post_id)
    print(f"Deleted {post_id}")


async def _own(instance: Instance, asked: argparse.Namespace) -> tuple[int, int, str | None]:
    """Return id, author and kind of a post of this instance. Raises Failed for any other."""
    post_id = parsed_id(asked.id)
    if post_id is None:
        raise Failed(f"{asked.id!r} is not the id of a post")
    try:
        author_id, kind = await instance.read(_author_and_kind, post_id)
    except NotFound as error:
        raise Failed(f"there is no post {post_id} of this instance") from error
    if asked.handle is not None and (await local_person(instance, asked.handle)).id != author_id:
        raise Failed(f"@{asked.handle} did not write {post_id}")
    return post_id, author_id, kind


def _author_and_kind(r: Reading, post_id: int) -> tuple[int, str | None]:
    post = r.session.get(Post, post_id)
    if post is None or not post.is_local:
        raise NotFound
    return post.author_id, post.kind


def example(asked: argparse.Namespace) -> None:
    """Print a valid post file."""
    print(example_text(asked.kind, datetime.now(UTC)))
