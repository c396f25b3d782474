"""Rows for the names in an article's file; missing rows are created."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from insights.exchange.problems import sentences
from insights.models import Author, Category, Redirect, Series, SiteSettings, Tag
from insights.models.accounts import initials_of
from insights.text.slugs import slug_of

type Named = Author | Category | Series | Tag


class NotNamed(Exception):
    """A name that is ambiguous or not valid for a new row; the message is a sentence."""


def name_field(model: type[models.Model]) -> str:
    return "title" if model is Series else "name"


def named[Row: Named](model: type[Row], name: str) -> Row:
    """Return the row with this name, else with this slug, else a new row. Raises NotNamed."""
    field = name_field(model)
    manager: Any = model._default_manager
    rows: list[Row] = list(manager.filter(**{f"{field}__iexact": name})[:50])
    rows = [row for row in rows if getattr(row, field) == name] or rows
    if len(rows) > 1:
        rows = [row for row in rows if row.slug == name]
        if not rows:
            raise NotNamed(f"“{name}” matches more than one entry. Write the slug instead.")
    rows = rows or list(manager.filter(slug=name))
    return rows[0] if rows else _made(model, name)


class Names:
    """Cache of `named` for one import."""

    def __init__(self) -> None:
        self._rows: dict[tuple[type[models.Model], str], Any] = {}

    def row[Row: Named](self, model: type[Row], name: str) -> Row:
        if (model, name) not in self._rows:
            self._rows[model, name] = named(model, name)
        return self._rows[model, name]

    def forget(self) -> None:
        self._rows.clear()  # created rows may have been rolled back


def reference[Row: Named](row: Row) -> str:
    """Return the name by which `named` finds this row: its name, or its slug if the name is not unique."""
    field = name_field(type(row))
    name = getattr(row, field)
    return row.slug if type(row)._default_manager.filter(**{field: name}).count() > 1 else name


def free_row_slug[Row: Named](model: type[Row], name: str) -> str:
    """Return a slug made from a name that no row and no redirect uses. Raises NotNamed."""
    stem = slug_of(name, 70)
    if not stem:
        raise NotNamed(f"No slug can be made from “{name}”. Add it to publication.yaml with a slug.")
    slug, number = stem, 2
    kind = model._meta.model_name
    while model._default_manager.filter(slug=slug).exists() or Redirect.objects.filter(kind=kind, slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug


def check_row_fields(row: models.Model, exclude: Iterable[str] = ()) -> None:
    """Check the fields of a row, and lengths that only forms check. Raises ValidationError by field."""
    errors: dict[str, list[str]] = {}
    try:
        row.clean_fields(exclude=set(exclude))
    except ValidationError as error:
        errors = error.message_dict
    for field in row._meta.fields:
        limit = field.max_length if isinstance(field, models.TextField) and field.name not in exclude else None
        length = len(getattr(row, field.name)) if limit else 0
        if limit and length > limit:
            errors.setdefault(field.name, []).append(f"This can have at most {limit} characters (it has {length}).")
    if errors:
        raise ValidationError(errors)


def checked(row: models.Model, keys: Iterable[str] | None = None) -> dict[str, str]:
    names = set(keys) if keys is not None else None
    try:
        check_row_fields(
            row, [field.name for field in row._meta.fields if names is not None and field.name not in names]
        )
    except ValidationError as error:
        return {name: sentences(messages) for name, messages in error.message_dict.items()}
    return {}


def _made[Row: Named](model: type[Row], name: str) -> Row:
    values: dict[str, Any] = {name_field(model): name, "slug": free_row_slug(model, name)}
    if model is Author:
        values["initials"] = initials_of(name)
        site = SiteSettings.current()
        if name.casefold() == site.name.casefold():  # the publication's own byline
            values["line"] = site.tagline
    row = model(**values)
    wrong = checked(row)
    if wrong:
        raise NotNamed(f"“{name[:80]}” cannot be used: {' '.join(wrong.values())}")
    row.save()
    return row
