"""Meetings, wired."""

from typing import Final

from server.meetings import routes
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(
    name="meetings", personal_data=NOTHING, activities=NOTHING, routes=routes.ROUTES
)
