"""Hints for the front matter of Hugo, Jekyll, Ghost, Obsidian, Notion, Eleventy, Astro and dev.to."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_HERE: dict[str, tuple[str, ...]] = {  # our key → theirs; only named in messages, never converted by a guess
    "title": ("name", "headline", "linktitle"),
    "slug": ("permalink", "url", "path", "link"),
    "date": (
        "created", "created_at", "publishdate", "published_at", "date_published", "published_date", "pubdate",
        "pubdatetime", "publish_date", "created time", "datepublished",
    ),
    "updated": (
        "lastmod", "modified", "last_modified_at", "updated_at", "date_modified", "moddatetime", "date_updated",
        "last edited time", "updateddate", "edited",
    ),
    "authors": ("by", "byline", "writer", "writers", "contributors"),
    "tags": ("tag", "keywords", "topics", "labels"),
    "excerpt": ("description", "summary", "subtitle", "custom_excerpt", "lead", "abstract", "teaser", "dek"),
    "cover": (
        "image", "images", "thumbnail", "feature_image", "featured_image", "cover_image", "banner", "hero", "heroimage",
        "ogimage", "header_image",
    ),
    "cover_alt": ("image_alt", "feature_image_alt", "cover_image_alt", "imagealt"),
    "cover_caption": ("image_caption", "feature_image_caption"),
    "seo_title": ("meta_title", "seotitle", "og_title"),
    "seo_description": ("meta_description", "seodescription", "og_description"),
    "canonical": ("canonical_url", "canonicalurl"),
    "aliases": ("redirect_from", "redirects", "alias", "old_slugs"),
}  # fmt: skip
_MEANT = {foreign: key for key, names in _HERE.items() for foreign in names}
_STATUS = "Write “status: draft” or “status: published”."
_NOTHING = "Articles have no such field; remove the line."
_SAID = {
    **dict.fromkeys(("draft", "published", "publish", "visibility"), _STATUS),
    "categories": "An article has one category; write “category”.",
    **dict.fromkeys(("layout", "type", "weight", "toc", "comments", "cssclass", "cssclasses", "pin", "math"), _NOTHING),
    **dict.fromkeys(("featured", "uuid", "comment_id", "codeinjection_head", "outputs", "markup"), _NOTHING),
}
_PLACE = "The file must begin with front matter between two “---” lines."


def explain_unknown(key: str, keys: Iterable[str]) -> str:
    lower = key.strip().lower()
    if said := _SAID.get(lower):
        return f"Unknown key. {said}"
    near = [lower] if lower in keys else difflib.get_close_matches(lower, keys, 1)
    meant = _MEANT.get(lower) or (near[0] if near else "")
    return f"Unknown key.{f' Did you mean “{meant}”?' if meant else ' Correct or remove it.'}"


def explain_missing(text: str) -> str:
    start = text.lstrip("\ufeff")
    if start.startswith("+++"):
        return f'{_PLACE} This is TOML (+++). Write it as YAML, such as title: "…".'
    if start.startswith("{"):
        return f'{_PLACE} This is JSON. Write it as YAML, such as title: "…".'
    if re.match(r"---[ \t]*\r(?!\n)", start):
        return f"{_PLACE} Its lines end with CR only. Save it with LF or CRLF line endings."
    if re.match(r"---[ \t]*\r?\n", start):
        return f"{_PLACE} The second “---” is missing."
    if re.match(r"\s+---[ \t]*\r?\n", start):
        return f"{_PLACE} Remove the spaces or empty lines before the first “---”."
    return f'{_PLACE} Write before the text: a line “---”, a line title: "…", and a line “---”.'
