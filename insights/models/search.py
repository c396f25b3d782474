"""What the search keeps beside the index: an entry for each text in it, and the words that the site uses.

The index itself is not a model: it is a table of the engine's own kind (`insights/search/engines.py`). The entry holds
the text as it was indexed, so that ranking is the same arithmetic on every engine and a text can be taken out again.
"""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """That a version stands in the index, and where: places grow with the moment of publication."""

    version = models.OneToOneField("insights.Version", models.CASCADE, primary_key=True, related_name="search_entry")
    place = models.BigIntegerField(unique=True)
    document = models.TextField()  # the terms of `insights/search/documents.py`, with a blank between them
    digest = models.CharField(max_length=32)  # of what the terms were made from

    def __str__(self) -> str:
        return f"version {self.version_id} at {self.place}"


class SearchWord(models.Model):
    """A word of the indexed texts, for suggestions and weights; `articles` is how many use it, by and large."""

    word = models.CharField(max_length=40, primary_key=True)
    stem = models.CharField(max_length=40, db_index=True)
    articles = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.word


class SearchDeletion(models.Model):
    """A way to write a word with a letter left out: what two spellings of one word have in common."""

    slip = models.CharField(max_length=8)
    word = models.CharField(max_length=40)

    class Meta:
        db_table = "insights_searchslip"
        constraints = [models.UniqueConstraint(fields=["slip", "word"], name="search_slip_once")]

    def __str__(self) -> str:
        return f"{self.slip}: {self.word}"
