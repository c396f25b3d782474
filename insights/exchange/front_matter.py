"""An article as text: front matter between `---` lines, then the body.

CRLF becomes LF; all other bytes of the body stay. An unknown key is an error, so that no misspelled key is lost.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from insights.exchange import foreign_front_matter, string_yaml
from insights.exchange.comma_lists import Ambiguous, split
from insights.exchange.problems import Problem
from insights.exchange.string_yaml import InvalidYaml, YamlTable
from insights.forms.fields import why_no_hour

STATUSES = ("draft", "review", "published", "withdrawn")
TEXTS = (
    "title", "excerpt", "cover_alt", "cover_caption", "cover_credit", "seo_title", "seo_description", "canonical",
)  # fmt: skip
LISTS = ("authors", "tags", "aliases")
EXACT = (
    "slug",
    "id",
    "date",
    "updated",
    "status",
    "series_part",
    "next_step",
    "canonical",
    "aliases",
)  # keys whose values never contain “ #”
KEYS = (
    "title", "slug", "id", "date", "updated", "status", "category", "author", "authors", "tags", "series",
    "series_part", "excerpt", "cover", "cover_alt", "cover_caption", "cover_credit", "seo_title", "seo_description",
    "canonical", "aliases", "next_step",
)  # fmt: skip
MAX_FRONT_MATTER = 40_000  # characters

_OPENING = re.compile(r"\ufeff?---[ \t]*(\r?\n)")
_CLOSING = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?\Z")


@dataclass(slots=True)
class ArticleText:
    """A parsed article file. Datetimes are aware; an empty text means that the key is missing."""

    file: str
    texts: dict[str, str]
    body: str = ""
    slug: str = ""
    uid: uuid.UUID | None = None
    date: dt.datetime | None = None
    updated: dt.datetime | None = None
    status: str = "draft"
    category: str = ""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    series: str = ""
    series_part: int | None = None
    cover: str = ""
    next_step: str = ""
    lines: dict[str, int] = field(default_factory=dict)  # line of each key
    head_lines: int = 0  # number of lines before the body

    @property
    def title(self) -> str:
        return self.texts["title"]

    @property
    def is_live(self) -> bool:
        """Return whether the text is or was public, or is scheduled, and is not a draft."""
        return self.status in ("published", "withdrawn")

    def problem(self, key: str, sentence: str) -> Problem:
        return Problem(self.file, f"{key}: {sentence}" if key else sentence, self.lines.get(key, 0))


def parse_front_matter(text: str, file: str, zone: dt.tzinfo) -> tuple[ArticleText | None, list[Problem]]:
    """Return the parsed text of `file`, and its problems; a date without an offset is in `zone`."""
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if not opening or not closing:
        return None, [Problem(file, foreign_front_matter.explain_missing(text), 1)]
    head, body = text[opening.end() : closing.start()], text[closing.end() :]
    if len(head) > MAX_FRONT_MATTER:
        return None, [Problem(file, f"The front matter is too long: at most {MAX_FRONT_MATTER:,} characters.", 1)]
    if opening.group(1) == "\r\n":
        body = body.replace("\r\n", "\n")
    if "\0" in body:
        line = text[: closing.end() + body.index("\0")].count("\n") + 1
        return None, [Problem(file, "The text contains a NUL character. Remove it.", line)]
    try:
        table = string_yaml.read_yaml(head.replace("\r\n", "\n"))
    except InvalidYaml as error:
        return None, [Problem(file, error.sentence, error.line + 1)]
    reader = _Reader(table, file, zone)
    article = reader.article()
    article.body, article.head_lines = body, text.count("\n", 0, closing.end())
    return (None if reader.problems else article), reader.problems


class _Reader:
    def __init__(self, table: YamlTable, file: str, zone: dt.tzinfo) -> None:
        self.table, self.file, self.zone = table, file, zone
        self.problems: list[Problem] = []

    def refuse(self, key: str, sentence: str) -> None:
        line = self.table.lines.get(key, 0)
        self.problems.append(Problem(self.file, f"{key}: {sentence}", line + 1 if line else 0))

    def article(self) -> ArticleText:
        for key in self.table:
            if key not in KEYS:
                self.refuse(key, foreign_front_matter.explain_unknown(key, KEYS))
            elif sentence := string_yaml.lost_text(self.table, key, is_exact=key in EXACT):
                self.refuse(key, sentence)
        if not self.text("title").strip():
            self.refuse("title", "Every article needs a title.")
        for key in TEXTS:
            if key != "excerpt" and not {"\n", "\r"}.isdisjoint(self.text(key)):
                self.refuse(key, "This must be a single line. Remove the line break.")
        if "author" in self.table and "authors" in self.table:
            self.refuse("author", "Use “author” or “authors”, not both.")
        return ArticleText(
            file=self.file,
            texts={key: self.text(key) for key in TEXTS},
            slug=self.text("slug"),
            uid=self.parsed("id", uuid.UUID, "Invalid id. Remove it, or use the id from an export."),
            date=self.date_time("date"),
            updated=self.date_time("updated"),
            status=self.status(),
            category=self.text("category"),
            authors=self.words("authors") or self.words("author"),
            tags=self.words("tags"),
            aliases=self.words("aliases"),
            series=self.text("series"),
            series_part=self.part(),
            cover=self.text("cover"),
            next_step=self.text("next_step"),
            lines={key: line + 1 for key, line in self.table.lines.items()},
        )

    def text(self, key: str) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str):
            self.refuse(key, "This must be text, not a list or table. If it begins with [ or {, put it in quotes.")
            return ""
        if key == "title" and self.table.nothing.get(key) in ("Null", "NULL"):
            return self.table.nothing[key]  # a word here, since a title cannot be empty
        if key in self.table.blocks:
            value = value.rstrip("\n")
        return value.strip() if key not in TEXTS else value

    def words(self, key: str) -> list[str]:
        value = self.table.get(key, [])
        entries = value
        if isinstance(value, str):
            try:
                entries = split(value, key, is_quoted=key not in self.table.plain | self.table.blocks)
            except Ambiguous as error:
                self.refuse(key, str(error))
                return []
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            self.refuse(key, "This must be a list of texts, such as [one, two]. Put a text with a colon in quotes.")
            return []
        found = [entry.strip() for entry in entries if entry.strip()]
        if len(set(found)) < len(found):
            self.refuse(key, "An entry is listed twice. Remove one.")
        return found

    def parsed(self, key: str, make: Callable[[str], Any], sentence: str) -> Any:
        value = self.text(key)
        if not value:
            return None
        try:
            return make(value)
        except (ValueError, OverflowError):
            self.refuse(key, sentence)
            return None

    def date_time(self, key: str) -> dt.datetime | None:
        value = self.text(key)
        try:
            return read_local_date(value, self.zone) if value else None
        except ClockChange as error:
            self.refuse(key, str(error))
        except (ValueError, OverflowError):
            how = "Write a date like 2026-05-25, or a date and time like 2026-05-25T09:00:00+00:00."
            self.refuse(key, f"“{value[:40]}” is not a valid date. {how}")
        return None

    def status(self) -> str:
        status = self.text("status") or "draft"
        if status not in STATUSES:
            self.refuse("status", f"“{status}” is not a valid status. Use one of: {', '.join(STATUSES)}.")
        return status

    def part(self) -> int | None:
        part = self.parsed("series_part", read_part, "Write a whole number from 1 to 32767.")
        if part is not None and not self.table.get("series"):
            self.refuse("series_part", "A part number needs a series. Add “series”.")
        return part


def read_part(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= 32767):
        raise ValueError(value)
    return int(value)


class ClockChange(ValueError):
    """A time that a change of the zone's clocks skips or repeats; the message is a sentence."""


def read_local_date(value: str, zone: dt.tzinfo) -> dt.datetime:
    """Return a datetime in UTC; defaults are the offset of `zone` and midnight. Raises ClockChange, ValueError."""
    if not _DATE_TIME.match(value):
        raise ValueError(value)
    date_time = dt.datetime.fromisoformat(value.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    if date_time.tzinfo is None:
        if len(value) > len("2026-05-25") and (why := why_no_hour(date_time, zone)):
            raise ClockChange(f"{why} Or add an offset to the time, such as +01:00.")
        date_time = date_time.replace(tzinfo=zone)
    date_time = date_time.astimezone(dt.UTC)
    if not 1970 <= date_time.year < 2100:
        raise ValueError(value)
    return date_time


def write_front_matter(values: Mapping[str, Any], body: str) -> str:
    head = string_yaml.write_yaml({key: values[key] for key in KEYS if values.get(key)})
    return f"---\n{head}---\n{body}"
