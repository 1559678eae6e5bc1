"""The wiring of joining."""

from typing import Final

from server.joining.routes import ROUTES
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(name="joining", personal_data=NOTHING, activities=NOTHING, routes=ROUTES)
