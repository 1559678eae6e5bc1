"""Asking for one's data: written sealed, fetched by its owner after a proof, gone after a week."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.access.rules import PROOF_LASTS
from server.access.service import EDITOR
from server.platform.instance import Instance
from server.platform.jobs.model import JobRequest
from server.platform.secrets import SecretsError
from server.privacy.archives import KEPT, path_of
from server.privacy.model import Archive
from server.privacy.sealing import opened_pieces, seal_file
from tests.support.people import make_person


async def archives(instance: Instance) -> list[Archive]:
    rows = select(Archive).order_by(Archive.id)
    return await instance.read(lambda r: list(r.session.scalars(rows)))


async def asked(instance, sign_in, handle="ann"):
    ann = await make_person(instance, handle)
    reader = await sign_in(ann.id)
    await reader.get("/settings/export")
    assert await reader.post("/settings/export") == 303
    return ann, reader


async def clean(instance: Instance) -> None:
    await instance.work(lambda w: w.enqueue(JobRequest(kind="privacy.clean_archives")))
    await instance.jobs.run_until_empty()


async def fetched(reader, path: str) -> tuple[int, bytes]:
    async with reader.client.get(
        path,
        headers={"Cookie": "; ".join(f"{k}={v}" for k, v in reader.cookies.items())},
        allow_redirects=False,
    ) as answer:
        return answer.status, await answer.read()


async def test_an_archive_is_written_sealed_and_fetched_whole(instance, sign_in):
    _, reader = await asked(instance, sign_in)
    await reader.get("/settings/export")
    assert "We are making it" in reader.text
    await instance.jobs.run_until_empty()
    (row,) = await archives(instance)
    path = path_of(instance, row.id)
    assert b"ann" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    status, body = await fetched(reader, f"/settings/export/{row.id}")
    assert status == 200
    assert len(body) == row.size
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert b'"ann"' in archive.read("data.json")


async def test_asking_twice_writes_one_archive(instance, sign_in):
    _, reader = await asked(instance, sign_in)
    assert await reader.post("/settings/export") == 303
    assert len(await archives(instance)) == 1


async def test_nobody_else_and_no_stale_session_fetches_it(instance, sign_in, anybody):
    _, reader = await asked(instance, sign_in)
    _, stranger = await asked(instance, sign_in, "ben")
    await instance.jobs.run_until_empty()
    row, other = await archives(instance)
    assert await stranger.get(f"/settings/export/{row.id}") == 404
    assert await stranger.post(f"/settings/export/{row.id}/delete") == 404
    assert await reader.get(f"/settings/export/{other.id}") == 404
    assert await anybody.get(f"/settings/export/{row.id}") == 303
    assert await reader.get("/settings/export/nonsense") == 404
    instance.clock.move(PROOF_LASTS + timedelta(seconds=1))
    await reader.get(f"/settings/export/{row.id}")
    assert reader.headers["Location"].startswith("/auth/prove?")


async def test_one_that_is_not_ready_cannot_be_fetched(instance, sign_in):
    _, reader = await asked(instance, sign_in)
    (row,) = await archives(instance)
    assert await reader.get(f"/settings/export/{row.id}") == 404


async def test_an_editor_gets_no_archive(instance, sign_in):
    ann = await make_person(instance, "ann")
    editor = await sign_in(ann.id, EDITOR)
    assert await editor.get("/settings/export") == 403
    assert await editor.post("/settings/export") == 403
    assert await archives(instance) == []


async def test_after_a_week_it_is_gone(instance, sign_in):
    await asked(instance, sign_in)
    await instance.jobs.run_until_empty()
    (row,) = await archives(instance)
    path = path_of(instance, row.id)
    await clean(instance)
    assert path.exists()
    instance.clock.move(KEPT)
    await clean(instance)
    assert not path.exists()
    assert await archives(instance) == []


async def test_its_owner_deletes_it_before(instance, sign_in):
    _, reader = await asked(instance, sign_in)
    await instance.jobs.run_until_empty()
    (row,) = await archives(instance)
    await reader.get("/settings/export")
    assert await reader.post(f"/settings/export/{row.id}/delete") == 303
    assert await reader.get(f"/settings/export/{row.id}") == 404
    await clean(instance)
    assert not path_of(instance, row.id).exists()


async def test_one_deleted_while_it_waits_is_never_written(instance, sign_in):
    _, reader = await asked(instance, sign_in)
    (row,) = await archives(instance)
    assert await reader.post(f"/settings/export/{row.id}/delete") == 303
    await instance.jobs.run_until_empty()
    assert not path_of(instance, row.id).exists()
    assert await instance.read(lambda r: r.session.scalar(select(func.count(Archive.id)))) == 0


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 1024 * 1024 + 1, 2 * 1024 * 1024])
def test_a_sealed_file_opens_to_what_it_was(instance_vault, tmp_path: Path, size: int):
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(b"x" * size)
    key = instance_vault.new_key()
    assert seal_file(instance_vault, key, "a", plain, sealed) == size
    assert b"".join(opened_pieces(instance_vault, key, "a", sealed)) == b"x" * size


def test_a_file_that_was_cut_swapped_or_changed_does_not_open(instance_vault, tmp_path: Path):
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(b"x" * (2 * 1024 * 1024))
    key = instance_vault.new_key()
    seal_file(instance_vault, key, "a", plain, sealed)
    whole = sealed.read_bytes()
    half = len(whole) // 2
    one_bit_wrong = whole[:-1] + bytes([whole[-1] ^ 1])
    for wrong in (
        whole[:half], whole[half:] + whole[:half], whole[:-1], one_bit_wrong, whole[:2],
        b"\xff\xff\xff\xff" + whole[4:],
    ):  # fmt: skip
        sealed.write_bytes(wrong)
        with pytest.raises(SecretsError):
            b"".join(opened_pieces(instance_vault, key, "a", sealed))
    sealed.write_bytes(whole)
    with pytest.raises(SecretsError):
        b"".join(opened_pieces(instance_vault, key, "another", sealed))


@pytest.fixture
def instance_vault():
    from server.platform.secrets import Vault

    return Vault(b"k" * 32)
