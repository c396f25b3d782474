"""Admin for categories, tags and series. A changed slug leaves a permanent redirect."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from insights import signals
from insights.admin.model_admin import HubModelAdmin
from insights.forms.taxonomy import FacetForm
from insights.models import Category, Redirect, Series, Tag, Version


class FacetAdmin(HubModelAdmin):
    """Base for objects with a page at `/insights/<kind>/<slug>/`."""

    form = FacetForm
    kind = ""
    has_page = True

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # Lock the row until commit, so that two parallel changes each leave a redirect from a public slug.
        stored = type(obj)._default_manager.select_for_update(no_key=True).filter(pk=obj.pk)
        before = stored.values_list("slug", flat=True).first() if change else None
        super().save_model(request, obj, form, change)
        if before and before != obj.slug:
            Redirect.objects.leave(self.kind, before, actor=request.user, **{self.kind: obj})
        signals.listing_changed.send(sender=type(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        signals.listing_changed.send(sender=type(obj))


class _FiledAdmin(FacetAdmin):
    autocomplete_fields = ("picture",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Annotate `filed` in the list only; autocomplete would pay for the count with each keystroke."""
        rows = super().get_queryset(request)
        page = request.resolver_match
        if page is None or page.url_name != f"insights_{self.kind}_changelist":
            return rows
        current = Q(versions__in=Version.objects.current())
        return rows.annotate(filed=Count("versions__article", filter=current, distinct=True))

    def get_ordering(self, request: HttpRequest) -> Any:
        return self.opts.ordering  # annotated counts drop the model's ordering

    @admin.display(description="Articles", ordering="filed")
    def articles(self, row: Any) -> int:
        return row.filed


@admin.register(Category)
class CategoryAdmin(_FiledAdmin):
    kind = "category"
    list_display = ("name", "slug", "position", "articles")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "text", "picture", "position")


@admin.register(Tag)
class TagAdmin(_FiledAdmin):
    kind = "tag"
    list_display = ("name", "slug", "articles")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "text", "picture")


@admin.register(Series)
class SeriesAdmin(_FiledAdmin):
    kind = "series"
    list_display = ("title", "slug", "articles")
    search_fields = ("title", "slug")
    fields = ("title", "slug", "text", "picture")
