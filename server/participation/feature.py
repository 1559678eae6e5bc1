"""The wiring of participation."""

from typing import Final

from server.participation.routes import ROUTES
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(
    name="participation", personal_data=NOTHING, activities=NOTHING, routes=ROUTES
)
