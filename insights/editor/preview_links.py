"""Preview links: people without an account can read an article's newest draft."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from insights import signals
from insights.editor.publication_pages import require_permission
from insights.editor.review_forms import PreviewLinkForm
from insights.local_time import format_local
from insights.models import Article, HistoryEntry, PreviewLink, User

MOST_OPEN = 20


@require_POST
@transaction.atomic
def make_preview_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Create a preview link that stays open for the posted number of `days`."""
    article = _to_write(request, pk)
    form = PreviewLinkForm(request.POST)
    if not form.is_valid():
        return _back(request, article, str(form.errors["days"][0]), level=messages.ERROR)
    if PreviewLink.objects.open_of(article).count() >= MOST_OPEN:
        words = f"This article already has {MOST_OPEN} active preview links. Revoke one first."
        return _back(request, article, words, level=messages.ERROR)
    days = form.cleaned_data["days"]
    user = request.user if isinstance(request.user, User) else None
    now = timezone.now()
    link = PreviewLink.objects.create(
        article=article, created_at=now, created_by=user, expires_at=now + dt.timedelta(days=days)
    )
    HistoryEntry.record(article, HistoryEntry.Verb.LINK_MADE, user, effective_at=link.expires_at)
    _tell_the_audit(request, article, "created preview link", link, days=days)
    words = f"Preview link created. It expires on {format_local(link.expires_at, user)}."
    return _back(request, article, words, to=f"link-{link.pk}")


@require_POST
@transaction.atomic
def revoke(request: HttpRequest, pk: int, link_pk: int) -> HttpResponse:
    article = _to_write(request, pk)
    link = get_object_or_404(PreviewLink.objects.select_for_update(), pk=link_pk, article=article)
    if link.is_open():
        link.revoke()
        HistoryEntry.record(article, HistoryEntry.Verb.LINK_REVOKED, request.user)
        _tell_the_audit(request, article, "revoked preview link", link)
    return _back(request, article, "Preview link revoked. It no longer works.")


def _to_write(request: HttpRequest, pk: int) -> Article:
    article = get_object_or_404(Article.objects.locked(), pk=pk)
    require_permission(request, "insights.change_article", sees=article)
    if article.published_at is not None and not request.user.has_perm("insights.change_any_article"):
        raise PermissionDenied
    return article


def _tell_the_audit(request: HttpRequest, article: Article, verb: str, link: PreviewLink, **details: int) -> None:
    """Send the audit event without the token, which would give access to the draft."""
    signals.audit_event.send(
        sender=PreviewLink,
        actor=request.user,
        verb=verb,
        subject=article.slug,
        details={"id": article.pk, "link": link.pk, **details},
    )


def _back(
    request: HttpRequest, article: Article, words: str, *, level: int = messages.SUCCESS, to: str = "preview-links"
) -> HttpResponse:
    messages.add_message(request, level, words)
    return HttpResponseRedirect(reverse("admin:insights_article_change", args=[article.pk]) + f"#{to}")
