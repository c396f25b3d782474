"""Status of an article in the admin: live and scheduled versions, review state, reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from insights.admin.model_admin import badge
from insights.editor.review_forms import PreviewLinkForm, ReviewerForm, UnpublishForm
from insights.local_time import format_local, publication_zone
from insights.models import Article, HistoryEntry, PreviewLink, ReviewEmail, Version
from insights.models.page_urls import page_url
from insights.review import seen_as

_VERBS = HistoryEntry.Verb
_OF_THE_TEXT = (_VERBS.SUBMITTED, _VERBS.CHANGES_REQUESTED, _VERBS.APPROVED)
_STATES = {"handed_in": _VERBS.SUBMITTED, "returned": _VERBS.CHANGES_REQUESTED, "approved": _VERBS.APPROVED}
CLASSES = {"handed_in": "review", "returned": "returned", "approved": "approved"}
LABELS = {"handed_in": "In review", "returned": "Changes requested", "approved": "Approved"}
OF_CHANGES = {"handed_in": "Changes in review", "returned": "Changes requested", "approved": "Changes approved"}


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Review state of the working version."""

    state: str  # as in `ArticleQuerySet.with_review_state`
    label: str
    by: str  # actor of the history entry that led to the state
    note: str  # of the same entry
    when: str  # formatted
    lost_approval_of: str = ""  # who approved a text that was changed since


def review_state_of(article: Article, version: Version | None, user: Any) -> ReviewState | None:
    """Return the review state; None if the text was never submitted or is not a draft."""
    if version is None or not version.is_working:
        return None
    dates = {
        "approved": version.approved_at,
        "handed_in": version.submitted_at,
        "returned": version.changes_requested_at,
    }
    state = next((name for name, at in dates.items() if at is not None), "")
    at = dates.get(state)
    if at is None:
        return None
    steps = list(article.history.filter(verb__in=_OF_THE_TEXT)[:10])
    step = next((step for step in steps if step.verb == _STATES[state]), None)
    is_lost = state == "handed_in" and steps and steps[0].verb == _VERBS.APPROVED
    return ReviewState(
        state=state,
        label=LABELS[state],
        by=step.actor_name if step else "",
        note=step.note if step else "",
        when=format_local(at, user),
        lost_approval_of=steps[0].actor_name if is_lost else "",
    )


def state_badges(article: Article) -> SafeString:
    """Return the badges of the list. Needs `with_state()`, `with_review_state()` and `newest_versions`."""
    state, step = article.state, article.review_state  # type: ignore[attr-defined]
    if step and state in (Article.Status.DRAFT, Article.Status.REVIEW):
        return badge(CLASSES[step], LABELS[step])
    own, newest = badge(state, Article.Status(state).label), next(iter(article.newest_versions), None)
    if step:
        return format_html("{} {}", own, badge(CLASSES[step], OF_CHANGES[step]))
    if newest and newest.is_working and article.published_at:
        return format_html("{} {}", own, badge("draft", "Changes in draft"))
    if newest and newest.live_from and newest.live_from > timezone.now() and state == Article.Status.PUBLISHED:
        return format_html("{} {}", own, badge("scheduled", "Changes scheduled"))
    return own


def status_context(request: HttpRequest, article: Article | None, form: Any) -> dict[str, Any]:
    may_publish = request.user.has_perm("insights.publish_article")
    stored: Version | None = form.stored
    status = article.status() if article and article.pk else Article.Status.DRAFT
    is_out = status in (Article.Status.PUBLISHED, Article.Status.UNPUBLISHED)
    over = article and article.published_at and stored and stored.is_working
    state: dict[str, Any] = {
        "status": status,
        "status_label": Article.Status(status).label,
        "is_changing": bool(over),
        "in_review": bool(stored and stored.is_working and stored.submitted_at),
        "stored": stored,
        "conflict": form.conflict,
        "zone": form.zone,
        "may_publish": may_publish,
        "publish_label": "Publish changes" if is_out else "Publish",
        "title": stored.title if stored else "New article",
        "subtitle": None,
    }
    if article is None or not article.pk:
        return state
    return state | _standing(request, article, stored, status) | _review_context(request, article, stored)


def _standing(request: HttpRequest, article: Article, stored: Version | None, status: str) -> dict[str, Any]:
    user, now = request.user, timezone.now()
    may_publish = user.has_perm("insights.publish_article")
    waiting = article.scheduled_version(now)
    is_unpublished = status == Article.Status.UNPUBLISHED
    leaves_at = article.unpublished_at if article.unpublished_at and not is_unpublished else None
    may_unpublish = may_publish and status in (Article.Status.PUBLISHED, Article.Status.SCHEDULED)
    return {
        "published_text": format_local(article.published_at, user) if article.published_at else "",
        "unpublished_text": format_local(article.unpublished_at, user)
        if article.unpublished_at and is_unpublished
        else "",
        "waiting": waiting,
        "waiting_text": format_local(waiting.live_from, user) if waiting and waiting.live_from else "",
        "shows_waiting": waiting is not None and stored is not None and waiting.pk == stored.pk,
        "leaves_text": format_local(leaves_at, user) if leaves_at else "",
        "may_unpublish": may_unpublish,
        "may_republish": may_publish and is_unpublished,
        "url_to_come": page_url("insights:article", stored.new_slug) if stored and stored.new_slug else "",
        "unpublish_form": UnpublishForm(zone=publication_zone(), article=article) if may_unpublish else None,
    }


def _review_context(request: HttpRequest, article: Article, stored: Version | None) -> dict[str, Any]:
    user = request.user
    is_working = bool(stored and stored.is_working)
    names_reviewer = is_working and user.has_perm("insights.publish_article")
    return {
        "review_state": review_state_of(article, stored, user),
        "reviewer": article.reviewer,
        "reviewer_form": ReviewerForm(initial={"reviewer": article.reviewer_id}) if names_reviewer else None,
        "is_working": is_working,
        "seen": seen_as(stored) if stored else "",
        "undelivered": list(ReviewEmail.objects.undelivered().filter(entry__article=article).with_recipient()[:5]),
        "preview_links": [(link, format_local(link.expires_at, user)) for link in PreviewLink.objects.open_of(article)],
        "preview_link_form": PreviewLinkForm(),
    }
