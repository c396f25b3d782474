"""Public pages: front page, lists and articles."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from insights.models import Author, Category, Series, Step, Tag, Version
from insights.models.versions import VersionQuerySet
from insights.public.article_page import article_context, live_version
from insights.public.listing import FACETS, InvalidListCursor, ListPage, list_page
from insights.public.redirects import Unpublished, successor
from insights.public.series_parts import series_page


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    page = list_page(Version.objects.readable())
    lead, latest, earlier = page.versions[:1], page.versions[1:7], page.versions[7:]
    context = {
        "lead_version": lead[0] if lead else None,
        "latest": latest,
        "earlier": earlier,
        "step": _newsletter_step(),
    }
    return render(request, "insights/front.html", context)


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    return _list(request, Version.objects.readable(), {"heading": "Insights", "url": "/insights/"})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    return _facet(request, "category", Category.objects.select_related("picture"), slug)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    return _facet(request, "tag", Tag.objects.select_related("picture"), slug)


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    return _facet(request, "author", Author.objects.select_related("avatar"), slug)


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    return _facet(request, "series", Series.objects.select_related("picture"), slug)


def _facet(request: HttpRequest, kind: str, rows: models.QuerySet[Any], slug: str) -> HttpResponse:
    row = rows.filter(slug=slug).first()
    if row is None:
        return redirect(successor(kind, slug).get_absolute_url(), permanent=True)
    field, date_field = FACETS[kind]
    context = {"heading": str(row), "facet": row, "kind": kind, "url": row.get_absolute_url()}
    context["is_series"] = kind == "series"
    read = series_page if kind == "series" else partial(list_page, date_field=date_field)
    return _list(request, Version.objects.readable().filter(**{field: row}), context, read)


def _list(
    request: HttpRequest,
    versions: VersionQuerySet,
    context: dict[str, Any],
    read: Callable[..., ListPage] = list_page,
) -> HttpResponse:
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    try:
        page = read(versions, before=before, after="" if before else after)
    except InvalidListCursor:
        return render(request, "insights/broken_cursor.html", context, status=400)
    status = 200 if page.versions or page.is_first else 404
    context |= {"page": page, "categories": Category.objects.all()}
    return render(request, "insights/list.html", context, status=status)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    version = live_version(slug)
    if version is None:
        try:
            return redirect(successor("article", slug).get_absolute_url(), permanent=True)
        except Unpublished:
            return _gone(request)
    return render(request, "insights/article.html", article_context(version))


def _gone(request: HttpRequest) -> HttpResponse:
    response = render(request, "insights/gone.html", status=410)
    response["Cache-Control"] = "no-store"
    return response


def _newsletter_step() -> Step | None:
    """Return the next step with the sign-up form, for pages that are not an article."""
    return Step.objects.in_use().filter(kind=Step.Kind.NEWSLETTER).order_by("-is_default", "position").first()
