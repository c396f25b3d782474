"""Public pages: articles, lists, feeds, sitemaps and view counts."""
