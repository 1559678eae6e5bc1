"""Durable background work in the same database: enqueued with the change, leased, retried."""
