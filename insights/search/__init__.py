"""Full-text search.

words → documents → engines    from text to terms, to one row of terms, to the index of SQLite or PostgreSQL
index                          updates of the index
queries → finding → snippets   from the typed text to candidates, ranked (`ranking`), each with a passage
vocabulary                     the site's own words, for weights and for "did you mean"
"""
