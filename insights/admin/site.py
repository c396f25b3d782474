"""Admin for the site settings, a single row."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from insights import signals
from insights.admin.edit_session import edit_session
from insights.admin.model_admin import HubModelAdmin
from insights.forms.site import SiteSettingsForm
from insights.models import SiteSettings, User

PREVIEW = "_preview"


@admin.register(SiteSettings)
class SiteSettingsAdmin(HubModelAdmin):
    form = SiteSettingsForm
    picture_files = ("logo_file",)
    change_form_template = "admin/insights/sitesettings/change_form.html"
    fieldsets = (
        ("Name and introduction", {"fields": ("name", "tagline", "headline", "introduction")}),
        ("Newsletter", {"fields": ("newsletter_name", "newsletter_text", "newsletter_label", "signup_note")}),
        ("Logo", {"fields": ("logo", "logo_file")}),
        ("Links", {"fields": ("navigation", "social_links")}),
        ("Footer", {"fields": ("footer_text",)}),
        ("Privacy", {"fields": ("privacy_text",)}),
        ("Other settings", {"fields": ("time_zone", "shows_decision_line")}),
    )

    class Media:
        css = {"all": ("insights/admin/site-settings.css",)}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:insights_sitesettings_change", args=[1]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SiteSettings | None:
        """Return the row, or its defaults if it was never saved."""
        return SiteSettings.stored() if object_id == "1" else None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        user = request.user if isinstance(request.user, User) else None
        return type("SiteSettingsFormOfUser", (form,), {"user": user})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteSettings | None = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and PREVIEW in request.POST and object_id == "1":
            return self._previewed(request) or super().change_view(request, object_id, form_url, extra_context)
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: SiteSettings, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        edit_session(request).saved_page = reverse("insights:front")
        signals.listing_changed.send(sender=SiteSettings)

    def _previewed(self, request: HttpRequest) -> HttpResponse | None:
        """Render the privacy page with the typed values, storing nothing; None if invalid."""
        row = SiteSettings.stored()
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        form = self.get_form(request, row, change=True)(request.POST, instance=row)  # no files: none is stored
        if not form.is_valid():
            return None
        response = render(request, "privacy.html", {"publication": form.instance})
        add_never_cache_headers(response)
        return response
