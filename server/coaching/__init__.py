"""Coaching: how matches and people fare.

Check-ins and surveys, the staff's tasks, the case of a person with its notes, references to other
services and obstacles, the alarm when a match falls silent, and stories of success.
"""
