"""Posts that come from elsewhere: a pasted page, a subscribed calendar or feed, a table."""
