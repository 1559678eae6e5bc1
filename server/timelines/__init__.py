"""What is in whose home, the public timelines, how far people have read, and live streams."""
