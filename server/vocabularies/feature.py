"""The wiring of vocabularies."""

from typing import Final

from server.platform.feature import NOTHING, Feature
from server.vocabularies import model as _tables  # noqa: F401 - loads the tables
from server.vocabularies.routes import ROUTES

FEATURE: Final = Feature(
    name="vocabularies", personal_data=NOTHING, activities=NOTHING, routes=ROUTES
)
