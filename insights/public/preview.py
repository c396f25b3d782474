"""Preview links: a draft at a secret URL, for people without an account.

We use a row with a random token and an expiry date instead of a signed link, because links must be revocable. The page
counts no views and accepts no input. The token is removed from every log.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.models import Article, Byline, HistoryEntry, PreviewLink, Version
from insights.public.article_page import article_context

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def never_stored(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark responses of a secret URL as not cacheable and not indexable, with no referrer."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


@never_stored
@require_safe
def preview_version(request: HttpRequest, token: str) -> HttpResponse:
    """Show the newest draft; redirect once published; 410 if the link is closed, 404 if unknown."""
    links = PreviewLink.objects.select_related("article")
    link = links.filter(token=token).first() if _TOKEN.fullmatch(token) else None
    if link is None:
        raise Http404
    newest = link.article.newest_version()
    if not link.is_open() or newest is None:
        return _closed(request)
    if not _shows_a_draft(link, newest):
        is_out = link.article.status() == Article.Status.PUBLISHED
        return redirect(link.article) if is_out else _closed(request)
    context = article_context(with_page_relations(newest), is_preview=True)
    context |= {"preview_link": link, "step_template": "insights/_step_in_preview.html"}
    return render(request, "insights/preview.html", context)


def with_page_relations(version: Version) -> Version:
    """Return `version` with all relations that its page shows, and with its future slug."""
    found = (
        Version.objects.select_related("article", "category", "cover", "series", "step__target_article")
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author__avatar")), "tags")
        .get(pk=version.pk)
    )
    found.article.slug = found.new_slug or found.article.slug
    return found


def _shows_a_draft(link: PreviewLink, newest: Version) -> bool:
    """Return whether `newest` was never live and nothing was published since the link was made."""
    now, article = timezone.now(), link.article
    if newest.live_from is not None and newest.live_from <= now:
        return False
    went_live_at = article.versions.filter(live_from__gt=link.created_at, live_from__lte=now)
    # `live_from` may be earlier than the link; only the history has the date of the action.
    published = article.history.filter(verb=HistoryEntry.Verb.PUBLISHED, happened_at__gt=link.created_at)
    return not (went_live_at.exists() or published.exists())


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "insights/preview_closed.html", status=410)
