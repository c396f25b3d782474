"""Admin for redirects from old slugs; they point to objects, not URLs, so there are no chains or loops."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from insights import signals
from insights.admin.model_admin import HubModelAdmin
from insights.forms.redirects import TARGETS, RedirectForm
from insights.local_time import format_local
from insights.models import Article, Redirect, User

_TAKEN = SafeString('<br><span class="small">Another page has this URL now, so the redirect is not used.</span>')


@admin.register(Redirect)
class RedirectAdmin(HubModelAdmin):
    form = RedirectForm
    list_display = ("old_path", "kind", "leads_to", "since", "left_by")
    list_filter = ("kind",)
    search_fields = (
        "slug", "article__slug", "article__versions__title", "category__name", "tag__name", "author__name",
        "series__title",
    )  # fmt: skip
    search_help_text = "Search by old slug, or by title, name or slug of the target."
    autocomplete_fields = tuple(TARGETS)
    list_select_related = (*TARGETS, "created_by")
    fields = ("kind", "slug", *TARGETS)

    class Media:
        js = (Script("insights/admin/redirects.js", defer=True),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redirect]:
        taken = Q()
        for kind, model in TARGETS.items():
            taken |= Q(Exists(model._default_manager.filter(slug=OuterRef("slug"))), kind=kind)
        return super().get_queryset(request).annotate(is_taken=taken)

    @admin.display(description="Old URL", ordering="slug")
    def old_path(self, row: Redirect) -> str:
        return str(row)

    @admin.display(description="Redirects to")
    def leads_to(self, row: Redirect) -> SafeString:
        target: Any = row.target
        edited = reverse(f"admin:insights_{row.kind}_change", args=[target.pk])
        link = format_html('<a href="{}">{}</a>', edited, target.get_absolute_url())
        taken = row.is_taken  # type: ignore[attr-defined]
        return format_html("{}{}", link, _TAKEN if taken else "")

    @admin.display(description="Created", ordering="created_at")
    def since(self, row: Redirect) -> str:
        return format_local(row.created_at)

    @admin.display(description="Created by", ordering="created_by__name")
    def left_by(self, row: Redirect) -> str:
        return str(row.created_by or "")

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:
        if isinstance(request.user, User):
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
        signals.listing_changed.send(sender=Redirect)


def redirects_shown(article: Article, user: Any) -> SafeString:
    """Return the article's redirects for its form, linked if the user may change them."""
    rows = list(Redirect.objects.filter(article=article)[:20]) if article.pk else []
    may = user.has_perm
    links: list[tuple[SafeString]] = []
    for row in rows:
        page = reverse("admin:insights_redirect_change", args=[row.pk])
        is_linked = may("insights.change_redirect")
        links.append((format_html('<a href="{}">{}</a>', page, row) if is_linked else format_html("{}", row),))
    text = format_html("Old URLs that redirect here: {}.", format_html_join(", ", "{}", links)) if links else ""
    if article.pk and article.published_at and may("insights.add_redirect"):
        add = f"{reverse('admin:insights_redirect_add')}?kind=article&article={article.pk}"
        text = format_html('{} <a href="{}">Add a redirect</a>', text, add)
    return format_html("{}", text)
