"""Messages, wired."""

from typing import Final

from server.messages import routes
from server.platform.feature import NOTHING, Feature

FEATURE: Final = Feature(
    name="messages", personal_data=NOTHING, activities=NOTHING, routes=routes.ROUTES
)
