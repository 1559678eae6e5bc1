"""The wiring of drafts."""

from typing import Final

from server.drafts.routes import ROUTES
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(name="drafts", personal_data=NOTHING, activities=NOTHING, routes=ROUTES)
