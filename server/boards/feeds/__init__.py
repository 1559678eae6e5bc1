"""Feeds of everything public: what stands in them, how each format writes it, where they are.

Only what anybody may see is in a feed, whoever asks. What is withdrawn or has ended leaves it.
"""
