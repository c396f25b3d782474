"""Search: from a query to pages of articles.

The engine returns the newest few hundred candidates of each tier: all words in the title, some there, in the excerpt,
anywhere. They are ranked here, and pages are slices of that, so every page costs the same on a site of any size.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils import timezone

from insights.models import Byline, Category, Version, VersionTag
from insights.search import vocabulary
from insights.search.documents import category_term, year_term
from insights.search.engines import Conditions, engine
from insights.search.exactness import Exactness
from insights.search.queries import Query, QueryPart
from insights.search.ranking import rank_document, weights
from insights.search.snippets import SnippetPiece, highlighted, passage
from insights.text.words import fold

PAGE_SIZE = 10
TIER = 80  # candidates of each tier with words in title or excerpt
ANYWHERE = 200
FREQUENT = 2_500  # articles that use a word; above this, `find` gets `frequent=True`
RETRIES = 4


@dataclass(frozen=True, slots=True)
class Hit:
    version: Version
    title: list[SnippetPiece]
    passage: list[SnippetPiece]


@dataclass(frozen=True, slots=True)
class Results:
    """Result of a search. `asked`: the query of the reader; `query`: the one that was used."""

    asked: Query
    query: Query
    places: Sequence[int] = ()  # best first
    respelled: dict[str, str] = field(default_factory=dict)
    left_out: Sequence[QueryPart] = ()  # dropped words: no article has them together with the rest
    is_cut: bool = False  # there may be more matches than were ranked

    @property
    def pages(self) -> int:
        return -(-len(self.places) // PAGE_SIZE)

    def page(self, number: int) -> list[Hit]:
        places = self.places[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        rows = (
            Version.objects.filter(search_entry__place__in=places)
            .select_related("article", "category", "search_entry")
            .defer("body", "html", "contents", "decision", "search_entry__document")
            .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))
        )
        versions = {version.search_entry.place: version for version in rows}
        return [_hit(versions[place], self.query) for place in places if place in versions]


def search(query: Query, *, category: Category | None = None, year: int | None = None) -> Results:
    """Return published articles, best first; without a match, those of the query that was probably meant."""
    narrowed = [[[category_term(category.pk)]]] if category else []
    narrowed += [[[year_term(year)]]] if year else []
    now = timezone.now()
    found = _ranked(query, narrowed, now)
    if found.places or not query:
        return found
    meant, respelled = query, vocabulary.respelled(word for part in query.parts for word in part.words)
    if respelled:
        meant = query.with_words(respelled)
        found = _ranked(meant, narrowed, now)
    left_out: list[QueryPart] = []
    frequencies = vocabulary.usage(meant.terms).frequencies
    while not found.places and len(meant.parts) > 1 and len(left_out) < RETRIES:
        # Drop a word that no article has first, then the most common one.
        some = min(meant.parts, key=lambda part: _rareness(part, frequencies))
        meant, left_out = meant.without(some), [*left_out, some]
        found = _ranked(meant, narrowed, now)
    if not found.places:
        return Results(query, query)
    kept = {fold(word) for part in meant.parts for word in part.words}
    suggested = {word: other for word, other in respelled.items() if other in kept}
    return Results(query, meant, found.places, suggested, left_out, found.is_cut)


def _rareness(part: QueryPart, frequencies: dict[str, int]) -> tuple[bool, int]:
    least = min(frequencies.get(term, 0) for term in part.terms)
    return least > 0, -least


def _ranked(query: Query, narrowed: Conditions, now: dt.datetime) -> Results:
    if not query:
        return Results(query, query)
    frequencies, total, words = vocabulary.usage(query.terms)
    everywhere: Conditions = [*([part.terms] for part in query.parts), *narrowed]
    singles = [term for part in query.parts for term in part.terms]
    frequent = min(frequencies.get(term, 0) for term in singles) > FREQUENT
    index = engine()
    places = index.find(everywhere, ANYWHERE, frequent=frequent)
    is_cut = len(places) == ANYWHERE
    if is_cut:  # otherwise every match is known already
        tiers: list[tuple[Conditions, int]] = [
            ([*([[f"t.{term}"]] for term in singles), *everywhere], TIER),
            ([[[f"t.{term}"] for term in singles], *everywhere], TIER if len(singles) > 1 else 0),
            ([[[f"s.{term}"] for term in singles], *everywhere], TIER),
        ]
        for wanted, limit in tiers:
            places += index.find(wanted, limit, frequent=frequent) if limit else []
    documents = _readable(set(places), now)
    weight = weights(query, frequencies, total)
    exactness = Exactness(query, words)
    near = {place: exactness.of(text) for place, text in _texts(documents)} if exactness else {}
    ranked = sorted(
        ((*rank_document(text, query, weight, near.get(place)), place) for place, text in documents.items()),
        reverse=True,
    )
    return Results(query, query, [place for _, _, place in ranked], is_cut=is_cut)


def _readable(places: set[int], now: dt.datetime) -> dict[int, str]:
    rows = Version.objects.readable(now).filter(search_entry__place__in=places).order_by()
    return dict(rows.values_list("search_entry__place", "search_entry__document"))


def _texts(places: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield each place with its text: title, excerpt, tags and body; two queries."""
    rows = Version.objects.filter(search_entry__place__in=list(places)).order_by()
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for pk, name in VersionTag.objects.filter(version__in=rows.values("pk")).values_list("version", "tag__name"):
        tags[pk].append(name)
    for pk, place, *lines, body in rows.values_list("pk", "search_entry__place", "title", "excerpt", "search_text"):
        yield place, "\n".join([*lines, *tags[pk], body])


def _hit(version: Version, query: Query) -> Hit:
    phrases = query.phrases
    in_body, in_excerpt = passage(version.search_text, phrases), highlighted(version.excerpt, phrases)
    hits_excerpt = {piece.text.lower() for piece in in_excerpt if piece.is_hit}
    hits_body = {piece.text.lower() for piece in in_body if piece.is_hit}
    shown = in_excerpt if len(hits_excerpt) >= max(1, len(hits_body)) or not in_body else in_body
    return Hit(version, highlighted(version.title, phrases), shown)
