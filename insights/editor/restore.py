"""History actions by POST: restore a version, undo that, discard the draft, label a version.

They do not check for edit conflicts: the current draft stays in the history, so nothing is lost.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from insights import signals
from insights.editor.form_fields import ArticleFields
from insights.editor.version_page import may_restore_versions, seen_article, version_page, whole_version
from insights.models import Article, User, Version
from insights.publishing import drafts
from insights.publishing.rendering import TextRefused

NOTHING_TO_UNDO = "Can't undo: the text was changed after the restore. Restore an earlier version from this list."


@require_POST
@transaction.atomic
def restore_view(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    article = _to_write(request, pk)
    old = whole_version(article, version)
    if old.is_working:
        messages.info(request, "This version is already the draft.")
        return _to_form(article)
    try:
        drafts.restore(article, old, user=_who(request))
    except TextRefused as refused:
        return version_page(request, article, old, problems=refused.problems, status=400)
    _tell(request, "restored version of article", article, old)
    messages.success(request, "Restored as the draft. Readers see it after you publish it.")
    return _to_form(article)


@require_POST
@transaction.atomic
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a restore, if the draft is still the restored text."""
    article = _to_write(request, pk)
    now = drafts.undo_restore(article, user=_who(request))
    if now is None:
        messages.error(request, NOTHING_TO_UNDO)
        return HttpResponseRedirect(reverse("admin:insights_article_history", args=[article.pk]))
    _tell(request, "undid restore of article", article, now)
    messages.success(request, "Restore undone. The text is as it was before.")
    return _to_form(article)


@require_POST
@transaction.atomic
def discard_view(request: HttpRequest, pk: int) -> HttpResponse:
    article = _to_write(request, pk)
    dropped = drafts.discard(article, user=_who(request))
    if dropped is None:
        messages.info(request, "There is no draft to discard.")
        return _to_form(article)
    _tell(request, "discarded draft of article", article, dropped)
    where = reverse("admin:insights_article_version", args=[article.pk, dropped.pk])
    messages.success(request, format_html('Draft discarded. <a href="{}">It stays in the history</a>.', where))
    return _to_form(article)


@require_POST
@transaction.atomic
def label_version(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Set the label of a version to the posted `label`; an empty one removes it."""
    article = _to_write(request, pk)
    named = whole_version(article, version)
    typed = request.POST.get("label", "")
    try:
        label = ArticleFields.base_fields["label"].clean(typed)
    except ValidationError as error:
        return version_page(request, article, named, problems=tuple(error.messages), typed_label=typed, status=400)
    if named.kept_at is None:
        drafts.keep(named, label=label, user=_who(request))
    else:
        named.label = label
        named.save(update_fields=["label"])
    _tell(request, "labeled version of article", article, named)
    messages.success(request, f"Label saved: “{label}”." if label else "Label removed.")
    return HttpResponseRedirect(reverse("admin:insights_article_history", args=[article.pk]))


def _to_write(request: HttpRequest, pk: int) -> Article:
    article = seen_article(request, pk)
    if not may_restore_versions(request, article):
        raise PermissionDenied
    return Article.objects.locked().get(pk=article.pk)


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `admin_view` lets no anonymous request through
    return request.user


def _to_form(article: Article) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:insights_article_change", args=[article.pk]))


def _tell(request: HttpRequest, verb: str, article: Article, version: Version) -> None:
    details: dict[str, Any] = {"id": article.pk, "version": version.pk}
    signals.audit_event.send(sender=Article, actor=request.user, verb=verb, subject=version, details=details)
