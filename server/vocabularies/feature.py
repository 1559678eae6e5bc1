"""The wiring of vocabularies."""

from pathlib import Path
from typing import Final

from server.platform.feature import NOTHING, Feature
from server.vocabularies.privacy import PERSONAL_DATA
from server.vocabularies.routes import ROUTES

_HERE: Final = Path(__file__).parent

FEATURE: Final = Feature(
    name="vocabularies",
    personal_data=PERSONAL_DATA,
    activities=NOTHING,
    routes=ROUTES,
    templates=_HERE / "templates",
    static=_HERE / "static",
)
