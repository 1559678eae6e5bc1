"""Programmes, wired."""

from typing import Final

from server.platform.feature import NOTHING, Feature
from server.programmes import routes

FEATURE: Final = Feature(
    name="programmes", personal_data=NOTHING, activities=NOTHING, routes=routes.ROUTES
)
