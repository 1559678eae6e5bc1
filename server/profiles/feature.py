"""The wiring of profiles."""

from typing import Final

from server.platform.feature import NOTHING, Feature
from server.profiles.routes import ROUTES

FEATURE: Final = Feature(name="profiles", personal_data=NOTHING, activities=NOTHING, routes=ROUTES)
