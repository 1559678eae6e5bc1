"""Taking part: places at events with a waiting list, and interest in a vacancy."""
