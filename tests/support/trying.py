"""A page with two pickers, served by a whole instance: the form shows itself until it is settled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from sqlalchemy import create_engine

from server.app import build_app
from server.features import FEATURES
from server.platform.clock import SetClock
from server.platform.feature import NOTHING, Feature
from server.platform.http.decorators import form, page
from server.platform.http.locales import translator_of
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.render import render
from server.platform.instance import Instance, instance_of
from server.platform.storage.base import Base
from server.settings import InstanceSettings
from server.vocabularies.forms import picked, shown
from tests.support.instances import NOON, settings_for

TEMPLATES = Path(__file__).parents[1] / "server" / "vocabularies" / "templates"


@page()
async def show(request: web.Request) -> web.StreamResponse:
    tag, instance = translator_of(request).tag, instance_of(request)
    query = request.rel_url.query
    context = {
        "jobs": await instance.read(shown, "isco", query.getall("job", []), tag),
        "region": await instance.read(shown, "region", query.getall("place", []), tag),
    }
    return await render(request, "trying/try.html", context)


@form(needs="nobody")
async def send(request: web.Request) -> web.StreamResponse:
    tag, instance = translator_of(request).tag, instance_of(request)
    parameters = await read_parameters(request)
    record = parameters.part("record") or Parameters({})
    jobs = await instance.read(
        picked, record, "occupations", "isco", [tag], many=True, required=True
    )
    region = await instance.read(picked, parameters, "region", "region", [tag])
    settled = jobs.is_settled and region.is_settled
    context = {
        "jobs": jobs,
        "region": region,
        "result": f"{','.join(jobs.codes)} in {region.code}" if settled else "not yet",
    }
    return await render(request, "trying/try.html", context, status=200 if settled else 422)


TRYING = Feature(
    name="trying",
    personal_data=NOTHING,
    activities=NOTHING,
    routes=(
        web.get("/try", show, name="trying.show"),
        web.post("/try", send, name="trying.send"),
    ),
    templates=TEMPLATES,
)


def named_instance(
    database_url: str, folder: Path, *, base_url: str = "https://ours.example"
) -> Instance:
    """Return an instance in all interface languages that has the page."""
    settings = settings_for(database_url, folder, base_url=base_url)
    languages = ("en", "nl", "fr", "de", "fi", "sv", "ar", "uk", "fa")
    named = InstanceSettings(base_url=base_url, name="Mesh by the Sea", languages=languages)
    object.__setattr__(settings, "instance", named)
    return Instance(settings, (*FEATURES, TRYING), clock=SetClock(NOON))


@asynccontextmanager
async def served_page(folder: Path, port: int) -> AsyncIterator[str]:
    """Serve the page on a port of this machine; give its address."""
    address, path = f"http://127.0.0.1:{port}", folder / "trying.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    instance = named_instance(f"sqlite+aiosqlite:///{path}", folder, base_url=address)
    async with instance.running(jobs=False):
        runner = web.AppRunner(build_app(instance))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield f"{address}/try"
        finally:
            await runner.cleanup()
