"""Programmes: mentoring cohorts and coaching tracks, who takes part, and by which rules."""
