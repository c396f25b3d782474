"""Files for the importer: Markdown with front matter, and small pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from insights.models import Article, AuditEntry, Category, Picture


def write_article(
    folder: Path, name: str = "article.md", *, body: str = "Some text.\n", head: str = "", **keys: Any
) -> Path:
    """Write a file with the front matter `keys` (as they are to be written) and `head` (raw lines), then `body`."""
    keys = keys if head else {"title": "An article", **keys}
    lines = [f"{key}: {value}" for key, value in keys.items()]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["---", *lines, *([head] if head else []), "---", body]), encoding="utf-8", newline="")
    return path


def write_picture(path: Path, *, size: tuple[int, int] = (60, 40), color: str = "#1f3f9c", **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, {".jpg": "JPEG"}.get(path.suffix, "PNG"), **options)
    path.write_bytes(stream.getvalue())
    return path


def run(command: str, *arguments: Any, **options: Any) -> str:
    """Return the output of a command."""
    stream = io.StringIO()
    call_command(command, *map(str, arguments), stdout=stream, stderr=io.StringIO(), **options)
    return stream.getvalue()


def stored_files(media: Path) -> set[str]:
    """Return the names of the files in the media storage."""
    return {path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()}


def refused(path: Path, *arguments: str) -> str:
    """Return the importer's message of refusal. Check that it changed nothing."""
    before = Article.objects.count(), Picture.objects.count(), Category.objects.count(), AuditEntry.objects.count()
    with pytest.raises(CommandError) as caught:
        run("import_articles", path, *arguments)
    now = Article.objects.count(), Picture.objects.count(), Category.objects.count(), AuditEntry.objects.count()
    assert now == before
    return str(caught.value)
