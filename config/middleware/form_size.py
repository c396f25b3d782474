"""Size limits of forms: 1 MB, and ten times that where an article is written.

Django has one limit for all views, DATA_UPLOAD_MAX_MEMORY_SIZE. It is the larger one, so that a text that is too long
gets a message beside its field. This middleware applies the smaller one elsewhere (413). Files do not count.
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
    def _parse(self) -> tuple[QueryDict, MultiValueDict[str, Any]]:
        fields, files = super()._parse()  # type: ignore[misc]
        size = sum(len(name) + len(value) for name, values in fields.lists() for value in values)
        if size > settings.FORM_BYTES:
            self._files = files  # closed by `parse`
            raise RequestDataTooBig(f"The fields of a form are larger than {settings.FORM_BYTES} bytes.")
        return fields, files


def content_length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() else 0
