"""Admin for comments and votes: the moderation queue.

Moderators decide but edit no field. Decisions are POST only, because emails link to the page. Each decision names the
state that the page showed. A comment that changed since then is left alone (409).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from feedback import signals
from feedback.models import Answer
from feedback.moderation import DECISIONS, Changed, NoComment, Tally, decide_many, moderate
from insights.admin.model_admin import OfferedFilters
from insights.models import Version
from insights.text.email_addresses import search_spelling

DONE = {"approve": "Approved", "reject": "Rejected", "spam": "Marked as spam"}


class AnswerStatusFilter(admin.SimpleListFilter):
    """State filter with counts; by default all that have a comment."""

    title = "status"
    parameter_name = "state"

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": "All comments"}
        yield from others

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        numbers = dict(Answer.objects.order_by().values_list("status").annotate(Count("pk")))
        return [(value, f"{label} ({numbers.get(value, 0)})") for value, label in Answer.Status.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> QuerySet[Answer]:
        return queryset.filter(status=self.value()) if self.value() else queryset.exclude(message="")


def decision_action(decision: str, label: str) -> Callable[..., None]:
    @admin.action(description=label, permissions=["change"])
    def act(model_admin: AnswerAdmin, request: HttpRequest, answers: QuerySet[Answer]) -> None:
        pks = list(answers.values_list("pk", flat=True))
        seen = {pk: seen_at for pk in pks if (seen_at := seen_in(request, pk))}
        model_admin.tell(request, decision, decide_many(pks, decision, seen=seen, actor=request.user))

    act.__name__ = decision
    return act


def seen_in(request: HttpRequest, pk: int) -> dt.datetime | None:
    """Return the `changed_at` that the moderator's page showed; None if it is missing or malformed."""
    try:
        seen_at = dt.datetime.fromisoformat(request.POST.get(f"seen-{pk}", ""))
        return seen_at.astimezone(dt.UTC) if seen_at.tzinfo else None
    except (ValueError, OverflowError):
        return None


@admin.register(Answer)
class AnswerAdmin(OfferedFilters):
    actions = [
        decision_action("approve", "Approve"),
        decision_action("reject", "Reject"),
        decision_action("spam", "Mark as spam"),
    ]
    actions_selection_counter = False

    class Media:
        js = (Script("feedback/moderation-queue.js", defer=True),)

    list_display = ["__str__", "article", "status", "answered_at"]
    list_filter = [AnswerStatusFilter, "helpful"]
    list_per_page = 25
    search_fields = ["message", "name", "=email", "article__slug"]
    search_help_text = "Search by text, name, complete email address or article slug."
    show_facets = admin.ShowFacets.NEVER
    ordering = [Case(When(status="waiting", then=Value(0)), default=Value(1)), "-answered_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        title = Version.objects.live().filter(article=OuterRef("article")).values("title")[:1]
        return (
            super()
            .get_queryset(request)
            .select_related("article", "decided_by")
            .annotate(article_title=Subquery(title))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Answer], search_term: str
    ) -> tuple[QuerySet[Answer], bool]:
        return super().get_search_results(request, queryset, search_spelling(search_term))

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Comments"} | (extra_context or {}))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist = super().get_changelist_instance(request)
        changelist.may_decide = self.has_change_permission(request)
        changelist.back = request.GET.urlencode()
        return changelist

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        pk = int(object_id) if object_id.isascii() and object_id.isdecimal() and len(object_id) < 19 else 0
        answer = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method != "POST":
            return self.answer_page(request, answer)
        if not self.has_change_permission(request, answer):
            raise PermissionDenied
        return self.decide_view(request, answer)

    def decide_view(self, request: HttpRequest, answer: Answer) -> HttpResponse:
        decision, seen = request.POST.get("decision", ""), seen_in(request, answer.pk)
        if decision not in DECISIONS:
            return self.answer_page(request, answer, 400, "Choose “Approve”, “Reject” or “Mark as spam”.")
        try:
            if seen is None:
                raise Changed
            with transaction.atomic():
                answer = moderate(answer.pk, decision, seen=seen, actor=request.user)
                self.log_change(request, answer, f"{DONE[decision]}.")
        except Changed:
            words = "Not saved: this comment changed after you opened it. Check it and decide again."
            return self.answer_page(request, get_object_or_404(self.get_queryset(request), pk=answer.pk), 409, words)
        except NoComment:
            return self.answer_page(
                request, answer, 400, "A vote without a comment needs no approval. It can only be marked as spam."
            )
        kind = "comment" if answer.message else "vote"
        self.message_user(request, f"{DONE[decision]}: the {kind} by {answer.name or 'a reader'}.", messages.SUCCESS)
        back = QueryDict(request.POST.get("back", ""))
        return HttpResponseRedirect(reverse("admin:feedback_answer_changelist", query=back or None))

    def answer_page(self, request: HttpRequest, answer: Answer, status: int = 200, problem: str = "") -> HttpResponse:
        kind = "Comment" if answer.message else "Vote"
        context = {
            **self.admin_site.each_context(request),
            "title": f"{kind} on “{answer.article_title or answer.article}”",  # type: ignore[attr-defined]
            "opts": self.opts,
            "answer": answer,
            "problem": problem,
            "may_decide": self.has_change_permission(request, answer),
        }
        return TemplateResponse(request, "admin/feedback/answer/change_form.html", context, status=status)

    def tell(self, request: HttpRequest, decision: str, tally: Tally) -> None:
        """Show the result of a bulk decision as messages."""
        if tally.decided:
            self.message_user(request, f"{DONE[decision]}: {tally.decided}.", messages.SUCCESS)
        if tally.changed:
            words = f"Skipped (changed after you opened the list): {tally.changed}. Check and decide again."
            self.message_user(request, words, messages.WARNING)
        if tally.wordless:
            words = f"Skipped (votes without a comment): {tally.wordless}. Votes can only be marked as spam."
            self.message_user(request, words, messages.WARNING)

    def delete_model(self, request: HttpRequest, obj: Answer) -> None:
        super().delete_model(request, obj)
        signals.answers_changed.send(sender=Answer, article=obj.article)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Answer]) -> None:
        articles = {answer.article for answer in queryset.select_related("article")}
        super().delete_queryset(request, queryset)
        for article in articles:
            signals.answers_changed.send(sender=Answer, article=article)
