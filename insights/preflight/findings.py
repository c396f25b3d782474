"""Findings of the checks, and the draft that they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from insights.next_step.scoring import Decision
from insights.preflight.own_urls import LinkTarget

from .body import Body

MANY = 100  # findings of one rule, after which it stops


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    rule: str
    name: str  # the form's field
    message: str  # the problem, one sentence
    cure: str  # the fix, one sentence
    line: int = 0  # of the body, from 1
    near: str = ""  # text at that place
    fix: str = ""  # replacement for `near`

    @property
    def place(self) -> str:
        """Return the place in words: “Body, line 12”."""
        called = PLACES.get(self.name, self.name.replace("_", " ").capitalize())
        return f"{called}, line {self.line}" if self.line else called

    @property
    def quote(self) -> str:
        """Return `near` if it is readable and `message` does not contain it."""
        return "" if self.rule in _NOT_IN_WORDS or self.near == NO_URL or self.near in self.message else self.near

    @property
    def anchor(self) -> str:
        return f"id_{self.name}_0" if self.name == "authors" else f"id_{self.name}"


_NOT_IN_WORDS = {"alt", "small", "foreign", "footnote"}  # their `near` is a reference, not words
NO_URL = "]()"  # `near` of a link without a URL
PLACES = {
    "body": "Body",
    "authors": "Authors",
    "pinned_step": "Next step",
    "cover_alt": "Cover alt text",
    "seo_title": "Title for search engines",
    "seo_description": "Description for search engines",
}


@dataclass(frozen=True, slots=True)
class PictureFacts:
    name: str
    width: int
    alt: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class TargetState:
    state: str  # of `Article.Status` or `ExternalLink.State`
    leads_to: str = ""  # the current slug of a redirect; of an external link, the result of the check


@dataclass(frozen=True, slots=True)
class Draft:
    lines: Mapping[str, str]  # values of the form's plain fields, by name
    body: Body
    slug: str
    has_category: bool
    has_byline: bool
    targets: Mapping[str, LinkTarget] = field(default_factory=dict)  # meaning of its links, by URL
    cover: PictureFacts | None = None
    pictures: Mapping[str, PictureFacts] = field(default_factory=dict)  # by uid
    decision: Decision | None = None  # None: no step to choose, or the text was not parsed
    standings: Mapping[tuple[str, str], TargetState] = field(
        default_factory=dict
    )  # by kind and slug, or "outside", key
    has_text: bool = True
    is_editors: bool = True  # whether the account may choose the byline and pin a next step

    @property
    def is_empty(self) -> bool:
        return not self.has_text and not self.lines.get("title", "").strip()
