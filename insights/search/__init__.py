"""Searching the whole text of the publication.

words → documents → engines    from text to terms, to a row of terms, to the index of SQLite or PostgreSQL
index                          what stands in it, and when that changes
queries → finding → snippets   from what somebody typed to candidates, ranked (`ranking`), with a passage of each
vocabulary                     the site's own words, for weights and for "did you mean"
"""
