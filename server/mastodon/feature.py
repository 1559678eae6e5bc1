"""The wiring of the Mastodon client API. It holds nothing itself."""

from pathlib import Path

from server.mastodon.routes import ROUTES
from server.platform.feature import NOTHING, Feature

FEATURE = Feature(
    name="mastodon",
    personal_data=NOTHING,
    activities=NOTHING,
    routes=ROUTES,
    static=Path(__file__).parent / "static",
)
