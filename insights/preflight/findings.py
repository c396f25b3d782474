"""What a rule says, and the draft that it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from insights.next_step.scoring import Decision
from insights.preflight.own_urls import Meant

from .body import Body

MANY = 100  # findings of one rule, after which it stops looking


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`told` says what is wrong, `cure` what to do, a sentence each. `name`: the form's field; `line`: of the body,
    counted from 1, else 0; `near`: letters that stand there; `fix`: what may stand there instead, or nothing."""

    level: Level
    rule: str
    name: str
    message: str
    cure: str
    line: int = 0
    near: str = ""
    fix: str = ""

    @property
    def place(self) -> str:
        """Where it is, in words: “Text, line 12”."""
        called = PLACES.get(self.name, self.name.replace("_", " ").capitalize())
        return f"{called}, line {self.line}" if self.line else called

    @property
    def quote(self) -> str:
        """The letters that stand there, where the sentence does not repeat them and they are words."""
        return "" if self.rule in _NOT_IN_WORDS or self.near == NO_URL or self.near in self.message else self.near

    @property
    def anchor(self) -> str:
        """The id of the field's control."""
        return f"id_{self.name}_0" if self.name == "authors" else f"id_{self.name}"


_NOT_IN_WORDS = {"alt", "small", "foreign", "footnote"}  # their letters are a picture's reference
NO_URL = "]()"  # what stands where a link has no address
PLACES = {
    "body": "Text",
    "authors": "Authors",
    "pinned_step": "Next step",
    "cover_alt": "Cover alt text",
    "seo_title": "Title for search engines",
    "seo_description": "Description for search engines",
}


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the rules ask of a picture."""

    name: str
    width: int
    alt: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an address of ours, or a link to elsewhere, is: one of `Article.Status`, or the state of an outside link.

    `leads_to`: the address that an old one leads to; of an outside link, what happened there.
    """

    state: str
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it stands, with all that is known of what it names."""

    lines: Mapping[str, str]  # what stands in the form's plain fields, by name
    body: Body
    slug: str
    has_category: bool
    has_byline: bool
    targets: Mapping[str, Meant] = field(default_factory=dict)  # what the addresses of its links mean
    cover: PictureFacts | None = None
    pictures: Mapping[str, PictureFacts] = field(default_factory=dict)  # by uid
    decision: Decision | None = None  # None: there is no step to choose, or the text was not read
    standings: Mapping[tuple[str, str], Standing] = field(default_factory=dict)  # by kind and slug, or "outside", key
    has_text: bool = True  # whether there is anything to read
    is_editors: bool = True  # whether the account may choose the byline and pin a next step

    @property
    def is_empty(self) -> bool:
        return not self.has_text and not self.lines.get("title", "").strip()
