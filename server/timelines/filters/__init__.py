"""What somebody does not want to read: words and single posts, grouped, with places and a term."""
