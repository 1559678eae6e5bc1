"""Files: whole or not at all, and never outside their folder."""

from pathlib import Path

import pytest

from server.media.store import FileStore


def test_a_written_file_is_found_under_its_name(tmp_path: Path):
    store = FileStore(tmp_path)
    name = store.new_name("jpg")

    store.write(name, b"content")

    path = store.path_of(name)
    assert path is not None
    assert path.read_bytes() == b"content"
    assert [p.name for p in path.parent.iterdir()] == [name]


@pytest.mark.parametrize(
    "name", ["../secret.jpg", "a/b.jpg", "..", "", "abc", "ABC.jpg", "abc.html", "ab.jpg\n"]
)
def test_a_foreign_name_leads_nowhere(tmp_path: Path, name: str):
    store = FileStore(tmp_path)

    assert store.path_of(name) is None
    with pytest.raises(ValueError, match=r".*"):
        store.write(name, b"x")


def test_deleting_twice_is_fine(tmp_path: Path):
    store = FileStore(tmp_path)
    name = store.new_name("png")
    store.write(name, b"x")

    store.delete(name)
    store.delete(name)

    path = store.path_of(name)
    assert path is not None
    assert not path.exists()
