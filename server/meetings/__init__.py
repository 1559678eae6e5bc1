"""Meetings: when and how matched people, and people and staff, meet."""
