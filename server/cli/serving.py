"""`meshwork serve` and `meshwork worker`: the two long-running processes."""

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable

from aiohttp import web

from server.app import build_app
from server.cli.common import Commands, Failed, command, prepared, run_async, settings_of
from server.platform.instance import Instance
from server.settings import Settings


def register(commands: Commands) -> None:
    """Add the commands."""
    serve_parser = command(
        commands,
        "serve",
        serve,
        about="Serve pages, API and federation (and do the background work, unless switched off).",
        examples="meshwork serve\nMESHWORK_HTTP__LISTEN=0.0.0.0:8080 meshwork serve",
    )
    serve_parser.add_argument("--listen", metavar="ADDRESS:PORT", help="overrides http.listen")
    command(
        commands,
        "worker",
        worker,
        about="Do background work: deliveries, received activities, expiries.",
        examples="MESHWORK_JOBS__IN_PROCESS=false meshwork serve &\nmeshwork worker",
    )


def serve(asked: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = settings_of(asked)
    run_async(serve_until_stopped(settings, asked.listen or settings.http.listen))


def worker(asked: argparse.Namespace) -> None:
    """Do background work until SIGTERM or SIGINT."""
    run_async(_work_until_stopped(settings_of(asked)))


async def serve_until_stopped(
    settings: Settings,
    listen: str,
    *,
    once_up: Callable[[Instance], Awaitable[None]] | None = None,
) -> None:
    """Serve one instance; on SIGTERM finish what is in hand and lose nothing.

    `once_up` is called when requests are answered.
    """
    stopping = _stop_signal()
    instance = await prepared(settings, log_level=settings.log.level)
    async with instance.running(jobs=settings.jobs.in_process):
        runner = web.AppRunner(
            build_app(instance),
            access_log=None,  # structlog's own line, without addresses of people
            shutdown_timeout=settings.http.shutdown_seconds,
            keepalive_timeout=60,
        )
        await runner.setup()
        try:
            await _listen(runner, listen)
            print(f"Serving {settings.instance.base_url} on {listen}", flush=True)
            if once_up is not None:
                await once_up(instance)
            await stopping.wait()
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, listen: str) -> None:
    address, _, port = listen.rpartition(":")
    try:
        await web.TCPSite(runner, address.strip("[]"), int(port)).start()
    except (OSError, ValueError) as error:
        raise Failed(f"cannot listen on {listen}: {error}") from error


async def _work_until_stopped(settings: Settings) -> None:
    stopping = _stop_signal()
    instance: Instance = await prepared(settings, log_level=settings.log.level)
    async with instance.running(jobs=True):
        print("Working", flush=True)
        await stopping.wait()


def _stop_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping
