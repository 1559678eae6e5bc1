"""The wiring of admin."""

from typing import Final

from server.admin.routes import ROUTES
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(name="admin", personal_data=NOTHING, activities=NOTHING, routes=ROUTES)
