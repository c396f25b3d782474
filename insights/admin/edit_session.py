"""State that the steps of one admin request share, from the lock on a row to the message about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

from insights.models import Article


@dataclass(slots=True)
class EditSession:
    """`article` is the locked row of `object_id`; `saved_page` is the URL that the message about a save links to."""

    object_id: str = ""
    article: Article | None = None
    makes_another: bool = False  # back at an empty form, the next article was written
    saved_page: str = ""


def edit_session(request: HttpRequest) -> EditSession:
    """Return the request's session, made at the first call."""
    found = getattr(request, "edit_session", None)
    if found is None:
        found = EditSession()
        setattr(request, "edit_session", found)  # noqa: B010 - HttpRequest declares no such attribute
    return cast("EditSession", found)
