"""Pages and deeds around one article that are not its form: preview, withdraw, restore, send back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from insights import signals
from insights.models import Article, Byline, Version
from insights.views import article_context


@never_cache
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest version as readers would get it, for staff only."""
    article = get_object_or_404(Article, pk=pk)
    _demand(request, "insights.view_article", sees=article)
    newest = article.newest_version()
    if newest is None:
        raise Http404
    version = (
        Version.objects.select_related("article", "category", "cover", "series", "step__target_article")
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author__avatar")), "tags")
        .get(pk=newest.pk)
    )
    response = render(request, "insights/article.html", article_context(version, is_preview=True))
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_POST
@transaction.atomic
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    article = _to_decide_on(request, pk)
    if article.withdrawn_at is None and article.published_at is not None:
        article.withdraw(actor=request.user)
    return _back(request, article, "Withdrawn: readers no longer find it.")


@require_POST
@transaction.atomic
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    article = _to_decide_on(request, pk)
    if article.withdrawn_at is not None:
        article.restore(actor=request.user)
    return _back(request, article, "Restored: readers have it back.")


@require_POST
@transaction.atomic
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    article = _to_decide_on(request, pk)
    version = article.working_version()
    if version and version.submitted_at:
        version.send_back()
        signals.deed_done.send(
            sender=Article, actor=request.user, verb="sent back article", subject=version, details={"id": article.pk}
        )
    return _back(request, article, "Sent back: it is a draft again.")


def desk_state(request: HttpRequest, article: Article | None, form: Any) -> dict[str, Any]:
    """What the form's page says about the article, and which buttons it has."""
    may_publish = request.user.has_perm("insights.publish_article")
    stored: Version | None = form.stored
    status = article.status() if article and article.pk else Article.Status.DRAFT
    is_out = status in (Article.Status.PUBLISHED, Article.Status.WITHDRAWN)
    over = article and article.published_at and stored and stored.is_working
    return {
        "status": status,
        "status_label": Article.Status(status).label,
        "is_changing": bool(over),
        "in_review": bool(stored and stored.is_working and stored.submitted_at),
        "starts_at": stored.live_from if stored and stored.live_from and stored.live_from > timezone.now() else None,
        "stored": stored,
        "conflict": form.conflict,
        "zone": form.zone,
        "may_publish": may_publish,
        "publish_label": "Publish changes" if is_out else "Publish",
        "may_withdraw": may_publish and status in (Article.Status.PUBLISHED, Article.Status.SCHEDULED),
        "may_restore": may_publish and status == Article.Status.WITHDRAWN,
        "title": stored.title if stored else "New article",
        "subtitle": None,
    }


def _to_decide_on(request: HttpRequest, pk: int) -> Article:
    article = get_object_or_404(Article.objects.select_for_update(), pk=pk)
    _demand(request, "insights.publish_article", sees=article)
    return article


def _demand(request: HttpRequest, permission: str, *, sees: Article) -> None:
    """403 without the permission, or for an article that is not one's own where that is all one may see."""
    is_own = Article.objects.written_by(request.user).filter(pk=sees.pk).exists()
    if not (request.user.has_perm(permission) and (request.user.has_perm("insights.change_any_article") or is_own)):
        raise PermissionDenied


def name_by_title(article: Article) -> None:
    """Let the article be called by its newest title where the desk names it."""
    newest = article.newest_version()
    article.newest_versions = [newest] if newest else []  # type: ignore[attr-defined]


def note(request: HttpRequest, article: Article, words: str) -> None:
    """Write a deed into the article's own history at the desk."""
    name_by_title(article)
    assert request.user.pk is not None  # the desk's guard let nobody else through
    LogEntry.objects.log_actions(request.user.pk, [article], CHANGE, words, single_object=True)


def _back(request: HttpRequest, article: Article, words: str) -> HttpResponseRedirect:
    note(request, article, words)
    messages.success(request, words)
    return HttpResponseRedirect(reverse("admin:insights_article_change", args=[article.pk]))
