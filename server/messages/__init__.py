"""Messages: conversations of matched people and with staff, as pages and for Mastodon clients."""
