"""Matching, wired."""

from typing import Final

from server.matching import routes
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(
    name="matching", personal_data=NOTHING, activities=NOTHING, routes=routes.ROUTES
)
