"""The wiring of importing."""

from typing import Final

from server.importing.routes import ROUTES
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(name="importing", personal_data=NOTHING, activities=NOTHING, routes=ROUTES)
