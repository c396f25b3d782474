"""External links of published articles: extracted, checked periodically, reported when they break."""
