"""Reports, wired."""

from typing import Final

from server.platform.feature import NOTHING, Feature
from server.reports import routes

FEATURE: Final = Feature(
    name="reports", personal_data=NOTHING, activities=NOTHING, routes=routes.ROUTES
)
