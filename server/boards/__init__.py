"""Boards of what is open, filtered and counted; saved searches, their alerts, and feeds."""
