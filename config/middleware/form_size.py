"""How large a form may be: 1 MB everywhere, ten times that where an article is written.

A text that is too large for the publication is told so in words beside its field, with the text still there; so its
form has to be read first. Django knows one limit for all, DATA_UPLOAD_MAX_MEMORY_SIZE, and asks it while it parses: it
is the larger one, and this keeps every other view to the smaller. Files are no part of it; their views have limits of
their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict


class FormSizeMiddleware:
    """Raises RequestDataTooBig (413) for a form above the limit of its view, before anything is done with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.method != "POST" or name in settings.LARGE_FORMS:
            return
        if request.content_type == "multipart/form-data":
            request.multipart_parser_class = SmallFormParser  # type: ignore[assignment]
        elif content_length(request) > settings.FORM_BYTES:
            raise RequestDataTooBig(f"A form of {name} is larger than {settings.FORM_BYTES} bytes.")


class SmallFormParser(MultiPartParser):
    """Counts the fields of a form, without its files."""

    def _parse(self) -> tuple[QueryDict, MultiValueDict[str, Any]]:
        fields, files = super()._parse()  # type: ignore[misc]
        size = sum(len(name) + len(value) for name, values in fields.lists() for value in values)
        if size > settings.FORM_BYTES:
            self._files = files  # which `parse` closes
            raise RequestDataTooBig(f"The fields of a form are larger than {settings.FORM_BYTES} bytes.")
        return fields, files


def content_length(request: HttpRequest) -> int:
    """How many bytes the request says that it brings; 0 for one that says nothing readable."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() else 0
