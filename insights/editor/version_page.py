"""Admin page of one version: its rendered page, its Markdown and the restore button."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from insights.admin.permissions import articles_seen_by
from insights.editor import live_preview_views
from insights.editor.live_preview import version_html
from insights.history.timeline import version_state
from insights.local_time import publication_zone
from insights.models import Article, Byline, Version


@csp_override(live_preview_views.WITH_THE_FRAME)
@never_cache
@require_safe
def one_version(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    article = seen_article(request, pk)
    return version_page(request, article, whole_version(article, version))


@csp_override(live_preview_views.IN_THE_FRAME)
@xframe_options_sameorigin
@never_cache
@require_safe
def framed(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    shown = whole_version(seen_article(request, pk), version)
    response = HttpResponse(version_html(request, shown))
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def version_page(
    request: HttpRequest,
    article: Article,
    version: Version,
    *,
    problems: tuple[str, ...] = (),
    typed_label: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page; `problems`: reasons why the restore or the label `typed_label` was refused."""
    context = {
        "title": version.title,
        "version": version,
        "standing": version_state(version, article),
        "can_restore": may_restore_versions(request, article) and not version.is_working,
        "can_label": may_restore_versions(request, article) and version.kept_at is not None,
        "typed_label": version.label if typed_label is None else typed_label,
        "problems": problems,
    }
    return article_admin_page(request, article, "version", context, status)


def article_admin_page(
    request: HttpRequest, article: Article, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render `admin/insights/article/<name>.html` with the admin's context."""
    shared = {**admin.site.each_context(request), "article": article, "opts": Article._meta}
    shared["zone"] = publication_zone()
    return render(request, f"admin/insights/article/{name}.html", {**shared, **context}, status=status)


def seen_article(request: HttpRequest, pk: int) -> Article:
    """Return the article. Raise Http404, or PermissionDenied if the account may not see it."""
    article = get_object_or_404(Article, pk=pk)
    may_see_any = request.user.has_perm("insights.change_any_article")
    is_seen = may_see_any or articles_seen_by(request).filter(pk=article.pk).exists()
    if not (request.user.has_perm("insights.view_article") and is_seen):
        raise PermissionDenied
    return article


def may_restore_versions(request: HttpRequest, article: Article) -> bool:
    """Return whether an account may restore: editors always, authors until there is a publication date."""
    may_change = request.user.has_perm("insights.change_article")
    is_free = article.published_at is None or request.user.has_perm("insights.change_any_article")
    return may_change and is_free


def whole_version(article: Article, pk: int) -> Version:
    """Return a version with all relations that its page shows. Raise Http404."""
    rows = Version.objects.filter(article=article).select_related(
        "article", "category", "cover", "series", "step__target_article", "pinned_step", "updated_by"
    )
    bylines = Prefetch("bylines", Byline.objects.select_related("author__avatar"))
    return get_object_or_404(rows.prefetch_related(bylines, "tags"), pk=pk)
