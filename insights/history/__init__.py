"""What became of a text: the timeline of an article, and any two of its versions laid side by side, word by word."""
