"""The wiring of boards."""

from typing import Final

from server.boards.routes import ROUTES
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(name="boards", personal_data=NOTHING, activities=NOTHING, routes=ROUTES)
