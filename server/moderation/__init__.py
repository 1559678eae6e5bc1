"""Reports, and what moderators decide about people and other instances."""
