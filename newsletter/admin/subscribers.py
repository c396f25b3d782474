"""Admin for subscribers: search, export, import, unsubscribe, erase; no editing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from insights.admin.model_admin import OfferedFilters
from insights.signals import audit_event
from newsletter.models import ConfirmationMail, Consent, Subscriber
from newsletter.models.subscribers import SubscriberQuerySet
from newsletter.models.wording import PROOF_STAFF
from newsletter.signup.bulk_confirmation import queue_bulk_confirmations

from . import erasure, transfer


class ReadOnlyInline(admin.TabularInline):
    template = "admin/newsletter/subscriber/rows.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("newsletter.view_subscriber")


class ConsentInline(ReadOnlyInline):
    model = Consent
    verbose_name_plural = "consents"
    fields = ("what", "happened_at", "page", "article", "article_title", "step_slug", "wording", "proof")
    readonly_fields = fields


class ConfirmationMailInline(ReadOnlyInline):
    model = ConfirmationMail
    verbose_name_plural = "confirmation emails"
    fields = readonly_fields = ("state", "created_at", "tries", "next_attempt_at", "sent_at", "trouble")


class SubscriberStatusFilter(admin.SimpleListFilter):
    """Filter with labels, which Django's own filter does not have for a generated column."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Subscriber.Status.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=self.value()) if self.value() else queryset


class SourceFilter(admin.SimpleListFilter):
    title = "source article"
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        slugs = (
            Consent.objects.filter(what=Consent.What.ASKED)
            .exclude(article_slug="")
            .order_by("article_slug")
            .values_list("article_slug", flat=True)
            .distinct()[:200]
        )
        return [(slug, slug) for slug in slugs]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        asked = Consent.objects.filter(what=Consent.What.ASKED, article_slug=self.value())
        return queryset.filter(pk__in=asked.values("subscriber"))


@admin.register(Subscriber)
class SubscriberAdmin(OfferedFilters):
    list_display = ("email", "state", "created_at", "confirmed_at", "source")
    list_filter = (SubscriberStatusFilter, SourceFilter, ("created_at", admin.DateFieldListFilter))
    search_fields = ("address_key",)
    search_help_text = "Search by complete email address."
    show_full_result_count = False
    list_per_page = 50
    fields = readonly_fields = ("email", "state", "created_at", "confirmed_at", "left_at", "bounced_at", "uid")
    inlines = (ConsentInline, ConfirmationMailInline)
    actions = ("export_selected", "send_confirmations", "take_off", "erase_selected")
    change_list_template = "admin/newsletter/subscriber/change_list.html"

    # Permissions

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Make a subscriber's page read-only; the actions of the list need the permission."""
        return obj is None and super().has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("newsletter.view_subscriber")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.export_subscriber")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.import_subscriber")

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)  # erase_selected does the same
        return actions

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(self.export_view), name="newsletter_subscriber_export"),
            path("import/", wrap(self.import_view), name="newsletter_subscriber_import"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.has_export_permission(request):
            raise PermissionDenied
        return transfer.export(self, request)

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return transfer.import_file(self, request)

    # List

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        asked = Consent.objects.filter(subscriber=OuterRef("pk"), what=Consent.What.ASKED)
        latest = asked.order_by("-happened_at", "-pk").values("article_slug")[:1]
        return super().get_queryset(request).annotate(source_slug=Subquery(latest))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Match complete email addresses only, so that the list cannot be browsed for people."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=Subscriber.objects.for_email(search_term).values("pk")), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {
            "title": "Subscribers",
            "may_export": self.has_export_permission(request),
            "may_import": self.has_import_permission(request),
            "erasures": erasure.under_way(),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description="status", ordering="status")
    def state(self, subscriber: Subscriber) -> SafeString:
        label = Subscriber.Status(subscriber.status).label
        return format_html('<span class="state state-{}">{}</span>', subscriber.status, label)

    @admin.display(description="source", ordering="source_slug")
    def source(self, subscriber: Any) -> str:
        return subscriber.source_slug or "–"

    # Actions

    @admin.action(description="Export the selected subscribers", permissions=["export"])
    def export_selected(self, request: HttpRequest, queryset: SubscriberQuerySet) -> HttpResponseBase:
        return transfer.csv_response(request, queryset, {"filter": "selected rows"})

    @admin.action(description="Send confirmation emails", permissions=["change"])
    def send_confirmations(self, request: HttpRequest, queryset: SubscriberQuerySet) -> None:
        asked = queue_bulk_confirmations(queryset)
        if asked.queued:
            details = {"count": asked.queued, "skipped": asked.skipped}
            verb = "queued confirmation emails"
            audit_event.send(sender=Subscriber, actor=request.user, verb=verb, subject="subscribers", details=details)
        self.message_user(request, asked.summary(), messages.SUCCESS if asked.queued else messages.WARNING)

    @admin.action(description="Unsubscribe the selected subscribers (at their request)", permissions=["change"])
    def take_off(self, request: HttpRequest, queryset: SubscriberQuerySet) -> None:
        count = sum(subscriber.leave(PROOF_STAFF) for subscriber in queryset)
        if count:
            erasure.record_subscriber_event(request, "unsubscribed subscribers", count)
        self.message_user(request, f"{count} subscriber{'' if count == 1 else 's'} unsubscribed.", messages.SUCCESS)

    @admin.action(description="Erase the selected subscribers", permissions=["delete"])
    def erase_selected(self, request: HttpRequest, queryset: SubscriberQuerySet) -> Any:
        return erasure.ask_or_erase(self, request, queryset)

    def delete_model(self, request: HttpRequest, obj: Subscriber) -> None:
        obj.erase()
        erasure.record_subscriber_event(request, "erased subscribers", 1)
