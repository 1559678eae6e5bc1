"""Posts that are not published yet: drafts, and those that wait for their moment."""
