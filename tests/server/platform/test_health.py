"""Health, readiness and metrics of a whole application."""

from sqlalchemy import text

from server.app import build_app
from server.platform.health import STOPPING
from server.platform.instance import Instance
from server.platform.jobs.model import JobRequest
from server.platform.storage.migrate import newest


async def test_a_process_that_lives_says_so(instance: Instance, aiohttp_client):
    client = await aiohttp_client(build_app(instance))

    assert (await client.get("/healthz")).status == 200


async def test_ready_means_a_current_schema_and_not_stopping(instance: Instance, aiohttp_client):
    app = build_app(instance)
    client = await aiohttp_client(app)
    assert (await client.get("/readyz")).status == 503  # the tables were made without migrations

    def stamp(w) -> None:
        w.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        w.session.execute(text(f"INSERT INTO alembic_version VALUES ('{newest()}')"))

    await instance.work(stamp)
    assert (await client.get("/readyz")).status == 200
    app[STOPPING].append(True)
    assert (await client.get("/readyz")).status == 503

    await instance.work(lambda w: w.session.execute(text("DROP TABLE alembic_version")) and None)


async def test_metrics_show_the_queue_and_what_jobs_came_to(instance: Instance, aiohttp_client):
    client = await aiohttp_client(build_app(instance))
    await instance.work(lambda w: w.enqueue(JobRequest(kind="nobody.does.this")))
    await instance.jobs.run_until_empty()

    told = await (await client.get("/metrics")).text()

    assert 'meshwork_queue_jobs{state="ready"} 1.0' in told
    assert 'meshwork_jobs_total{kind="media.clean",outcome="done"} 1.0' in told
