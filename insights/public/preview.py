"""A draft for people without an account, at an address that nobody guesses.

Chosen: a row with a random token and an end, against a signed link, since a link has to be taken back. The page is the
article's own with a word above it that it is a draft; it counts nothing and takes nothing. Nobody keeps it: `no-store`,
no engine lists it, no link out of it tells its address, and the token is cut from every log.
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
    """For a view of a secret address: no cache keeps what it answers, no engine lists it, no link tells the address."""

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
    """The newest draft; the way to the article once that is out; 410 when the link is over, 404 when it is none."""
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
    """`version` with all that its page shows, at the URL that it will have."""
    found = (
        Version.objects.select_related("article", "category", "cover", "series", "step__target_article")
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author__avatar")), "tags")
        .get(pk=version.pk)
    )
    found.article.slug = found.new_slug or found.article.slug
    return found


def _shows_a_draft(link: PreviewLink, newest: Version) -> bool:
    """Whether `newest` is a text that readers never had, and nothing went out since the link was made.

    A text may go out with a moment in the past, before the link was made; only the history tells of that.
    """
    now, article = timezone.now(), link.article
    if newest.live_from is not None and newest.live_from <= now:
        return False
    went_out = article.versions.filter(live_from__gt=link.created_at, live_from__lte=now)
    published = article.history.filter(verb=HistoryEntry.Verb.PUBLISHED, happened_at__gt=link.created_at)
    return not (went_out.exists() or published.exists())


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "insights/preview_closed.html", status=410)
