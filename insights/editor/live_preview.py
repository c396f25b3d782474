"""Live preview: the page of an article, rendered from unsaved form data. Nothing is stored.

We render the site's own template over an unsaved version instead of a smaller preview, which would differ. An invalid
field (a deleted category) falls back to the stored value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string

from insights.editor.form import ArticleForm
from insights.models import Article, Byline, Step, Version
from insights.next_step.decisions import decide_next_step
from insights.public.article_page import article_context, keep_rows
from insights.publishing.drafts import WRITTEN_FIELDS
from insights.publishing.rendering import render_text
from insights.publishing.slugs import slug_from

AS_TYPED = {"title", "excerpt", "body"}  # shown even if the form would refuse them
UNSAVED = 0  # primary key of an unsaved row
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WritingPage:
    """Rendered preview. `html`: a document without scripts. `problems`: sentences on why a save would be refused."""

    html: str
    words: int
    minutes: int
    problems: tuple[str, ...]


def form_page(request: HttpRequest, form: ArticleForm) -> WritingPage:
    """Return the preview for a form, bound or not; the form is not validated."""
    article = _shown_article(form)
    version = Version(pk=UNSAVED, article=article, listed_at=article.published_at)
    for name in WRITTEN_FIELDS:
        value = _value(form, name)
        setattr(version, name, "" if value is None and name in AS_TYPED else value)
    bylines = _value(form, "authors") if "authors" in form.fields else _stored_authors(form)
    keep_rows(version, "bylines", [Byline(author=author, position=place) for place, author in enumerate(bylines or [])])
    keep_rows(version, "tags", list(_value(form, "tags") or []))
    rendered = render_text(version.body, with_lines=True)
    version.html, version.contents = rendered.html, rendered.contents
    version.words, version.search_text = rendered.words, rendered.text
    decide_next_step(version, list(Step.objects.in_use()))
    return WritingPage(version_html(request, version), version.words, version.reading_minutes, rendered.problems)


def version_html(request: HttpRequest, version: Version) -> str:
    """Return a version's public page without scripts, for a frame in the admin."""
    html = render_to_string("insights/article.html", article_context(version, is_preview=True), request)
    return _SCRIPT.sub("", html)


def _shown_article(form: ArticleForm) -> Article:
    stored: Article = form.instance
    slug = str(form["slug"].value() or "").strip() or slug_from(str(form["title"].value() or ""))
    return Article(
        pk=stored.pk or UNSAVED,
        slug=slug if re.fullmatch(r"[-\w]+", slug, re.ASCII) else stored.slug or "new",
        published_at=stored.published_at,
        views=stored.views,
        takes_feedback=stored.takes_feedback,
    )


def _value(form: ArticleForm, name: str) -> Any:
    """Return the cleaned value of a field, or the stored one if it is invalid."""
    field = form.fields.get(name)
    if field is None or not form.is_bound:
        return _stored(form, name)
    typed = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    try:
        return field.to_python(typed) if name in AS_TYPED else field.clean(typed)
    except ValidationError:
        return _stored(form, name)


def _stored(form: ArticleForm, name: str) -> Any:
    if name == "authors":
        return _stored_authors(form)
    if form.stored is None:
        field: Any = Version._meta.get_field(name)
        return [] if name == "tags" else field.get_default()
    value = getattr(form.stored, name)
    return list(value.all()) if name == "tags" else value


def _stored_authors(form: ArticleForm) -> list[Any]:
    if form.stored is None:
        return form.own_bylines()
    return [byline.author for byline in form.stored.bylines.select_related("author__avatar")]
