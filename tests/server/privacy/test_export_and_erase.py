"""Access and erasure: everything is in the archive, and nothing stays after an erasure."""

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from server.features import FEATURES
from server.federation.model import Actor
from server.media.model import Media
from server.media.store import FileStore
from server.media.uploads import upload_image
from server.people.model import Person
from server.people.relations import follow
from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.posts.drafting import Draft
from server.posts.model import Post
from server.posts.service import publish_post
from server.privacy.erase import effects, erase_person
from server.privacy.export import write_archive
from tests.support.people import make_login, make_person, make_remote
from tests.support.pictures import picture


async def _life(instance: Instance) -> tuple[Person, Media]:
    """Give somebody a login, a picture, a post, and people around them."""
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    await make_login(instance, [ann.id], "ann@mail.example")
    rob = await make_remote(instance, "rob")
    media = await upload_image(instance, person_id=ann.id, content=picture(), description="A door")
    await instance.work(
        lambda w: publish_post(w, Draft(author_id=ann.id, text="My words", media_ids=[media.id]))
    )
    await instance.work(lambda w: follow(w, ben.id, ann.id))
    await instance.work(lambda w: follow(w, ann.id, rob.id))
    return ann, media


async def test_the_archive_holds_words_pictures_and_the_readable_index(
    instance: Instance, tmp_path: Path
):
    ann, media = await _life(instance)

    counts = await write_archive(instance, ann.id, tmp_path / "ann.zip")

    with zipfile.ZipFile(tmp_path / "ann.zip") as archive:
        names = archive.namelist()
        whole = b"".join(archive.read(name) for name in names if name.endswith(".json")).decode()
        assert f"media/{media.file_name}" in names
        assert "README.txt" in names
        for name in names:
            if name.endswith(".json"):
                json.loads(archive.read(name))
    assert counts
    for told in ("My words", "A door", "ann@mail.example", "ann"):
        assert told in whole, told
    assert "argon2" not in whole


async def test_somebody_elsewhere_has_no_archive_here(instance: Instance, tmp_path: Path):
    rob = await make_remote(instance, "rob")

    with pytest.raises(NotFound):
        await write_archive(instance, rob.id, tmp_path / "rob.zip")


async def test_effects_are_listed_before_an_erasure(instance: Instance):
    ann, _ = await _life(instance)

    found = await instance.read(effects, ann.id)

    assert (found.posts, found.followers) == (1, 1)


async def test_after_an_erasure_nothing_of_the_person_stays(instance: Instance):
    ann, media = await _life(instance)
    path = instance.part(FileStore).path_of(media.file_name)
    assert path is not None
    assert path.exists()

    await instance.work(erase_person, FEATURES, person_id=ann.id, login_id=None)
    await instance.jobs.run_until_empty()

    def left(r) -> list[object]:
        return [
            *r.session.scalars(select(Post.id).where(Post.author_id == ann.id)),
            *r.session.scalars(select(Person.id).where(Person.id == ann.id)),
            *r.session.scalars(select(Media.id)),
        ]

    assert await instance.read(left) == []
    assert not path.exists()
    actor = await instance.read(lambda r: r.session.get(Actor, ann.id))
    assert actor is None or actor.gone_at is not None


async def test_erasing_twice_or_somebody_elsewhere_is_not_found(instance: Instance):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await instance.work(erase_person, FEATURES, person_id=ann.id, login_id=None)

    for person_id in (ann.id, rob.id):
        with pytest.raises(NotFound):
            await instance.work(erase_person, FEATURES, person_id=person_id, login_id=None)
