"""Mastodon's entities: pure functions from rows to JSON-ready dictionaries."""
