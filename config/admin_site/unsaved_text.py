"""Page that gives a typed text back when the admin cannot save it (session, permission or article is gone).

We neither redirect, which would drop the text, nor store it without permission. A post of another site is not repeated.
"""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

FIELDS = {"title": 1, "excerpt": 3, "body": 20}  # field → rows of its text area
_MARK = "body"  # a POST with this field contains a text

LOGGED_OUT = "You are logged out, so your text was not saved."
EXPIRED = "The form has expired, so your text was not saved."
GONE = "The article was deleted in the meantime, so your text was not saved."
DENIED = "You don't have permission to do this, so your text was not saved."


def carries_text(request: HttpRequest) -> bool:
    return request.method == "POST" and is_admin_page(request) and _MARK in request.POST


def is_admin_page(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


def unsaved_text_response(request: HttpRequest, reason: str) -> HttpResponse:
    """Return a page with the typed title, excerpt and body, with 403, or 404 for a deleted article."""
    may_enter = admin.site.has_permission(request)
    login = f"{reverse('admin:login')}?next={reverse('admin:index')}"
    ways_on = {DENIED: reverse("admin:index"), GONE: reverse("admin:insights_article_add")}
    typed = [
        {"name": name, "label": name.capitalize(), "rows": rows, "text": request.POST[name]}
        for name, rows in FIELDS.items()
        if request.POST.get(name)
    ]
    context = {
        **admin.site.each_context(request),
        "title": "Your text was not saved",
        "reason": reason,
        "typed": typed,
        "may_enter": may_enter,
        "is_denied": reason == DENIED,
        "way_on": login if not may_enter else ways_on.get(reason, request.path),
    }
    status = 404 if reason == GONE else 403
    response = render(request, "admin/text_given_back.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
