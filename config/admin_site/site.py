"""Admin site with the publication's name, and with status 400 for invalid forms and unreadable filters of lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

from config.admin_site import dashboard, failed_tasks, unsaved_text
from config.admin_site.renamed_urls import renamed_urls
from insights.models import SiteSettings
from insights.models.ids import is_id

FIRST = ("Article", "SiteSettings")  # first in the admin's index; the others follow by name
UNREADABLE_LIST = "admin/invalid_setup.html"  # Django's page for a second request; it blames the database


class LoginForm(AdminAuthenticationForm):
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "Wrong email address or password. Passwords are case-sensitive.",
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Say that staff status is missing, only to a user who knows the password; others get the usual error."""
        if user.is_active and not user.is_staff:
            raise ValidationError(
                "Your password is correct, but this account cannot log in here. "
                "Ask an administrator to tick “Can log in”.",
                code="no_staff",
            )
        super().confirm_login_allowed(user)


class HubAdminSite(AdminSite):
    login_form = LoginForm
    logout_template = "admin/logged_out.html"
    index_title = "Dashboard"
    enable_nav_sidebar = True

    def get_urls(self) -> list[URLResolver | URLPattern]:
        pattern = "r/<path:content_type_id>/<path:object_id>/"
        # Django's own view gives staff the URL of any object, drafts included.
        others = [entry for entry in super().get_urls() if getattr(entry, "name", "") != "view_on_site"]
        own = [
            path(pattern, self.admin_view(self.public_page), name="view_on_site"),
            path("failed-tasks/<uuid:task>/again/", self.admin_view(failed_tasks.run_again), name="task_again"),
            path("failed-tasks/<uuid:task>/dismiss/", self.admin_view(failed_tasks.dismiss), name="task_dismiss"),
        ]
        return [*own, *renamed_urls(), *others]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        name = SiteSettings.current().name
        return {**super().each_context(request), "site_header": name, "site_title": f"{name} admin"}

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request) and unsaved_text.carries_text(request):
                is_known = request.user.is_authenticated
                return unsaved_text.unsaved_text_response(
                    request, unsaved_text.DENIED if is_known else unsaved_text.LOGGED_OUT
                )
            try:
                response = guarded(request, *args, **kwargs)
            except PermissionDenied:
                if unsaved_text.carries_text(request):
                    return unsaved_text.unsaved_text_response(request, unsaved_text.DENIED)
                raise
            leads_to = response["Location"] if response.status_code == 302 else ""
            if leads_to == reverse("admin:index") and unsaved_text.carries_text(request):
                return unsaved_text.unsaved_text_response(request, unsaved_text.GONE)
            lost = leads_to == f"{request.path}?{ERROR_FLAG}=1"
            if lost or getattr(response, "template_name", "") == UNREADABLE_LIST:
                raise BadRequest("The filters in the URL are not valid.")
            return response

        return answered

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps: list[Any] = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: FIRST.index(name) if (name := model["object_name"]) in FIRST else 99)
        return sorted(apps, key=lambda app: app["app_label"] != "insights")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {**dashboard.panels(request), **(extra_context or {})})

    def public_page(self, request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
        """Redirect to the public URL of an object: 403 without permission to view it, 404 without object or page."""
        kind = ContentType.objects.filter(pk=content_type_id).first() if is_id(content_type_id) else None
        model = kind.model_class() if kind else None
        pages = self._registry.get(model) if model else None
        if pages is None:
            raise Http404
        row = pages.get_object(request, object_id) if pages.has_view_or_change_permission(request) else None
        if not pages.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if row is None or not hasattr(row, "get_absolute_url"):
            raise Http404
        return HttpResponseRedirect(row.get_absolute_url())

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        response = _refused(request, super().login(request, extra_context))
        return _led_on(response, reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return _led_on(super().logout(request, extra_context), reverse("admin:login"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return _refused(request, super().password_change(request, extra_context))


def _led_on(response: HttpResponseBase, instead: str) -> HttpResponseBase:
    """Return the response. A redirect outside of the admin, or to its log-in or log-out, goes to `instead`."""
    # Django redirects a refused `next` to the log-out page, which allows no GET.
    goal = urlsplit(response.headers.get("Location", "")).path
    is_page = goal.startswith(reverse("admin:index")) and goal not in {reverse("admin:login"), reverse("admin:logout")}
    return HttpResponseRedirect(instead) if response.status_code == 302 and not is_page else response


def _refused(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Set status 400 on a form that is shown again after a POST."""
    if request.method == "POST" and response.status_code == 200:
        response.status_code = 400
    return response
