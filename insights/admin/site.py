"""The publication itself: one row, and therefore one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from insights import signals
from insights.admin.desk import DeskAdmin
from insights.models import SiteSettings
from insights.models.steps import validate_target


class SiteSettingsForm(forms.ModelForm):
    class Meta:
        model = SiteSettings
        fields = (
            "name", "tagline", "headline", "introduction", "letter_name", "time_zone", "navigation",
            "shows_decision_line",
        )  # fmt: skip

    def clean_navigation(self) -> list[dict[str, str]]:
        """At most six entries, each a label and an address that may be linked."""
        entries = self.cleaned_data["navigation"] or []
        told = 'Write a list such as [{"label": "About", "address": "/insights/about/"}].'
        if not isinstance(entries, list) or len(entries) > 6:
            raise ValidationError(told)
        for entry in entries:
            if not isinstance(entry, dict) or set(entry) != {"label", "address"}:
                raise ValidationError(told)
            label, address = entry["label"], entry["address"]
            if not isinstance(label, str) or not isinstance(address, str) or not 0 < len(label.strip()) <= 40:
                raise ValidationError(told)
            try:
                validate_target(address)
            except ValidationError:
                raise ValidationError(f"“{address}” is no address that begins with https:// or a single /.") from None
        return entries


@admin.register(SiteSettings)
class SiteSettingsAdmin(DeskAdmin):
    form = SiteSettingsForm

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is no list: to the row."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:insights_sitesettings_change", args=[1]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SiteSettings | None:
        """The row; before it was ever saved, its defaults, which saving makes the row."""
        if object_id != "1":
            return None
        return SiteSettings.objects.filter(pk=1).first() or SiteSettings(pk=1)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteSettings | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: SiteSettings, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        signals.listing_changed.send(sender=SiteSettings)
