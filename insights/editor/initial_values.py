"""Initial values of the article's form, from the newest version and the article."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from insights.editor.conflicts import texts_of
from insights.editor.form_fields import ArticleFields
from insights.editor.tabs import new_tab
from insights.models import Article
from insights.publishing.drafts import WRITTEN_FIELDS
from insights.publishing.edit_base import version_token


def initial_values(form: ArticleFields, article: Article | None) -> dict[str, Any]:
    """Return the initial values by field; needs `form.stored` and `form.filed`."""
    version = form.stored
    if article is None or version is None:
        return {"authors": [author.pk for author in form.own_bylines()], "base": "", "tab": new_tab()}
    values: dict[str, Any] = {name: getattr(version, name) for name in WRITTEN_FIELDS}
    scheduled = article.published_at and article.published_at > timezone.now()
    texts = texts_of(version)
    return values | texts | {f"opened_{name}": text for name, text in texts.items()} | {
        "base": version_token(version),
        "tab": new_tab(),
        "slug": version.new_slug or article.slug,
        "tags": list(form.filed.tags),
        "authors": list(form.filed.authors),
        "publish_at": article.published_at if scheduled else None,
    }  # fmt: skip
