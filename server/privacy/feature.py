"""The wiring of privacy. It holds nothing itself; it asks the others."""

from server.platform.feature import NOTHING, Feature

FEATURE = Feature(name="privacy", personal_data=NOTHING, activities=NOTHING)
