"""Shared helpers for tests of the admin: the article form as a browser would send it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from insights.models import Article

ADD = "/admin/insights/article/add/"


def change_url(article: Article) -> str:
    return f"/admin/insights/article/{article.pk}/change/"


def form_values(client: Client, url: str) -> dict[str, Any]:
    """Return the data that the form at `url` would send if untouched."""
    form = client.get(url).context["adminform"].form
    values: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if name == "authors":
            size = len(field.fields)
            padded = [*(value or []), *[""] * size][:size]
            values |= {f"authors_{number}": pk for number, pk in enumerate(padded)}
        elif name == "tags":
            values["tags"] = list(value or [])
        elif isinstance(value, bool):
            values |= {name: "on"} if value else {}
        elif name != "cover_file":
            values[name] = "" if value is None else getattr(value, "pk", value)
    return values


def send(client: Client, article: Article | None, button: str = "_save", **changes: Any) -> Any:
    """Open the form, change fields, press a button. Returns the answer, without following redirects."""
    url = change_url(article) if article else ADD
    return client.post(url, {**form_values(client, url), **changes, button: "1"})


def local_tomorrow() -> str:
    """Return this time tomorrow in UTC, in the format of the form's field."""
    return (timezone.now() + dt.timedelta(days=1)).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M")
