"""What readers get that are programs: feeds, sitemaps, Markdown twins, structured data."""
