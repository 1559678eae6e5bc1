"""Matching: staff bring a talent together with a mentor or an organisation; both sides decide."""
