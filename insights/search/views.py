"""Search page: its whole state is in the URL; no session and no script."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.models import Category, SearchEntry, Tag, Version
from insights.search.documents import local_year, published_at_of
from insights.search.finding import PAGE_SIZE, search
from insights.search.queries import MAX_CHARACTERS, QueryTooLong, read_query

PAGES = 50  # no search has as many; a higher number is an invalid URL


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"text": text, "categories": list(Category.objects.all()), "url": _search_url({})}
    try:
        query = read_query(text)
        number = _number(request.GET.get("page", ""), 1, PAGES) or 1
        year = _number(request.GET.get("year", ""), 1, 9999)
        slug = request.GET.get("category", "")
        category = next((row for row in context["categories"] if row.slug == slug), None)
        if slug and category is None:
            raise ValueError(slug)
    except QueryTooLong:
        context |= {"text": text[:MAX_CHARACTERS], "too_long": MAX_CHARACTERS}
        return render(request, "insights/search.html", context, status=400)
    except ValueError:
        return render(request, "insights/broken_cursor.html", context, status=400)
    if not query:
        example = _example()
        context |= {"example": example, "example_url": _search_url({"q": f'"{example}"'})}
    results = search(query, category=category, year=year)
    hits = results.page(number)
    kept = {"q": text, "category": slug, "year": year or ""}
    context |= {
        "query": query,
        "results": results,
        "hits": hits,
        "number": number,
        "start": (number - 1) * PAGE_SIZE + 1,
        "first": _search_url(kept),
        "meant": _search_url(kept | {"q": results.query.text}),
        "previous": _search_url(kept | {"page": number - 1 if number > 2 else ""}) if number > 1 else "",
        "following": _search_url(kept | {"page": number + 1}) if number < results.pages else "",
        "category_links": _links(kept, "category", "All", {row.slug: row.name for row in context["categories"]}),
        "year_links": _links(kept, "year", "Any year", {str(one): str(one) for one in _years()}),
        "is_narrowed": bool(category or year),
        "unnarrowed": _search_url({"q": text}),
    }
    status = 404 if number > 1 and not hits else 200
    return render(request, "insights/search.html", context, status=status)


def _number(text: str, least: int, most: int) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 4 or not least <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def _search_url(values: dict[str, Any]) -> str:
    parameters = urlencode({name: value for name, value in values.items() if value})
    return reverse("insights:search") + (f"?{parameters}" if parameters else "")


def _links(kept: dict[str, Any], name: str, every: str, choices: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "value": value,
            "url": _search_url(kept | {name: value}),
            "is_current": str(kept[name]) == value,
        }
        for value, label in ({"": every} | choices).items()
    ]


def _example() -> str:
    """Return an example query: a tag of several words under a published article; else empty."""
    tags = Tag.objects.exclude(name__contains='"').filter(name__contains=" ", versions__in=Version.objects.readable())
    return tags.order_by("name").values_list("name", flat=True).first() or ""


def _years() -> list[int]:
    """Return the years from the first to the latest article, newest first, at most 12; two index lookups."""
    places = SearchEntry.objects.order_by("place").values_list("place", flat=True)
    ends = [published_at_of(place) for place in [*places[:1], *places.reverse()[:1]]]
    if not ends:
        return []
    first, last = local_year(ends[0]), local_year(min(ends[-1], timezone.now()))  # scheduled articles stay secret
    return list(range(last, max(first, last - 11) - 1, -1))
