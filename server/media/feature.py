"""The wiring of media."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from server.media.decoding import Decoder
from server.media.privacy import erase, export
from server.media.remote import RemotePictures
from server.media.routes import ROUTES
from server.media.service import DELETE_FILES, delete_unattached
from server.media.store import FileStore
from server.people.events import PersonDeleted
from server.platform.events import Reaction
from server.platform.feature import NOTHING, Feature, PersonalData
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Work


async def _start(instance: Instance) -> AsyncIterator[None]:
    instance.add_part(FileStore(instance.settings.media.root))
    instance.add_part(RemotePictures(instance.settings.media.root))
    decoder = Decoder()
    instance.add_part(decoder)
    try:
        yield
    finally:
        await asyncio.to_thread(decoder.close)


async def _delete_files(instance: Instance, job: Job) -> None:
    store = instance.part(FileStore)
    for name in job.payload["names"]:
        await asyncio.to_thread(store.delete, str(name))


async def _clean(instance: Instance, job: Job) -> None:
    del job
    await instance.work(delete_unattached)
    await asyncio.to_thread(instance.part(RemotePictures).forget_old, instance.clock.now())


def _on_person_deleted(w: Work, event: PersonDeleted) -> None:
    erase(w, event.person_id)


FEATURE = Feature(
    name="media",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    routes=ROUTES,
    reactions=(Reaction(PersonDeleted, _on_person_deleted),),
    job_kinds=(one_by_one(DELETE_FILES, _delete_files), one_by_one("media.clean", _clean)),
    recurring=(Recurring("media.clean", timedelta(hours=1)),),
    start=_start,
)
