"""Views for the editor's scripts while the user types: live preview, and articles to link to.

They answer 403 without a redirect to the login. Only the site itself may embed the preview, and its CSP blocks
scripts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from insights.admin.permissions import articles_seen_by, staff_only
from insights.editor.form import ArticleForm
from insights.editor.live_preview import form_page
from insights.forms.fields import MarkdownField
from insights.models import Article, Version
from insights.models.versions import VersionQuerySet
from insights.publishing.rendering import read_ahead

Policy = dict[str, Collection[str]]

_POLICY = cast("Policy", settings.SECURE_CSP)
IN_THE_FRAME: Policy = {**_POLICY, "script-src": [CSP.NONE], "frame-ancestors": [CSP.SELF]}
# For the page that contains the frame.
WITH_THE_FRAME: Policy = {**_POLICY, "frame-src": [CSP.SELF]}
LINKABLE = 12  # articles in one answer

may_write_articles = staff_only("insights.add_article", "insights.change_article")


@contextmanager
def prerendered_body(request: HttpRequest) -> Iterator[None]:
    """Parse the posted body before the block, which then holds SQLite's write lock for less time."""
    may_write = request.user.has_perm("insights.add_article") or request.user.has_perm("insights.change_article")
    if request.method != "POST" or not may_write:
        yield
        return
    with read_ahead(MarkdownField().to_python(request.POST.get("body", ""))):
        yield


@csp_override(IN_THE_FRAME)
@xframe_options_sameorigin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_write_articles
def live_preview(request: HttpRequest) -> HttpResponse:
    """Render the article `?article=<id>` (none: a new one) as stored (GET) or as typed (POST).

    POST answers `{"page": html, "words": int, "minutes": int, "problems": [sentence]}`. Nothing is stored.
    """
    article = _named(request)
    typed = request.POST if request.method == "POST" else None
    shown = form_page(request, ArticleForm(typed, instance=article, user=request.user))
    if typed is None:
        response = HttpResponse(shown.html)
    else:
        counted = {"words": shown.words, "minutes": shown.minutes, "problems": shown.problems}
        response = JsonResponse({"page": shown.html, **counted})
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@never_cache
@require_safe
@may_write_articles
def linkable_articles(request: HttpRequest) -> JsonResponse:
    """Return up to LINKABLE articles whose title or slug contains each of the first 8 words of `?q=`.

    `{"articles": [{"title", "slug", "address", "state"}]}`: first published ones by their live title, then others that
    the account may see. `?except=<id>` leaves one out.
    """
    named = Q()
    for word in request.GET.get("q", "").split()[:8]:
        named &= Q(title__icontains=word) | Q(article__slug__icontains=word.lower())
    left_out = request.GET.get("except", "")
    if left_out.isdecimal() and len(left_out) < 19:
        named &= ~Q(article=int(left_out))
    out = Version.objects.readable().filter(named).newest_first()
    found = [_link_target(version, Article.Status.PUBLISHED) for version in _briefly(out)[:LINKABLE]]
    if len(found) < LINKABLE:
        to_come = articles_seen_by(request).exclude(pk__in=Article.objects.published().values("pk"))
        drafts = Version.objects.newest().filter(named, article__in=to_come.values("pk")).order_by("-pk")
        rows = list(_briefly(drafts)[: LINKABLE - len(found)])
        stated: Any = to_come.with_state().filter(versions__in=rows)
        states = {article.pk: article.state for article in stated}
        found += [_link_target(version, states[version.article_id]) for version in rows]
    return JsonResponse({"articles": found})


def _briefly(versions: VersionQuerySet) -> VersionQuerySet:
    return versions.select_related("article").only("title", "article__slug")


def _link_target(version: Version, state: str) -> dict[str, str]:
    article = version.article
    result = {"title": version.title, "slug": article.slug, "address": article.get_absolute_url()}
    return {**result, "state": Article.Status(state).label}


def _named(request: HttpRequest) -> Article | None:
    name = request.GET.get("article", "")
    if not name:
        return None
    article = Article.objects.filter(pk=int(name)).first() if name.isdecimal() and len(name) < 19 else None
    if article is None:
        raise Http404
    if not articles_seen_by(request).filter(pk=article.pk).exists():
        raise PermissionDenied
    return article
