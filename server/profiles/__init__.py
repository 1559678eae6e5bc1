"""What people tell of themselves, each field with its audience; organisations and their members."""
