"""State shared by the steps of one admin request, from the row lock to the success message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

from insights.models import Article


@dataclass(slots=True)
class EditSession:
    """State of a request: `article` is the locked row, `saved_page` the URL for the success message."""

    object_id: str = ""
    article: Article | None = None
    makes_another: bool = False  # the form of a new article was sent again with another text
    saved_page: str = ""


def edit_session(request: HttpRequest) -> EditSession:
    found = getattr(request, "edit_session", None)
    if found is None:
        found = EditSession()
        setattr(request, "edit_session", found)  # noqa: B010 - HttpRequest declares no such attribute
    return cast("EditSession", found)
