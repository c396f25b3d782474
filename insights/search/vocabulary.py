"""The words that the site uses, and the one that was probably meant.

Chosen: each word is kept with the ways to write its first letters with one letter left out. Two spellings that differ
by a letter too many, too few, another or exchanged share one of them, so the near words are a handful of rows found by
an index; the distance is then counted over those alone. Against comparing with every word, which grows with the site,
and against trigrams, which need an extension on PostgreSQL.

Counts are learned after the commit that changed the index: they only weigh and suggest, so a lost one does no harm,
and editors who publish at the same moment never wait for one another's words.
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

HEAD = 8  # letters of which slips are made
BATCH = 400
ALL = ""  # the word under which all articles are counted


def learn_later(words: Iterable[str], count: int) -> None:
    """Count the words of an article that came in (1) or went out (-1), once that is settled."""
    transaction.on_commit(partial(learn, Counter(dict.fromkeys([ALL, *words], count))), robust=True)


@transaction.atomic
def learn(counts: Counter[str]) -> None:
    """Add to the counts of folded words."""
    words = sorted(word for word, count in counts.items() if count)
    for start in range(0, len(words), BATCH):
        some = words[start : start + BATCH]
        known = set(SearchWord.objects.filter(word__in=some).values_list("word", flat=True))
        slips = [SearchDeletion(slip=slip, word=word) for word in some if word not in known for slip in slips_of(word)]
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
    """Forget everything and learn `counts`."""
    SearchDeletion.objects.all().delete()
    SearchWord.objects.all().delete()
    learn(counts)


class Usage(NamedTuple):
    """By and large how many articles use each term, how many there are, and the folded words of each term."""

    frequencies: dict[str, int]
    total: int
    words: dict[str, set[str]]


def usage(terms: Iterable[str]) -> Usage:
    """Return how the site uses terms; one query."""
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
    """Of these words, those that no article uses, each with the word that was probably meant."""
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


def slips_of(word: str) -> set[str]:
    """The first letters of a word, and those with one letter left out; none of what nobody means by mistake."""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return set()
    head = word[:HEAD]
    return {head, *(head[:place] + head[place + 1 :] for place in range(len(head)))}


def _nearest(word: str) -> str:
    """The known word that is fewest letters away, of several the one that most articles use; empty if none is near."""
    most = 0 if len(word) < 4 else 1 if len(word) < 6 else 2 if len(word) < 11 else 3
    near = SearchDeletion.objects.filter(slip__in=slips_of(word)).values("word")
    rows = SearchWord.objects.filter(word__in=near, articles__gt=0).order_by("-articles", "word")
    candidates = [
        (far, -articles, other)
        for other, articles in rows.values_list("word", "articles")[:500]
        if abs(len(other) - len(word)) <= most and (far := distance(word, other)) <= most
    ]
    return min(candidates)[2] if candidates else ""


def distance(one: str, other: str) -> int:
    """How many letters are too many, too few, others, or exchanged with their neighbour."""
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
