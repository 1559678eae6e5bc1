"""From an activity to the inboxes of its audience.

`audience` reads who is addressed, `fan_out` turns recipients into inboxes, `sending` posts to one
of them, `retrying` says when to try again and `breaker` which hosts to leave alone. Queues,
leases and tables are the application's.
"""
