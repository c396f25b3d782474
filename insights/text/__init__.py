"""Pure text functions: words, slugs, invisible characters, URLs and email addresses; no database."""
