"""What tests of the desk share: the article form as a browser would send it."""

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
    """What the form at `url` would send back if nobody touched it."""
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
    """Open the form, change fields, press a button. The answer, not followed."""
    url = change_url(article) if article else ADD
    return client.post(url, {**form_values(client, url), **changes, button: "1"})


def local_tomorrow() -> str:
    """This time tomorrow in UTC, as the form's field takes it."""
    return (timezone.now() + dt.timedelta(days=1)).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M")
