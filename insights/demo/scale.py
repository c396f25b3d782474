"""Generated articles for measurements, identical in every installation.

Words come from several demo articles or are invented, with frequencies as in real text, so that the index grows
realistically. HTML and index are made here in bulk, because the renderer would take most of an hour. COMMON is in every
second article, RARE in five, however many there are.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
import uuid
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.db import connection, transaction

from insights import markup, signals
from insights.models import Article, Author, Byline, Category, Step, Tag, Version, VersionTag
from insights.next_step.decisions import fallback_decision
from insights.search import index
from insights.search.engines import engine

COMMON = "survey"
RARE = "zephyrite"
RARE_IN = frozenset({7, 77, 177, 477, 777})
BATCH = 500
ROWS = 5_000  # versions made at once, at most

_NEWEST = dt.datetime(2026, 5, 20, tzinfo=dt.UTC)
_APART = dt.timedelta(minutes=50)
_NAMESPACE = uuid.UUID("5b1f7a60-31f5-5a44-9d53-0c8f0b7c2f1e")
_ARTICLES = Path(__file__).parent / "articles"


def scale_slug(number: int) -> str:
    return f"generated-{number}"


def make_scale(count: int, *, versions: int = 1, tell: Callable[[str, int], None] = lambda step, done: None) -> int:
    """Create missing articles, each with one live and `versions` - 1 older versions; return their number."""
    there = set(Article.objects.filter(slug__startswith="generated-").values_list("slug", flat=True))
    missing = [number for number in range(count) if scale_slug(number) not in there]
    filing = _Filing()
    at_once = max(1, min(BATCH, ROWS // versions))
    for start in range(0, len(missing), at_once):
        _make_batch(missing[start : start + at_once], versions, filing)
        tell("Articles", min(start + at_once, len(missing)))
    if missing:
        with engine().bulk():
            index.refresh_all(tell=lambda done: tell("Search", done))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        signals.listing_changed.send(sender=Version)
    return len(missing)


class _Filing:
    def __init__(self) -> None:
        numbers = range(1, 6)
        self.categories = [
            Category.objects.get_or_create(slug=f"generated-{n}", defaults={"name": f"Generated {n}", "position": 90})[
                0
            ]
            for n in numbers
        ]
        self.tags = [
            Tag.objects.get_or_create(slug=f"generated-{n}", defaults={"name": f"Generated {n}"})[0]
            for n in range(1, 21)
        ]
        self.authors = [
            Author.objects.get_or_create(
                slug=f"generated-desk-{n}", defaults={"name": f"Generated author {n}", "initials": "G"}
            )[0]
            for n in numbers
        ]
        self.step, self.decision = fallback_decision(Step.objects.in_use())


@transaction.atomic
def _make_batch(numbers: list[int], versions: int, filing: _Filing) -> None:
    articles = Article.objects.bulk_create(
        Article(
            uid=uuid.uuid5(_NAMESPACE, str(number)), slug=scale_slug(number), published_at=_NEWEST - number * _APART
        )
        for number in numbers
    )
    rows = Version.objects.bulk_create(
        _version(number, article, past, filing)
        for number, article in zip(numbers, articles, strict=True)
        for past in range(versions - 1, -1, -1)
    )
    numbered = list(zip((n for n in numbers for _ in range(versions)), rows, strict=True))
    Byline.objects.bulk_create(
        Byline(version=row, author=filing.authors[n % 5], listed_at=row.listed_at) for n, row in numbered
    )
    VersionTag.objects.bulk_create(
        VersionTag(version=row, tag=filing.tags[tag], listed_at=row.listed_at)
        for n, row in numbered
        for tag in {n % 20, n * 7 % 20}
    )


def _version(number: int, article: Article, past: int, filing: _Filing) -> Version:
    """Return the version `past` steps before the live one (0: live); older ones lasted a minute each."""
    chance = random.Random(f"{number}/{past}")  # noqa: S311 (reproducible is the point)
    title = " ".join(_words(chance, 5)).capitalize()
    if number % 20 == 0:
        title += f": a {COMMON}"
    short = past > 0  # only the number of old versions matters
    paragraphs = [" ".join(_sentence(chance) for _ in range(1 if short else 4)) for _ in range(1 if short else 4)]
    if number % 2 == 0 and not short:
        paragraphs[1] += f" The {COMMON} says so."
    if number in RARE_IN and not short:
        paragraphs[2] += f" No one had seen {RARE} before."
    text = "\n".join(paragraphs)
    listed_at = article.published_at
    assert listed_at is not None
    minute = dt.timedelta(minutes=1)
    return Version(
        article=article,
        title=title,
        excerpt=_sentence(chance),
        body="\n\n".join(paragraphs),
        html="".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs),
        search_text=text,
        words=len(text.split()),
        renderer=markup.RENDERER,
        category=filing.categories[number % 5],
        step=filing.step,
        decision=filing.decision.as_json(),
        live_from=listed_at - past * minute,
        live_until=listed_at - (past - 1) * minute if past else None,
        listed_at=listed_at,
    )


def _sentence(chance: random.Random) -> str:
    return " ".join(_words(chance, chance.randint(8, 14))).capitalize() + "."


def _words(chance: random.Random, count: int) -> list[str]:
    words, weights = _lexicon()
    return chance.choices(words, cum_weights=weights, k=count)


@cache
def _lexicon() -> tuple[list[str], list[float]]:
    """Return words and cumulative weights: words of at least four demo articles, then 20,000 invented ones."""
    shared: Counter[str] = Counter()
    for path in sorted(_ARTICLES.glob("*.md")):
        shared.update(set(re.findall(r"[a-z]{2,12}", path.read_text().rpartition("\n---\n")[2])))
    words = sorted((word for word, articles in shared.items() if articles >= 4), key=lambda word: (-shared[word], word))
    syllables = [a + b for a in "bdfglmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "or")]
    invented = ["".join(parts) for parts in itertools.islice(itertools.product(syllables, repeat=3), 0, 1_000_000, 50)]
    words += invented[:20_000]
    return words, list(itertools.accumulate(1 / rank for rank in range(10, len(words) + 10)))
