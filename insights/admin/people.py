"""Bylines, which editors keep, and accounts, which only administrators touch and nobody deletes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse

from insights.admin.desk import DeskAdmin
from insights.admin.taxonomy import FacetAdmin
from insights.forms.people import UserAddForm, UserForm
from insights.models import Author, User


@admin.register(Author)
class AuthorAdmin(FacetAdmin):
    kind = "author"
    list_display = ("name", "slug", "initials", "line", "user")
    list_select_related = ("user",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "initials", "line", "text", "avatar", "user")
    autocomplete_fields = ("avatar",)
    prepopulated_fields = {"slug": ("name",)}

    def get_fields(self, request: HttpRequest, obj: Author | None = None) -> Any:
        """Which account writes under a name is the administrators' to say: it opens that name's drafts."""
        fields = list(super().get_fields(request, obj))
        return fields if request.user.is_superuser else [name for name in fields if name != "user"]


@admin.register(User)
class UserAdmin(DeskAdmin, DjangoUserAdmin):
    add_form = UserAddForm
    form = UserForm
    list_display = ("email", "name", "roles", "is_staff", "is_superuser", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    search_fields = ("email", "name")
    ordering = ("name", "pk")
    filter_horizontal = ()
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "time_zone")}),
        ("What the account may do", {"fields": ("is_active", "is_staff", "groups", "is_superuser")}),
        ("Since when", {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
        ("What the account may do", {"fields": ("is_staff", "groups")}),
    )

    @admin.display
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "groups":
            options["widget"] = CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **options)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = 400
        return response

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: what an account did stays attributable. Take away “active” instead."""
        return False


def _is_administrator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)
