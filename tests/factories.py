"""Factories for the publication's rows: functions with sensible defaults, each returning a saved row."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image

from insights.models import (
    Article,
    AuditEntry,
    Author,
    Category,
    HistoryEntry,
    Picture,
    PreviewLink,
    Rule,
    Series,
    Step,
    Tag,
    User,
)  # fmt: skip
from insights.publishing.drafts import import_version

_numbers = count(1)


def make_user(
    role: str = "",
    *,
    email: str = "",
    superuser: bool = False,
    password: str = "pass-word-1234",
    **fields: Any,
) -> User:
    """Make an account. `role` is a group such as "Editor", which also makes it staff."""
    number = next(_numbers)
    fields = {"name": f"{role or 'Visitor'} {number}", "is_staff": bool(role) or superuser, **fields}
    user = User.objects.create_user(email or f"person{number}@example.com", password, is_superuser=superuser, **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_author(name: str = "", **fields: Any) -> Author:
    name = name or f"Desk {next(_numbers)}"
    return Author.objects.create(**{"name": name, "slug": slugify(name), "initials": name[:2].upper(), **fields})


def make_category(name: str = "", **fields: Any) -> Category:
    name = name or f"Category {next(_numbers)}"
    return Category.objects.create(**{"name": name, "slug": slugify(name), **fields})


def make_tag(name: str = "", **fields: Any) -> Tag:
    name = name or f"Tag {next(_numbers)}"
    return Tag.objects.create(**{"name": name, "slug": slugify(name), **fields})


def make_series(title: str = "", **fields: Any) -> Series:
    title = title or f"Series {next(_numbers)}"
    return Series.objects.create(**{"title": title, "slug": slugify(title), **fields})


def make_step(slug: str = "", *, keywords: str = "", **fields: Any) -> Step:
    slug = slug or f"step-{next(_numbers)}"
    rule = {name: fields.pop(name) for name in list(fields) if name.endswith(("_weight", "_cap"))}
    step = Step.objects.create(
        **{"slug": slug, "kind": "link", "heading": slug.title(), "target_url": "/insights/", **fields}
    )
    Rule.objects.create(step=step, keywords=keywords, **rule)
    return step


def make_picture(content: bytes = b"", *, name: str = "picture.png", **fields: Any) -> Picture:
    """Make a picture row with a real little PNG behind it."""
    if not content:
        stream = io.BytesIO()
        Image.new("RGB", (60, 40), (31, 63, 156)).save(stream, "PNG")
        content = stream.getvalue()
    width, height = Image.open(io.BytesIO(content)).size
    digest = hashlib.sha256(content).hexdigest()
    known = {"width": width, "height": height, "source_sha256": digest, "stored_sha256": digest}
    picture = Picture(**{"name": name, "alt": "A blue field", **known, **fields})
    picture.file.save(f"{picture.uid.hex}.png", ContentFile(content))
    return picture


def make_article(
    title: str = "",
    *,
    slug: str = "",
    published: dt.datetime | bool | None = True,
    authors: list[Author] | None = None,
    tags: list[Tag] | None = None,
    user: User | None = None,
    article: dict[str, Any] | None = None,
    **values: Any,
) -> Article:
    """Make an article with one version: published now (`True`), at a given time, or a draft (`published=None`)."""
    title = title or f"Article {next(_numbers)}"
    row = Article(slug=slug or slugify(title)[:80], **(article or {}))
    body = values.pop("body", "## A heading\n\nSome words about the matter.\n")
    values = {"title": title, "body": body, **values}
    version = import_version(row, values, authors=authors or [], tags=tags or [], user=user)
    if published:
        row.publish(version, timezone.now() if published is True else published)
    return row


@transaction.atomic
def make_audit_entry(actor: User | None, verb: str, subject: object = "", **details: Any) -> AuditEntry:
    return AuditEntry.record(actor, verb, subject, **details)


@transaction.atomic
def make_history_entry(article: Article, verb: str, actor: User | None, **fields: Any) -> HistoryEntry:
    return HistoryEntry.record(article, verb, actor, **fields)


def make_preview_link(article: Article, *, days: int = 7, **fields: Any) -> PreviewLink:
    """Make a preview link to the article's newest draft, valid for some days."""
    return PreviewLink.objects.create(article=article, expires_at=timezone.now() + dt.timedelta(days=days), **fields)
