"""Page with the typed text of a form that cannot be saved now; it can send the form again.

It needs no database. Only typed fields are visible. Passwords and posts of other sites are never repeated.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.admin_site.unsaved_text import is_admin_page
from config.context import known_publication
from config.origins import is_from_here

ONE_LINE = 100  # characters; a longer text gets a field of several lines

# Fields that a form fills in by itself, and values that a person chooses instead of typing.
_CARRIED = re.compile(
    r"_.*|csrfmiddlewaretoken|opened_.*|initial-.*|.*_FORMS|base|over|tab|next|action|index|select_across|token|source"
    r"|article|step|wording|website|subject|helpful|reason"
)
_CHOSEN = re.compile(r"|on|yes|no|true|false|[-+:., \dT]+|[0-9a-fA-F-]{32,36}", re.IGNORECASE)


class TypedField(NamedTuple):
    name: str
    label: str
    value: str
    rows: int


def unsaved_page(request: HttpRequest, status: int) -> HttpResponse | None:
    """Return the page that sends the request's form again; None for an admin form without typed text."""
    context = _form(request)
    if context is None:
        return None
    return render(request, "typed_text.html", {**context, "publication": known_publication()}, status=status)


def _form(request: HttpRequest) -> dict[str, Any] | None:
    if request.method != "POST" or not is_from_here(request):
        return None
    try:
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        has_file = bool(request.FILES)
    except Exception:  # the body is unreadable, whatever the cause of the failure was
        return None
    if any("password" in name for name, _ in pairs):
        return None
    typed = [_field(name, value) for name, value in pairs if is_typed(name, value)]
    if not typed and is_admin_page(request):
        return None
    carried = [(name, value) for name, value in pairs if not is_typed(name, value)]
    return {
        "typed": typed,
        "carried": carried,
        "has_file": has_file,
        "url": request.get_full_path(),
        "is_multipart": request.content_type == "multipart/form-data",
        "is_admin_page": is_admin_page(request),
    }


def is_typed(name: str, value: str) -> bool:
    """Return whether a person probably typed `value` into the field `name`."""
    return not _CARRIED.fullmatch(name) and not _CHOSEN.fullmatch(value.strip())


def _field(name: str, value: str) -> TypedField:
    is_one_line = len(value) <= ONE_LINE and "\n" not in value
    rows = 0 if is_one_line else min(20, 3 + value.count("\n") + len(value) // 100)
    return TypedField(name, re.sub(r"[_-]+", " ", name).capitalize(), value, rows)
