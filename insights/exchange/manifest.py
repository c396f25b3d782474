"""`manifest.yaml`: data of an export for which an article's file has no key.

It has hashes, ids, stored names and exact dates. By the hashes a later export into the folder detects edited files.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from insights.exchange import string_yaml
from insights.exchange.front_matter import read_local_date
from insights.exchange.problems import ExchangeRefused, Problem
from insights.exchange.string_yaml import InvalidYaml, YamlTable

NAME = "manifest.yaml"
FORMAT = "1"
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_STORED = re.compile(r"pictures/\d{4}/[A-Za-z0-9_-]{1,80}\.(?:png|jpg|webp)\Z")


@dataclass(frozen=True, slots=True)
class PictureEntry:
    file: str
    sha256: str  # of the stored bytes
    source_sha256: str
    uid: uuid.UUID
    stored: str  # name in the media storage
    name: str
    alt: str
    caption: str
    credit: str
    focal_x: float
    focal_y: float
    uploaded_at: dt.datetime
    renditions: str = ""  # recipe, and widths by format, such as "1 avif 320 480 webp 1200"

    def as_table(self) -> dict[str, str]:
        table = {
            "file": self.file,
            "sha256": self.sha256,
            "source_sha256": self.source_sha256,
            "id": str(self.uid),
            "stored": self.stored,
            "name": self.name,
            "alt": self.alt,
            "caption": self.caption,
            "credit": self.credit,
            "focal_x": repr(self.focal_x),
            "focal_y": repr(self.focal_y),
            "uploaded_at": self.uploaded_at.astimezone(dt.UTC).isoformat(),
        }
        return table | _filled(renditions=self.renditions)


@dataclass(frozen=True, slots=True)
class FileEntry:
    file: str
    sha256: str
    live_from: dt.datetime | None = None
    submitted_at: dt.datetime | None = None

    def as_table(self) -> dict[str, str]:
        return _filled(
            file=self.file,
            sha256=self.sha256,
            live_from=iso_utc(self.live_from),
            submitted_at=iso_utc(self.submitted_at),
        )


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    uid: uuid.UUID
    status: str  # as in its file
    created_at: dt.datetime
    takes_feedback: bool
    unpublished_at: dt.datetime | None
    files: tuple[FileEntry, ...]

    def as_table(self) -> dict[str, Any]:
        return {
            **_filled(
                id=str(self.uid),
                status=self.status,
                created_at=iso_utc(self.created_at),
                takes_feedback="true" if self.takes_feedback else "false",
                withdrawn_at=iso_utc(self.unpublished_at),
            ),
            "files": [entry.as_table() for entry in self.files],
        }


@dataclass
class Manifest:
    """The whole manifest; empty for a folder that no export wrote."""

    pictures: dict[str, PictureEntry] = field(default_factory=dict)  # by file
    articles: dict[uuid.UUID, ArticleEntry] = field(default_factory=dict)  # in order of creation
    others: dict[str, str] = field(default_factory=dict)  # further files → SHA-256

    @property
    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every exported file except the manifest."""
        return {
            **self.others,
            **{entry.file: entry.sha256 for entry in self.pictures.values()},
            **{entry.file: entry.sha256 for article in self.articles.values() for entry in article.files},
        }

    @cached_property
    def _by_file(self) -> dict[str, FileEntry]:
        return {entry.file: entry for article in self.articles.values() for entry in article.files}

    def file_entry(self, file: str) -> FileEntry | None:
        return self._by_file.get(file)

    def as_text(self) -> str:
        tables = {
            "format": FORMAT,
            "files": [{"file": file, "sha256": digest} for file, digest in self.others.items()],
            "pictures": [entry.as_table() for entry in self.pictures.values()],
            "articles": [entry.as_table() for entry in self.articles.values()],
        }
        return "# Written by export_articles; not meant to be edited.\n" + string_yaml.write_yaml(tables)


def is_stored_name(name: str) -> bool:
    """Return whether an import may reuse this name in the media storage."""
    return bool(_STORED.match(name))


