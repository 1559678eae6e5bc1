"""Coaching, wired."""

from typing import Final

from server.coaching import routes
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(
    name="coaching", personal_data=NOTHING, activities=NOTHING, routes=routes.ROUTES
)
