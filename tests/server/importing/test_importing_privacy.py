"""What importing holds of somebody is exported whole and erased whole."""

from typing import Any

from sqlalchemy import func, select

from server.importing.model import ImportItem, ImportSource, ImportUpload
from server.importing.privacy import erase, export
from server.platform.instance import Instance
from server.platform.work import Reading
from tests.server.importing.conftest import Website, calendar, event
from tests.server.importing.test_source_pages import COMMON, TABLE, upload
from tests.support.page_reader import PageReader
from tests.support.people import make_person


async def test_sources_and_uploads_are_exported_and_erased(
    instance: Instance, sign_in: Any, website: Website
) -> None:
    owner = await make_person(instance, "owner")
    reader: PageReader = await sign_in(owner.id)
    await reader.get("/settings/sources")
    address = website.gives("/cal.ics", calendar(event("a", name="Coffee together")))
    await reader.post("/settings/sources", [("address", address), ("kind", "event"), *COMMON])
    await upload(reader, TABLE)

    told = await instance.read(export, owner.id)
    await instance.work(erase, owner.id)

    assert told["import_sources"][0]["entries"][0]["title"] == "Coffee together"
    assert told["import_uploads"][0]["content"] == TABLE
    assert await instance.read(_rows) == 0
    assert await instance.read(export, owner.id) == {"import_sources": [], "import_uploads": []}


async def test_an_upload_is_not_readable_in_the_database(instance: Instance, sign_in: Any) -> None:
    owner = await make_person(instance, "owner")
    await upload(await sign_in(owner.id), TABLE)

    stored = await instance.read(lambda r: r.session.scalar(select(ImportUpload.content)))

    assert b"Cook" not in (stored or b"")


def _rows(r: Reading) -> int:
    tables = (ImportSource, ImportItem, ImportUpload)
    return sum(r.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables)
