"""Admin for next steps and their rules; each change starts a recalculation."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from insights import signals
from insights.admin.model_admin import HubModelAdmin
from insights.admin.permissions import staff_only
from insights.forms.steps import RuleForm, StepForm
from insights.models import Recalculation, Rule, Step
from insights.next_step import recalculation


class RuleInline(admin.StackedInline):
    model = Rule
    form = RuleForm
    extra = 0
    min_num = 1
    max_num = 1
    can_delete = False
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "keywords",
                    ("title_weight", "title_cap"),
                    ("excerpt_weight", "excerpt_cap"),
                    ("content_weight", "content_cap"),
                ),
                "description": "Each keyword found in a field adds the weight of that field to the score. "
                "The cap of a field: at most this many keywords count.",
            },
        ),
    )

    def get_formset(self, request: HttpRequest, obj: Step | None = None, **options: Any) -> Any:
        """Read one form only, whatever the POST contains; Django's limit is a thousand more."""
        return super().get_formset(request, obj, absolute_max=1, **options)


@admin.register(Step)
class StepAdmin(HubModelAdmin):
    form = StepForm
    inlines = (RuleInline,)
    list_display = ("slug", "kind", "heading", "threshold", "position", "is_active", "is_default")
    search_fields = ("slug", "heading")
    autocomplete_fields = ("target_article",)
    change_list_template = "admin/insights/step/change_list.html"
    fieldsets = (
        (None, {"fields": ("slug", "kind", "heading", "text", "button")}),
        ("Target", {"fields": ("target_url", "target_article")}),
        ("When it is chosen", {"fields": ("threshold", "position", "is_active", "is_default")}),
    )

    class Media:
        css = {"all": ("css/admin-pages.css",)}
        js = (Script("insights/admin/progress.js", defer=True),)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"recalculation": latest_recalculation(), **(extra_context or {})})

    def has_delete_permission(self, request: HttpRequest, obj: Step | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.is_default)

    def save_model(self, request: HttpRequest, obj: Step, form: Any, change: bool) -> None:
        if obj.is_default:
            Step.objects.filter(is_default=True).exclude(pk=obj.pk).update(is_default=False)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._recalculate(request)

    def delete_model(self, request: HttpRequest, obj: Step) -> None:
        super().delete_model(request, obj)
        self._recalculate(request)

    def _recalculate(self, request: HttpRequest) -> None:
        recalculation.request_recalculation(request.user)
        signals.listing_changed.send(sender=Step)
        messages.info(
            request, "Recalculating the next steps of all articles. The list of next steps shows the progress."
        )

    def get_urls(self) -> list[URLPattern]:
        return [path("progress/", progress, name="insights_step_progress"), *super().get_urls()]


@never_cache
@require_safe
@staff_only("insights.view_step")
def progress(request: HttpRequest) -> HttpResponse:
    return render(request, "admin/insights/step/_progress.html", {"recalculation": latest_recalculation()})


def latest_recalculation() -> Recalculation | None:
    return Recalculation.objects.select_related("requested_by").first()
