"""Admin for bylines and accounts; accounts are never deleted.

Staff who manage accounts without being administrators cannot give rights that they do not have. They cannot assign
groups with more rights than their own, or change accounts with more rights. Such a POST returns 403 and stores nothing.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from insights.admin.bylines import make_byline, may_write_articles
from insights.admin.model_admin import HubModelAdmin
from insights.admin.taxonomy import FacetAdmin
from insights.forms.accounts import AuthorForm, PasswordForm, UserAddForm, UserForm
from insights.models import Author, User
from insights.text.email_addresses import search_spelling

OURS_ALONE = ("is_superuser", "user_permissions")  # fields that only administrators may post


@admin.register(Author)
class AuthorAdmin(FacetAdmin):
    kind = "author"
    form = AuthorForm
    list_display = ("name", "slug", "initials", "line", "user")
    list_select_related = ("user",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "initials", "line", "text", "avatar", "user")
    autocomplete_fields = ("avatar",)

    def get_fields(self, request: HttpRequest, obj: Author | None = None) -> Any:
        """Hide `user` from non-administrators (it opens the byline's drafts) and `slug` from authors."""
        closed = set() if request.user.is_superuser else {"user"}
        closed |= set() if _keeps_all(request) else {"slug"}
        return [name for name in super().get_fields(request, obj) if name not in closed]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Author | None = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if _keeps_all(request) else {}

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows if _keeps_all(request) else rows.filter(user=request.user.pk)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Author | None:
        """Return bylines of others too, so that the permission check answers 403."""
        found = super().get_object(request, object_id, from_field)
        if found is None and object_id.isdecimal() and len(object_id) < 19:
            return Author.objects.filter(pk=object_id).first()
        return found

    def has_view_permission(self, request: HttpRequest, obj: Author | None = None) -> bool:
        return super().has_view_permission(request, obj) and _may_keep(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Author | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_keep(request, obj)


def _keeps_all(request: HttpRequest) -> bool:
    """Return whether the account manages all bylines, not only its own."""
    return request.user.has_perm("insights.add_author")


def _may_keep(request: HttpRequest, author: Author | None) -> bool:
    return author is None or _keeps_all(request) or author.user_id == request.user.pk


@admin.register(User)
class UserAdmin(HubModelAdmin, DjangoUserAdmin):
    add_form = UserAddForm
    form = UserForm
    change_password_form = PasswordForm
    list_display = ("email", "name", "roles", "is_staff", "is_superuser", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    search_fields = ("email", "name")
    ordering = ("name", "pk")
    filter_horizontal = ()
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "time_zone")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "groups", "is_superuser", "makes_byline")}),
        ("Important dates", {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
        ("Permissions", {"fields": ("is_staff", "groups", "makes_byline")}),
    )
    actions = ("make_bylines",)

    @admin.display(description="Groups")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, search_spelling(search_term))

    # Permissions

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse accounts with more rights than the user's own."""
        return super().has_change_permission(request, obj) and (obj is None or _holds_all_of(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse always, so that actions stay attributable; deactivate the account instead."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        closed = set() if request.user.is_superuser or obj is None else set(OURS_ALONE)
        if not request.user.has_perm("insights.add_author") or (obj and Author.objects.filter(user=obj).exists()):
            closed.add("makes_byline")
        return [
            (name, {**options, "fields": tuple(field for field in options["fields"] if field not in closed)})
            for name, options in super().get_fieldsets(request, obj)
        ]

    # Bylines

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)  # saves the groups, which may let it write articles
        if not form.cleaned_data.get("makes_byline") or not request.user.has_perm("insights.add_author"):
            return
        author = make_byline(form.instance, actor=request.user)
        if author is not None:
            where = reverse("admin:insights_author_change", args=[author.pk])
            message = format_html('<a href="{}">The author “{}”</a> was created for this account.', where, author)
            messages.success(request, message)
        elif not may_write_articles(form.instance):
            messages.info(
                request, "No author was created: no group of this account can write articles. Choose one that can."
            )

    @admin.action(description="Create authors for accounts without one", permissions=["byline"])
    def make_bylines(self, request: HttpRequest, accounts: Any) -> None:
        made = [author for account in accounts if (author := make_byline(account, actor=request.user))]
        if made:
            messages.success(request, f"Authors created: {', '.join(map(str, made))}.")
        else:
            messages.info(request, "No authors were created: each account already has one or can't write articles.")

    def has_byline_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("insights.add_author")

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **options: Any) -> Any:
        if db_field.name == "groups":
            options |= {"widget": CheckboxSelectMultiple(), "queryset": _groups_to_give(request)}
        return super().formfield_for_manytomany(db_field, request, **options)

    # Views

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST":
            _refuse_to_give_more(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST" and request.user.is_superuser and User.objects.in_charge().is_last(object_id):
            message = "This is the last administrator. Make another account an administrator first."
            words = {"status": 409, "heading": "Account not deleted", "words": message, "is_admin_page": True}
            return render(request, "error.html", words, status=409)
        return super().delete_view(request, object_id, extra_context)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if request.method != "POST":
            return super().user_change_password(request, id, form_url)
        with transaction.atomic():  # Django saves the password and its log entry in autocommit
            response = super().user_change_password(request, id, form_url)
        if response.status_code == 200:
            response.status_code = 400
        return response


def _holds_all_of(request: HttpRequest, account: User) -> bool:
    """Return whether the user has all rights that the account has, or would have if it were active."""
    if request.user.is_superuser:
        return True
    if account.is_superuser:
        return False
    held = request.user.get_all_permissions()
    given = [*account.user_permissions.all(), *_permissions_of(account.groups.all())]
    return all(_name_of(permission) in held for permission in given)


def _groups_to_give(request: HttpRequest) -> Any:
    if request.user.is_superuser:
        return Group.objects.all()
    held = request.user.get_all_permissions()
    groups = Group.objects.prefetch_related("permissions__content_type")
    fine = [group.pk for group in groups if all(_name_of(right) in held for right in group.permissions.all())]
    return Group.objects.filter(pk__in=fine)


def _refuse_to_give_more(request: HttpRequest) -> None:
    """Raise PermissionDenied if the form gives rights that the user does not have."""
    if request.user.is_superuser:
        return
    allowed = {str(pk) for pk in _groups_to_give(request).values_list("pk", flat=True)}
    if set(OURS_ALONE) & set(request.POST) or set(request.POST.getlist("groups")) - allowed:
        raise PermissionDenied


def _permissions_of(groups: Any) -> list[Any]:
    rows = groups.prefetch_related("permissions__content_type")
    return [permission for group in rows for permission in group.permissions.all()]


def _name_of(permission: Any) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
