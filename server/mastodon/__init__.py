"""The Mastodon client API: rows turned into Mastodon's entities, and its routes.

The files follow the headings of Mastodon's own documentation. Nothing is decided here: features
decide and read, this surface speaks.
"""
