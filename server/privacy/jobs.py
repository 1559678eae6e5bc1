"""The background work of privacy: archives, deletions that are due, texts that changed."""

from datetime import timedelta
from typing import Final

from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.privacy.archives import WRITE, clean_archives, write_asked_archive
from server.privacy.planning import erase_due
from server.privacy.telling import ask_again

_CLEAN: Final = "privacy.clean_archives"
_ERASE: Final = "privacy.erase_due"
_ASK: Final = "privacy.ask_again"


async def _write(instance: Instance, job: Job) -> None:
    await write_asked_archive(instance, int(job.payload["archive"]))


async def _clean(instance: Instance, job: Job) -> None:
    del job
    await clean_archives(instance)


async def _erase(instance: Instance, job: Job) -> None:
    del job
    await erase_due(instance)


async def _ask_again(instance: Instance, job: Job) -> None:
    del job
    await instance.work(ask_again)


JOB_KINDS: Final = (
    one_by_one(WRITE, _write),
    one_by_one(_CLEAN, _clean),
    one_by_one(_ERASE, _erase),
    one_by_one(_ASK, _ask_again),
)
RECURRING: Final = (
    Recurring(_CLEAN, timedelta(hours=6)),
    Recurring(_ERASE, timedelta(hours=1)),
    Recurring(_ASK, timedelta(days=1)),
)
