"""Search data beside the index: an entry per indexed version, and the words of the site.

The index is a native table (`insights/search/engines.py`). Entries store the text as indexed, so that it can be removed
again and ranking is the same on each database.
"""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    version = models.OneToOneField("insights.Version", models.CASCADE, primary_key=True, related_name="search_entry")
    place = models.BigIntegerField(unique=True)  # grows with the publication date
    document = models.TextField()  # terms of `insights/search/documents.py`, separated by spaces
    digest = models.CharField(max_length=32)  # of the fields that the terms come from

    def __str__(self) -> str:
        return f"version {self.version_id} at {self.place}"


class SearchWord(models.Model):
    """Word of the indexed texts, for suggestions and weights; `articles` is an approximate count."""

    word = models.CharField(max_length=40, primary_key=True)
    stem = models.CharField(max_length=40, db_index=True)
    articles = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.word


class SearchDeletion(models.Model):
    """Spelling key: the first 8 characters of a word, or these without one; similar words share a key."""

    slip = models.CharField(max_length=8)
    word = models.CharField(max_length=40)

    class Meta:
        db_table = "insights_searchslip"
        constraints = [models.UniqueConstraint(fields=["slip", "word"], name="search_slip_once")]

    def __str__(self) -> str:
        return f"{self.slip}: {self.word}"
