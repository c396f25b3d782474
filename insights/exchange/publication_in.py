"""Import of `publication.yaml`: rows are found by id, slug or name, or created; other rows stay."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from insights.exchange.aliases import NoAlias, read_alias
from insights.exchange.naming import NotNamed, check_row_fields, free_row_slug, name_field
from insights.exchange.pictures_in import PicturesIn
from insights.exchange.problems import ExchangeRefused, Problem, sentences
from insights.exchange.publication import FIELDS, NAME, Publication, flag, problem
from insights.exchange.string_yaml import YamlTable
from insights.forms.links import Link, validate_link
from insights.forms.site import MOST_ENTRIES, MOST_LINKS, check_profile, check_target, privacy_problems
from insights.models import Author, Category, Redirect, Series, SiteSettings, Step, Tag
from insights.models.accounts import initials_of

MODELS: dict[str, type[models.Model]] = {"authors": Author, "categories": Category, "tags": Tag, "series": Series}
PICTURE_KEYS = ("avatar", "picture")
LINKS = {"navigation": (MOST_ENTRIES, check_target), "social_links": (MOST_LINKS, check_profile)}


def picture_urls(publication: Publication) -> list[tuple[YamlTable, str]]:
    return [
        (table, key)
        for rows in (*publication.rows.values(), [publication.site])
        for table in rows
        for key in (*PICTURE_KEYS, "logo")
        if table.get(key)
    ]


def missing_rows(publication: Publication) -> Publication:
    """Return only the rows that are not in the database, and no second default among the steps."""
    rows: dict[str, list[YamlTable]] = {}
    for section, model in MODELS.items():
        tables = publication.rows.get(section, [])
        rows[section] = [table for table in tables if _found(model, table, name_field(model)) is None]
    known = set(Step.objects.values_list("slug", flat=True))
    rows["steps"] = [table for table in publication.rows.get("steps", []) if table["slug"] not in known]
    if Step.objects.filter(is_default=True).exists():
        for table in rows["steps"]:
            table.pop("is_default", None)
    return Publication(rows)


def apply(publication: Publication, pictures: PicturesIn) -> list[str]:
    """Apply all but the next steps; return a sentence per changed row. Raises ExchangeRefused with all problems."""
    changes: list[str] = []
    problems: list[Problem] = []
    for section, model in MODELS.items():
        for number, table in enumerate(publication.rows.get(section, []), 1):
            try:
                changes += _row(model, table, pictures, number)
            except ExchangeRefused as refused:
                problems += refused.problems
    try:
        changes += _site(publication.site, pictures)
    except ExchangeRefused as refused:
        problems += refused.problems
    if problems:
        raise ExchangeRefused(*problems)
    return changes


def settle_row(
    row: models.Model, values: dict[str, Any], table: YamlTable, keys: dict[str, str] | None = None
) -> list[str]:
    """Set, check and save values; return the names of changed fields, or "new". Raises ExchangeRefused."""
    # `keys`: key in the file by field, where they differ
    is_new = row.pk is None
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if not differing and not is_new:
        return []
    for name in differing:
        setattr(row, name, values[name])
    try:
        check_row_fields(row)
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as error:
        raise refused(table, error, keys) from None
    row.save()
    return differing or ["new"]


def refused(table: YamlTable, error: ValidationError, keys: dict[str, str] | None = None) -> ExchangeRefused:
    if not hasattr(error, "error_dict"):
        return ExchangeRefused(problem(table, "", sentences(error)))
    found = []
    for name, messages in error.message_dict.items():
        key = (keys or {}).get(name, name)
        found.append(problem(table, "" if key == "__all__" else key, sentences(messages)))
    return ExchangeRefused(*found)


def add_redirects(row: Any, kind: str, slugs: list[str], table: YamlTable) -> bool:
    """Redirect aliases to a row; return whether any is new. Raises ExchangeRefused."""
    is_changed = False
    for alias in slugs:
        try:
            slug = read_alias(alias, kind)
        except NoAlias as error:
            raise ExchangeRefused(problem(table, "aliases", str(error))) from None
        redirect = Redirect.objects.filter(kind=kind, slug=slug).first()
        if redirect and redirect.target == row:
            continue
        if redirect or type(row)._default_manager.filter(slug=slug).exists():
            raise ExchangeRefused(problem(table, "aliases", f"“{slug}” already leads to another page. Remove it here."))
        Redirect.objects.leave(kind, slug, **{kind: row})
        is_changed = True
    return is_changed


def _row(model: type[models.Model], table: YamlTable, pictures: PicturesIn, number: int) -> list[str]:
    kind, field = str(model._meta.model_name), name_field(model)
    row: Any = _found(model, table, field)
    is_new, before = row is None, row.slug if row else ""
    row = row or model()
    values: dict[str, Any] = {key: table[key] for key in (field, "slug", "initials", "line", "text") if key in table}
    try:
        if is_new and not values.get("slug"):
            values["slug"] = free_row_slug(model, table[field])  # type: ignore[type-var]
    except NotNamed:
        raise ExchangeRefused(problem(table, "slug", "No slug can be made from the name. Write a slug.")) from None
    if model is Author and is_new:
        values.setdefault("initials", initials_of(table[field]))
        if table.get("id"):
            values["uid"] = _uid(table)
    if model is Category:
        values["position"] = _number(table, "position") if "position" in table else row.position if row.pk else number
    for key in PICTURE_KEYS:
        if key in table:
            url = table[key]
            values[key] = pictures.record(pictures.url(NAME, url)) if url else None
    differing = settle_row(row, values, table)
    if before and row.slug != before:
        Redirect.objects.leave(kind, before, **{kind: row})
    if add_redirects(row, kind, table.get("aliases", []), table):
        differing.append("aliases")
    if not differing:
        return []
    return [f"{kind} {row}: new" if is_new else f"{kind} {row}: {', '.join(differing)}"]


def _found(model: type[models.Model], table: YamlTable, field: str) -> models.Model | None:
    rows = model._default_manager.all()
    if model is Author and table.get("id"):
        known = rows.filter(uid=_uid(table)).first()
        if known:
            return known
    if table.get("slug"):
        known = rows.filter(slug=table["slug"]).first()
        if known or model is Author:  # two authors may have the same name
            return known
    return rows.filter(**{field: table[field]}).first()


def _uid(table: YamlTable) -> uuid.UUID:
    try:
        return uuid.UUID(table["id"])
    except ValueError:
        raise ExchangeRefused(problem(table, "id", "Invalid id. Remove it, or use the id from an export.")) from None


def _number(table: YamlTable, key: str) -> int:
    value = table[key]
    if not (value.isascii() and value.isdecimal() and int(value) <= 32767):
        raise ExchangeRefused(problem(table, key, "Write a whole number from 0 to 32767."))
    return int(value)


def _site(table: YamlTable, pictures: PicturesIn) -> list[str]:
    if not table:
        return []
    row = SiteSettings.objects.filter(pk=1).first() or SiteSettings()
    is_new = row.pk is None
    values: dict[str, Any] = {FIELDS.get(key, key): value for key, value in table.items() if isinstance(value, str)}
    if "shows_decision_line" in table:
        values["shows_decision_line"] = flag(table, "shows_decision_line")
    for key, (most, check_url) in LINKS.items():
        if key in table:
            values[key] = _links(table, key, most, check_url)
    if table.get("privacy_text") and (wrong := privacy_problems(table["privacy_text"])):
        raise ExchangeRefused(problem(table, "privacy_text", " ".join(wrong)))
    if "logo" in table:
        values["logo"] = pictures.record(pictures.url(NAME, table["logo"])) if table["logo"] else None
    if is_new and all(getattr(row, name) == value for name, value in values.items()):
        return []
    keys = {field: key for key, field in FIELDS.items()}
    differing = [keys.get(name, name) for name in settle_row(row, values, table, keys)]
    return [f"site settings: {', '.join(differing)}"] if differing else []


def _links(table: YamlTable, key: str, most: int, check_url: Callable[[str], None]) -> list[Link]:
    entries = [{name: entry.get(name, "").strip() for name in ("label", "address")} for entry in table[key]]
    if len(entries) > most:
        raise ExchangeRefused(problem(table, key, f"This can have at most {most} entries."))
    for number, entry in enumerate(entries):
        if wrong := validate_link(entry, check_url):
            raise ExchangeRefused(problem(table[key][number], "", " ".join(wrong)))
    return entries