def read_manifest(text: str) -> Manifest:
    try:
        table = string_yaml.read_yaml(text.removeprefix("\ufeff"))
    except InvalidYaml as error:
        raise ExchangeRefused(Problem(NAME, error.sentence, error.line)) from None
    if table.get("format") != FORMAT:
        raise ExchangeRefused(Problem(NAME, f"Unknown manifest format. This version reads only “format: {FORMAT}”."))
    manifest = Manifest()
    for entry in _tables(table, "files"):
        manifest.others[_text(entry, "file")] = _digest(entry, "sha256")
    for entry in _tables(table, "pictures"):
        picture = _made(entry, _picture)
        manifest.pictures[picture.file] = picture
    for entry in _tables(table, "articles"):
        article = _made(entry, _article)
        manifest.articles[article.uid] = article
    return manifest


def _picture(table: YamlTable) -> PictureEntry:
    stored = _text(table, "stored")
    if stored and not is_stored_name(stored):
        raise ValueError(stored)
    focal_x, focal_y = float(table.get("focal_x", "0.5")), float(table.get("focal_y", "0.5"))
    if not (0 <= focal_x <= 1 and 0 <= focal_y <= 1):
        raise ValueError(focal_x, focal_y)
    return PictureEntry(
        file=_text(table, "file"),
        sha256=_digest(table, "sha256"),
        source_sha256=_digest(table, "source_sha256"),
        uid=uuid.UUID(_text(table, "id")),
        stored=stored,
        name=_text(table, "name")[:120],
        alt=_text(table, "alt")[:300],
        caption=_text(table, "caption")[:300],
        credit=_text(table, "credit")[:160],
        focal_x=focal_x,
        focal_y=focal_y,
        uploaded_at=read_local_date(_text(table, "uploaded_at"), dt.UTC),
        renditions=_text(table, "renditions")[:200],
    )


def _article(table: YamlTable) -> ArticleEntry:
    return ArticleEntry(
        uid=uuid.UUID(_text(table, "id")),
        status=_text(table, "status"),
        created_at=read_local_date(_text(table, "created_at"), dt.UTC),
        takes_feedback=_text(table, "takes_feedback") != "false",
        unpublished_at=_optional(table, "withdrawn_at"),
        files=tuple(
            FileEntry(
                _text(entry, "file"),
                _digest(entry, "sha256"),
                _optional(entry, "live_from"),
                _optional(entry, "submitted_at"),
            )
            for entry in _tables(table, "files")
        ),
    )


def _made[Entry](table: YamlTable, make: Callable[[YamlTable], Entry]) -> Entry:
    try:
        return make(table)
    except (ValueError, OverflowError):
        raise ExchangeRefused(
            Problem(NAME, "Invalid entry. Restore the manifest from the export.", table.line)
        ) from None


def _tables(table: YamlTable, key: str) -> list[YamlTable]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, YamlTable) for entry in value):
        sentence = f"{key}: This must be a list of entries. Restore the manifest from the export."
        raise ExchangeRefused(Problem(NAME, sentence, table.lines[key]))
    return value


def _text(table: YamlTable, key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        sentence = f"{key}: This must be text. Restore the manifest from the export."
        raise ExchangeRefused(Problem(NAME, sentence, table.lines[key]))
    return value


def _digest(table: YamlTable, key: str) -> str:
    value = _text(table, key)
    if not _HASH.match(value):
        sentence = f"{key}: This is not a SHA-256 hash. Restore the manifest from the export."
        raise ExchangeRefused(Problem(NAME, sentence, table.lines.get(key, table.line)))
    return value


def _optional(table: YamlTable, key: str) -> dt.datetime | None:
    value = _text(table, key)
    return read_local_date(value, dt.UTC) if value else None


def iso_utc(value: dt.datetime | None) -> str:
    return value.astimezone(dt.UTC).isoformat() if value else ""


def _filled(**texts: str) -> dict[str, str]:
    return {key: text for key, text in texts.items() if text}
