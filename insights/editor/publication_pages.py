"""Views of one article outside its form: preview, unpublish, republish, unschedule."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from insights.admin.model_admin import with_link
from insights.editor.review_forms import UnpublishForm
from insights.local_time import format_local, publication_zone
from insights.models import Article, User, Version
from insights.models.page_urls import page_url
from insights.public.article_page import article_context
from insights.public.preview import with_page_relations


@never_cache
@require_safe
def preview_article(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article, pk=pk)
    require_permission(request, "insights.view_article", sees=article)
    newest = article.newest_version()
    if newest is None:
        raise Http404
    context = article_context(with_page_relations(newest), is_preview=True)
    if request.GET.get("why") == "out" and article.published_at:  # redirected from the form, now closed to its author
        is_to_come = article.published_at > timezone.now()
        state = "scheduled" if is_to_come else "published"
        context["why"] = f"This article is {state}. Only editors can edit it now. Ask an editor to change it."
    elif newest.is_working:
        context["why"] = "This is the draft, as readers will see it."
    else:
        context["why"] = "This is the newest version, as it looks on the site."
    if newest.new_slug:
        context["why"] += f" URL after publishing: {page_url('insights:article', newest.new_slug)}"
    response = render(request, "insights/admin_preview.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_POST
@transaction.atomic
def unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    """Unpublish at the posted `at` (site's time zone; empty: now); this replaces an earlier choice."""
    article = get_article_to_publish(request, pk)
    form = UnpublishForm(request.POST, zone=publication_zone(), article=article)
    if not form.is_valid():
        return action_refused(request, article, form, "unpublish", "Unpublish", status=400)
    if article.published_at is None:
        return _back(request, article, "Nothing was changed: this article is not published.")
    at = form.cleaned_data["at"]
    if article.unpublished_at is None or article.unpublished_at > timezone.now():
        article.unpublish(at, actor=request.user)
    message = (
        f"Will be unpublished on {format_local(at, request.user)}." if at else "Unpublished. Not visible to readers."
    )
    return _back(request, article, message)


@require_POST
@transaction.atomic
def republish(request: HttpRequest, pk: int) -> HttpResponse:
    """Republish an unpublished article, or cancel a scheduled unpublishing."""
    article = get_article_to_publish(request, pk)
    is_to_come = article.unpublished_at is not None and article.unpublished_at > timezone.now()
    if article.unpublished_at is not None:
        article.republish(actor=request.user)
    message = "Unpublishing canceled." if is_to_come else "Published again."
    return _back(request, article, message)


@require_POST
@transaction.atomic
def unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_article_to_publish(request, pk)
    version = article.unschedule(actor=request.user)
    if version is None:
        reason = "Nothing is scheduled. The article was already published or unscheduled."
        return action_refused(request, article, None, "", "", status=409, reason=reason)
    return _back(request, article, "Unscheduled. The text is a draft again.")


def get_article_to_publish(request: HttpRequest, pk: int) -> Article:
    """Return the article, locked in a transaction. Raise PermissionDenied without `publish_article`."""
    articles = Article.objects.locked() if transaction.get_connection().in_atomic_block else Article.objects
    article = get_object_or_404(articles, pk=pk)
    require_permission(request, "insights.publish_article", sees=article)
    return article


def require_permission(request: HttpRequest, permission: str, *, sees: Article) -> None:
    """Raise PermissionDenied without the permission, or if the account may not see the article."""
    is_own = Article.objects.written_by(request.user).filter(pk=sees.pk).exists()
    if not (request.user.has_perm(permission) and (request.user.has_perm("insights.change_any_article") or is_own)):
        raise PermissionDenied


def who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def keep_newest_version(article: Article, newest: Version | None) -> None:
    """Set the version whose title `Article.__str__` shows."""
    article.newest_versions = [newest] if newest else []


def log_to_admin(request: HttpRequest, article: Article, words: str) -> None:
    keep_newest_version(article, article.newest_version())
    LogEntry.objects.log_actions(who(request).pk, [article], CHANGE, words, single_object=True)


def action_refused(
    request: HttpRequest, article: Article, form: Any, action: str, button: str, *, status: int, reason: str = ""
) -> HttpResponse:
    """Render the reason why nothing was done. `action`: name of the view that takes the form again."""
    newest = article.newest_version()
    context = {
        **admin.site.each_context(request),
        "title": newest.title if newest else article.slug,
        "article": article,
        "form": form,
        "reason": reason,
        "button": button,
        "action": reverse(f"admin:insights_article_{action}", args=[article.pk]) if action else "",
    }
    return render(request, "admin/insights/article/not_done.html", context, status=status)


def _back(request: HttpRequest, article: Article, words: str) -> HttpResponseRedirect:
    log_to_admin(request, article, words)
    is_out = article.status() == Article.Status.PUBLISHED
    messages.success(request, with_link(words, article.get_absolute_url()) if is_out else words)
    return HttpResponseRedirect(reverse("admin:insights_article_change", args=[article.pk]))
