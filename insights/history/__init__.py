"""History of an article: its timeline, and the comparison of two versions word by word."""
