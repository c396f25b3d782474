"""Text: words, slugs, invisible characters, URLs and email addresses; pure, knows no row."""
