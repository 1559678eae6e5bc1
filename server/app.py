"""The web application: every feature's routes, templates, texts and styles, put together once."""

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from server.platform import health, metrics
from server.platform.feature import Feature
from server.platform.http import assets, render
from server.platform.http.csrf import FormSigner
from server.platform.http.decorators import checked_routes
from server.platform.http.limits import RateLimits
from server.platform.http.middleware import HttpOptions, install
from server.platform.http.nesting import Bounds
from server.platform.instance import INSTANCE, Instance
from server.platform.mail import mailbox

_BODY_SLACK = 64 * 1024  # the parts of an upload beside the file


def build_app(instance: Instance) -> web.Application:
    """Return the application that serves an instance; the instance is started by the caller.

    Raises UndeclaredRoute when a route does not say who may call it.
    """
    settings = instance.settings
    most = settings.media.max_image_bytes
    app = web.Application(client_max_size=most + _BODY_SLACK)
    app[INSTANCE] = instance
    app[health.STOPPING] = []
    app[metrics.METRICS_REFRESH] = metrics.Refresh(health.show_queue)
    install(
        app,
        HttpOptions(
            base_url=instance.site.base_url,
            signer=FormSigner(lambda text: instance.vault.mark("form token", text)),
            trusted_proxies=settings.http.trusted_proxies,
            limits=RateLimits(enabled=settings.limits.enabled),
            bounds=Bounds(max_upload_bytes=most),
            metrics_networks=settings.http.metrics_networks,
            sign_in_path="/auth/sign_in",
            act_as_path="/auth/act_as",
        ),
        instance.languages,
        metrics=instance.metrics,
        clock=instance.clock,
    )
    render.setup(
        app,
        {**_folders(instance.features, "templates"), "mail": mailbox.TEMPLATES},
        time_zone=settings.instance.time_zone,
        clock=instance.clock,
    )
    app[assets.ASSETS] = assets.Assets(_folders(instance.features, "static"))
    for feature in instance.features:
        app.add_routes(checked_routes(feature.routes))
        if feature.install is not None:
            feature.install(app)
    app.add_routes(
        checked_routes([*health.ROUTES, *metrics.ROUTES, *assets.ROUTES, *mailbox.ROUTES])
    )
    app.on_shutdown.append(_end_streams)
    return app


def _folders(features: tuple[Feature, ...], what: str) -> Mapping[str, Path]:
    found = {feature.name: getattr(feature, what) for feature in features}
    return {name: folder for name, folder in found.items() if folder is not None}


async def _end_streams(app: web.Application) -> None:
    app[health.STOPPING].append(True)
    app[INSTANCE].live.end_all()
