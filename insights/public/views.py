"""The publication as readers see it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.models import Article, Author, Category, FormerSlug, Series, SiteSettings, Step, Tag, Version
from insights.models.versions import VersionQuerySet
from insights.next_step.decisions import decision_of, fallback_decision
from insights.public.article_page import live_version
from insights.public.listing import BrokenCursor, Page, list_page
from insights.public.series_parts import series_page

logger = logging.getLogger(__name__)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    page = list_page(Version.objects.readable())
    lead, latest, earlier = page.versions[:1], page.versions[1:7], page.versions[7:]
    context = {
        "lead_version": lead[0] if lead else None,
        "latest": latest,
        "earlier": earlier,
        "step": _letter_step(),
    }
    return render(request, "insights/front.html", context)


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    return _list(request, Version.objects.readable(), {"heading": "Insights", "address": "/insights/"})


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


# kind → the field of Version that the facet filters, and the moment its list is walked by
FACETS = {
    "category": ("category", "listed_at"),
    "tag": ("version_tags__tag", "version_tags__listed_at"),
    "author": ("bylines__author", "bylines__listed_at"),
    "series": ("series", "listed_at"),
}


def _facet(request: HttpRequest, kind: str, rows: models.QuerySet[Any], slug: str) -> HttpResponse:
    row = rows.filter(slug=slug).first()
    if row is None:
        return redirect(successor(kind, slug).get_absolute_url(), permanent=True)
    field, moment = FACETS[kind]
    context = {"heading": str(row), "facet": row, "kind": kind, "address": row.get_absolute_url()}
    context["is_series"] = kind == "series"
    read = series_page if kind == "series" else partial(list_page, moment=moment)
    return _list(request, Version.objects.readable().filter(**{field: row}), context, read)


def _list(
    request: HttpRequest,
    versions: VersionQuerySet,
    context: dict[str, Any],
    read: Callable[..., Page] = list_page,
) -> HttpResponse:
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    try:
        page = read(versions, before=before, after="" if before else after)
    except BrokenCursor:
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
        except Withdrawn:
            return _gone(request)
    return render(request, "insights/article.html", article_context(version))


def article_context(version: Version, *, is_preview: bool = False) -> dict[str, Any]:
    """What `insights/article.html` needs; a preview always shows the decision line and is not counted."""
    step, decision = version.step, decision_of(version)
    if step is None or not _leads_somewhere(step):
        logger.warning("The next step of “%s” leads nowhere; the default stands in.", version.article.slug)
        step, decision = fallback_decision(Step.objects.in_use())
    return {
        "version": version,
        "article": version.article,
        "step": step,
        "step_template": f"next_steps/{step.kind}.html" if step else "",
        "decision_line": decision.line(),
        "shows_decision_line": is_preview or SiteSettings.current().shows_decision_line,
        "is_preview": is_preview,
    }


class Withdrawn(Http404):
    """Readers had this article, and it was withdrawn: 410 where that can be said, else 404."""


def successor(kind: str, slug: str) -> Any:
    """Return what the slug used to name, or names in lower case, if readers can open that. Raises Http404.

    The slug of an article that was out is its own: it goes back to none that had it before, and raises Withdrawn.
    """
    small = slug.lower()
    found = _former(kind, slug) if small == slug else _former(kind, slug) or _named(kind, small) or _former(kind, small)
    if found is None:
        raise Http404
    return found


def _named(kind: str, slug: str) -> Any:
    if kind == "article":
        return Article.objects.published().filter(slug=slug).first()
    model: Any = FormerSlug._meta.get_field(kind).related_model
    return model.objects.filter(slug=slug).first()


def _former(kind: str, slug: str) -> Any:
    """What a redirect from the slug leads to, or None. Raises Withdrawn, or Http404 where that cannot be read yet."""
    if kind == "article":
        _refuse_unreadable(Article.objects.filter(slug=slug, published_at__lte=timezone.now()).first())
    former = FormerSlug.objects.filter(kind=kind, slug=slug).select_related(kind).first()
    if former is None:
        return None
    _refuse_unreadable(former.article)
    return former.target


def _refuse_unreadable(article: Article | None) -> None:
    if article is None or Article.objects.published().filter(pk=article.pk).exists():
        return
    had_readers = article.published_at and article.withdrawn_at and article.published_at <= article.withdrawn_at
    raise Withdrawn if had_readers and article.status() == Article.Status.WITHDRAWN else Http404


def _gone(request: HttpRequest) -> HttpResponse:
    response = render(request, "insights/gone.html", status=410)
    response["Cache-Control"] = "no-store"
    return response


def _leads_somewhere(step: Step) -> bool:
    """Whether readers who follow a step arrive: an article to read next must be out, which costs a query."""
    if step.kind != Step.Kind.ARTICLE or not step.is_active:
        return step.is_active
    target = step.target_article_id
    return target is not None and Article.objects.published().filter(pk=target).exists()


def _letter_step() -> Step | None:
    """The step whose words invite to the letter, for pages that are not an article."""
    return Step.objects.in_use().filter(kind=Step.Kind.NEWSLETTER).order_by("-is_default", "position").first()
