"""Review actions in the admin: request changes, approve, name a reviewer. Authors submit by the article's form.

A refused action renders a page with the reason and the typed note. 400: invalid input; 409: the article changed.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from insights import review
from insights.admin.permissions import View
from insights.editor import preview_links, publication_pages
from insights.editor.publication_pages import action_refused, get_article_to_publish, who
from insights.editor.review_forms import DecisionForm, ReviewerForm
from insights.forms.form_data import with_values
from insights.models import Article
from insights.publishing.rendering import TextRefused
from insights.review import OutOfDate, seen_as


@require_POST
def request_changes_view(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_article_to_publish(request, pk)
    form = DecisionForm(request.POST, needs_words=True)
    if not form.is_valid():
        return action_refused(request, article, form, "request_changes", "Request changes", status=400)
    try:
        review.request_changes(article, **form.cleaned_data, user=who(request))
    except OutOfDate as reason:
        return _out_of_date(request, article, form, "request_changes", reason)
    return _done(request, article, "Changes requested. The author gets an email.")


@require_POST
def approve_view(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_article_to_publish(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return action_refused(request, article, form, "approve", "Approve", status=400)
    try:
        review.approve(article, **form.cleaned_data, user=who(request))
    except OutOfDate as reason:
        return _out_of_date(request, article, form, "approve", reason)
    except TextRefused as refused:  # the page then offers to request changes, with the typed note
        return action_refused(
            request, article, form, "request_changes", "Request changes", status=400, reason=str(refused)
        )
    return _done(request, article, "Approved and ready to publish. Any edit cancels the approval.")


@require_POST
def name_reviewer_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the reviewer; POST `reviewer` (empty: anyone) and an optional `note` to them."""
    article = get_article_to_publish(request, pk)
    form = ReviewerForm(request.POST)
    if not form.is_valid():
        return action_refused(request, article, form, "reviewer", "Save reviewer", status=400)
    reviewer = form.cleaned_data["reviewer"]
    is_new = review.name_reviewer(article, reviewer, user=who(request), note=form.cleaned_data["note"])
    if not is_new:
        return _done(request, article, "Nothing was changed.")
    return _done(request, article, f"{reviewer} is the reviewer." if reviewer else "Anyone can review it.")


def _done(request: HttpRequest, article: Article, words: str) -> HttpResponseRedirect:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("admin:insights_article_change", args=[article.pk]))


def _out_of_date(
    request: HttpRequest, article: Article, form: DecisionForm, action: str, reason: OutOfDate
) -> HttpResponse:
    """Answer 409 with the reason. The page can request changes again, but not approve an unread text."""
    newest = article.newest_version()
    form.data = with_values(form.data, seen=seen_as(newest) if newest else "")
    in_review = newest is not None and newest.is_working and newest.submitted_at is not None
    again = "request_changes" if action == "request_changes" and in_review else ""
    return action_refused(request, article, form, again, "Request changes anyway", status=409, reason=str(reason))


def review_urls(guard: Callable[[View], View]) -> list[URLPattern]:
    pages: dict[str, View] = {
        "preview": publication_pages.preview_article,
        "unpublish": publication_pages.unpublish,
        "republish": publication_pages.republish,
        "unschedule": publication_pages.unschedule,
        "request-changes": request_changes_view,
        "approve": approve_view,
        "reviewer": name_reviewer_view,
        "preview-links": preview_links.make_preview_link,
    }
    own = [
        path(f"<int:pk>/{name}/", guard(view), name=f"insights_article_{name.replace('-', '_')}")
        for name, view in pages.items()
    ]
    revoke = path(
        "<int:pk>/preview-links/<int:link_pk>/revoke/",
        guard(preview_links.revoke),
        name="insights_article_revoke_preview_link",
    )
    return [*own, revoke]
