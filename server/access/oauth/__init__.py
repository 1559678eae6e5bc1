"""Client applications: they register, people consent, tokens are given and revoked (OAuth 2)."""
