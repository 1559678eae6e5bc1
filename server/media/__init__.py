"""Pictures: uploaded ones re-encoded and stored, those of other servers fetched through us."""
