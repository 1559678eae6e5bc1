"""Coaching: how matches and people fare: check-ins, surveys, tasks, notes of staff, references."""
