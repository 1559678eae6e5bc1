"""The pages of profiles: questions, how others see them, reach, name, colleagues, staff."""
