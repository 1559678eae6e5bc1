"""Posts of every kind: written, received, read, reacted to, and taken back."""
