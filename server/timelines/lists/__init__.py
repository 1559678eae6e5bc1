"""Lists: a person's own choice of people, read as a timeline of its own."""
