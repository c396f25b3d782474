"""Export of the database into a folder, which appears complete or not at all.

A new folder replaces the target by a rename. An older export is replaced only if no file was added or edited.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from insights.exchange import manifest, publication, publication_out
from insights.exchange.articles_out import ArticlesOut
from insights.exchange.manifest import Manifest
from insights.exchange.pictures_out import PicturesOut
from insights.exchange.problems import ExchangeRefused, Problem
from insights.models import Article

Track = Callable[[Iterable[Any], str], Iterable[Any]]


def export_path(
    path: Path, *, dry_run: bool = False, track: Track = lambda items, label: items
) -> list[tuple[str, str]]:
    """Write the publication; return (file, "new"|"changed"|"unchanged"|"removed") pairs. Raises ExchangeRefused."""
    target = path.resolve()
    before = _hashes_of_older_export(target)
    beside = target.parent / f".{target.name}.{secrets.token_hex(6)}"
    staging = beside
    try:
        try:
            staging = Path(tempfile.mkdtemp(prefix="export-")) if dry_run else beside
            staging.mkdir(parents=True, exist_ok=dry_run)
            after = _write_all(staging, track).hashes
            after[manifest.NAME] = _digest((staging / manifest.NAME).read_bytes())
            if not dry_run and after != before:
                _put_in_place(staging, target)
        except OSError as error:
            raise ExchangeRefused(Problem(str(path), f"Cannot write the export: {error.strerror or error}.")) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    lines = [
        (file, "new" if file not in before else "unchanged" if before[file] == digest else "changed")
        for file, digest in sorted(after.items())
    ]
    return lines + [(file, "removed") for file in sorted(before) if file not in after]


def _write_all(folder: Path, track: Track) -> Manifest:
    written = Manifest()
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # one snapshot of all tables
        pictures = PicturesOut()
        out = ArticlesOut(pictures.files, timezone.now())
        for article in track(list(Article.objects.order_by("pk")), "Articles"):
            files = [(file, _write(folder, file.file, file.text)) for file in out.files(article)]
            if files:
                written.articles[article.uid] = out.entry(article, files)
        written.others[publication.NAME] = _write(folder, publication.NAME, publication_out.as_text(pictures.files))
    # Stored pictures never change, so they are copied after the transaction.
    written.pictures = {entry.file: entry for entry in pictures.copied(folder, track)}
    _write(folder, manifest.NAME, written.as_text())
    return written


def _write(folder: Path, name: str, text: str) -> str:
    content = text.encode()
    (folder / name).write_bytes(content)
    return _digest(content)


def _hashes_of_older_export(target: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of an older export. Raise ExchangeRefused for edited or other files."""
    if not os.path.lexists(target):
        return {}
    if not target.is_dir():
        raise ExchangeRefused(Problem(str(target), "This is a file. Give the path of a folder."))
    there = {
        (Path(folder) / name).relative_to(target).as_posix()
        for folder, folders, files in os.walk(target)
        for name in [*files, *(name for name in folders if (Path(folder) / name).is_symlink())]
    }
    if not there:
        return {}
    known: dict[str, str] = {}
    if manifest.NAME in there:
        try:
            content = (target / manifest.NAME).read_bytes()
            known = {**manifest.read_manifest(content.decode()).hashes, manifest.NAME: _digest(content)}
        except (ExchangeRefused, UnicodeDecodeError, OSError):
            known = {}
    foreign = sorted(there - known.keys())
    if foreign:
        raise ExchangeRefused(
            Problem(str(target), f"The folder contains other files, such as “{foreign[0]}”. Use an empty folder.")
        )
    edited = sorted(file for file in there if _digest((target / file).read_bytes()) != known[file])
    if edited:
        sentence = "This file was edited after the export. Import it first, or use an empty folder."
        raise ExchangeRefused(*(Problem(file, sentence) for file in edited))
    return {file: digest for file, digest in known.items() if file in there}


def _put_in_place(staging: Path, target: Path) -> None:
    if not target.exists() or not any(target.iterdir()):
        staging.replace(target)
        return
    aside = target.parent / f".{target.name}.{secrets.token_hex(6)}.old"
    target.rename(aside)
    try:
        staging.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
