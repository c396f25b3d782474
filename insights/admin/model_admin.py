"""Base classes of the admin pages: an invalid form answers 400, and each change is logged twice.

Django's log entry is deleted with the account; the audit log (`audit_event`) stays. Both are written in the transaction
of the change.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import BadRequest, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from insights import signals
from insights.admin.edit_session import edit_session
from insights.forms.fields import LineField, LinesField, RowChoices, SearchedSelect
from insights.models import User
from insights.models.ids import is_id
from insights.pictures import uploads


class OfferedFilters(admin.ModelAdmin):
    """List that answers 400 to filters that it does not offer, and to impossible ids."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Django allows filters by any column, so users could guess hidden values character by character.
        offered = {_parameter_of(entry) for entry in self.get_list_filter(request)} | {self.date_hierarchy}
        is_offered = any(name and (lookup == name or lookup.startswith(f"{name}__")) for name in offered)
        return is_offered and super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError):  # an impossible year fails only in the query
            raise BadRequest("These filters are not valid.") from None

    def response_action(
        self, request: HttpRequest, queryset: Any, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> Any:
        if not all(is_id(pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("The selected rows are not valid.")
        with transaction.atomic():  # Django runs actions in autocommit, without their audit events
            return super().response_action(request, queryset, action_location)


class HubModelAdmin(OfferedFilters):
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions: Any = None
    has_page = False  # whether the success message links to a page on the site
    picture_files: tuple[str, ...] = ()  # form fields for picture files
    delete_confirmation_template = "admin/deletion.html"
    formfield_overrides = {
        models.CharField: {"form_class": LineField},
        models.TextField: {"form_class": LinesField},
        models.SlugField: {"widget": AdminTextInputWidget},  # a CharField that must keep its own form field
    }

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", SearchedSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **options: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{"form_class": RowChoices, **options})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the initial values from the URL, without invalid ones."""
        fields = self.get_form(request).base_fields
        suggested = super().get_changeform_initial_data(request).items()
        return {name: value for name, value in suggested if name in fields and _is_readable(fields[name], value)}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        """Redraw pictures before Django's transaction, which holds SQLite's write lock."""
        files = [request.FILES[name] for name in self.picture_files if name in request.FILES]
        may_save = bool(files) and (self.has_add_permission(request) or self.has_change_permission(request))
        if may_save and isinstance(request.user, User):
            uploads.reencode_before_transaction(files, request.user)
        return super().changeform_view(request, *args, **options)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        response = super().render_change_form(request, context, *args, **options)
        if request.method == "POST" and context.get("errors"):
            form = context["adminform"].form
            response.status_code = getattr(form, "error_status", 400)
            if seconds := getattr(form, "retry_after", None):
                response["Retry-After"] = str(seconds)
        return response

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Render the confirmation; after a POST something still uses the row: 409."""
        from insights.admin import deletion

        if "deletion" not in context:
            context |= deletion.deletion_context(request, context["object"])
        response = super().render_delete_form(request, context)
        if request.method == "POST":
            response.status_code = 409
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if self.has_page:
            edit_session(request).saved_page = obj.get_absolute_url()

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **options: Any) -> None:
        session = edit_session(request)
        if session.saved_page:
            message, session.saved_page = with_link(message, session.saved_page), ""
        super().message_user(request, message, *args, **options)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        self._tell(request, "added", obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        self._tell(request, "changed", obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._tell(request, "deleted", obj, [])
        return super().log_deletions(request, queryset)

    def _tell(self, request: HttpRequest, verb: str, obj: models.Model, message: Any) -> None:
        signals.audit_event.send(
            sender=type(obj),
            actor=request.user,
            verb=f"{verb} {obj._meta.verbose_name}",
            subject=obj,
            details={"id": obj.pk, "fields": _fields_in(message)},
        )


def _is_readable(field: Any, value: Any) -> bool:
    try:
        field.clean(value)
    except ValidationError:
        return False
    return True


def _parameter_of(entry: Any) -> str | None:
    if isinstance(entry, str):
        return entry
    return entry[0] if isinstance(entry, tuple) else getattr(entry, "parameter_name", None)


def _fields_in(message: Any) -> list[str]:
    if not isinstance(message, list):
        return []
    return [str(name) for entry in message for part in entry.values() for name in part.get("fields", [])]


def with_link(words: str, url: str, label: str = "View on site") -> SafeString:
    return format_html('{} <a href="{}">{}</a>', words, url, label)


def badge(state: str, word: str) -> SafeString:
    return format_html('<span class="state state-{}">{}</span>', state, word)
