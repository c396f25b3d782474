"""Words that the site uses, and spelling corrections.

Each word is stored with the variants of its first characters, each without one character. Spellings that differ by one
edit share a variant, so an index finds the few similar words. A comparison with every word would grow with the site.
Trigrams would need an extension on PostgreSQL.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from insights.models import SearchDeletion, SearchWord
from insights.text.words import fold, term_of

HEAD = 8  # characters from which variants are made
BATCH = 400
ALL = ""  # key that counts all articles


def learn_later(words: Iterable[str], count: int) -> None:
    """Count the words of an article after the commit; `count`: 1 for an added article, -1 for a removed one."""
    # After the commit, so that editors who publish at the same time do not wait; a lost count does no harm.
    transaction.on_commit(partial(learn, Counter(dict.fromkeys([ALL, *words], count))), robust=True)


@transaction.atomic
def learn(counts: Counter[str]) -> None:
    words = sorted(word for word, count in counts.items() if count)
    for start in range(0, len(words), BATCH):
        some = words[start : start + BATCH]
        known = set(SearchWord.objects.filter(word__in=some).values_list("word", flat=True))
        slips = [
            SearchDeletion(slip=slip, word=word)
            for word in some
            if word not in known
            for slip in deletion_variants(word)
        ]
        SearchDeletion.objects.bulk_create(slips, ignore_conflicts=True)
        table = SearchWord._meta.db_table
        rows = ", ".join(["(%s, %s, %s)"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (word, stem, articles) VALUES {rows}"  # noqa: S608 (our own names; sorted: no deadlock)
                f" ON CONFLICT (word) DO UPDATE SET articles = {table}.articles + excluded.articles",
                [value for word in some for value in (word, term_of(word) if word else "", counts[word])],
            )


@transaction.atomic
def relearn(counts: Counter[str]) -> None:
    SearchDeletion.objects.all().delete()
    SearchWord.objects.all().delete()
    learn(counts)


class Usage(NamedTuple):
    frequencies: dict[str, int]  # approximate number of articles, by term
    total: int  # of articles
    words: dict[str, set[str]]  # folded words, by term


def usage(terms: Iterable[str]) -> Usage:
    rows = SearchWord.objects.filter(Q(stem__in=list(terms)) | Q(word=ALL)).order_by()
    counts: Counter[str] = Counter()
    words: defaultdict[str, set[str]] = defaultdict(set)
    for word, stem, articles in rows.values_list("word", "stem", "articles"):
        counts[stem] += articles
        if articles > 0:
            words[stem].add(word)
    total = max(counts.pop("", 0), 0)
    return Usage({term: min(max(count, 0), total) for term, count in counts.items()}, total, dict(words))


def respelled(words: Iterable[str]) -> dict[str, str]:
    """Return the probably meant word for each of these words that no article uses."""
    folded = [word for word in dict.fromkeys(map(fold, words)) if word.isascii() and word.isalpha()]
    if not folded:
        return {}
    stems = {word: term_of(word) for word in folded}
    known = set(SearchWord.objects.filter(stem__in=stems.values(), articles__gt=0).values_list("stem", flat=True))
    found = {}
    for word in folded:
        if stems[word] not in known and (other := _nearest(word)):
            found[word] = other
    return found


def deletion_variants(word: str) -> set[str]:
    """Return the first characters of a word, and all variants without one; none if it is too short or not ASCII."""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return set()
    head = word[:HEAD]
    return {head, *(head[:place] + head[place + 1 :] for place in range(len(head)))}


def _nearest(word: str) -> str:
    """Return the known word with the fewest edits, then the most articles; empty if none is near."""
    most = 0 if len(word) < 4 else 1 if len(word) < 6 else 2 if len(word) < 11 else 3
    near = SearchDeletion.objects.filter(slip__in=deletion_variants(word)).values("word")
    rows = SearchWord.objects.filter(word__in=near, articles__gt=0).order_by("-articles", "word")
    candidates = [
        (far, -articles, other)
        for other, articles in rows.values_list("word", "articles")[:500]
        if abs(len(other) - len(word)) <= most and (far := distance(word, other)) <= most
    ]
    return min(candidates)[2] if candidates else ""


def distance(one: str, other: str) -> int:
    """Return the number of edits: insertion, deletion, substitution, or a swap of neighbors."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, character in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (character != its))
            if i > 1 and j > 1 and character == other[j - 2] and one[i - 2] == its:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
