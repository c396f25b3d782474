"""Parser of `publication.yaml`. Only the name of a row is required; missing keys change nothing."""

from __future__ import annotations

import datetime as dt
import difflib
import zoneinfo
from dataclasses import dataclass, field
from typing import Any

from insights.exchange import string_yaml
from insights.exchange.problems import ExchangeRefused, Problem
from insights.exchange.string_yaml import InvalidYaml, YamlTable

NAME = "publication.yaml"
WEIGHTS = tuple(f"{part}_{what}" for part in ("title", "excerpt", "content") for what in ("weight", "cap"))
KEYS: dict[str, tuple[str, ...]] = {
    "authors": ("name", "id", "slug", "initials", "line", "text", "avatar", "aliases"),
    "categories": ("name", "slug", "text", "picture", "position", "aliases"),
    "tags": ("name", "slug", "text", "picture", "aliases"),
    "series": ("title", "slug", "text", "picture", "aliases"),
    "steps": (
        "slug", "kind", "heading", "text", "button", "target_url", "target_article", "threshold", "position",
        "is_active", "is_default", "rule",
    ),
    "rule": ("keywords", *WEIGHTS),
    "site": (
        "name", "tagline", "headline", "introduction", "letter_name", "newsletter_text", "newsletter_label",
        "signup_note", "logo", "navigation", "footer_text", "social_links", "privacy_text",
        "time_zone", "shows_decision_line",
    ),
    "navigation": ("label", "address"),
    "social_links": ("label", "address"),
}  # fmt: skip
REQUIRED = {"authors": "name", "categories": "name", "tags": "name", "series": "title", "steps": "slug"}
LISTS = ("aliases", "keywords")
LINKS = ("navigation", "social_links")
EXACT = (  # keys whose values never contain “ #”
    "id", "slug", "aliases", "kind", "target_url", "target_article", "threshold", "position", "is_active", "is_default",
    "time_zone", "shows_decision_line", "address", *WEIGHTS,
)  # fmt: skip
SECTIONS = (*REQUIRED, "site")
FIELDS = {"letter_name": "newsletter_name"}  # key in the file → field, where they differ


@dataclass(slots=True)
class Publication:
    """The file's tables by section; only their form has been checked."""

    rows: dict[str, list[YamlTable]] = field(default_factory=dict)
    site: YamlTable = field(default_factory=YamlTable)

    def zone(self, default: str) -> dt.tzinfo:
        name = self.site.get("time_zone") or default
        return zoneinfo.ZoneInfo(name if name in zoneinfo.available_timezones() else default)


def problem(table: YamlTable, key: str, sentence: str) -> Problem:
    return Problem(NAME, f"{key}: {sentence}" if key else sentence, table.lines.get(key, table.line))


def read_publication(text: str) -> Publication:
    try:
        table = string_yaml.read_yaml(text.removeprefix("\ufeff"))
    except InvalidYaml as error:
        raise ExchangeRefused(Problem(NAME, error.sentence, error.line)) from None
    problems = [
        problem(table, key, f"Unknown section. Use one of: {', '.join(SECTIONS)}.")
        for key in table
        if key not in SECTIONS
    ]
    found = Publication()
    for section in REQUIRED:
        found.rows[section] = _tables(table, section, problems)
        for row in found.rows[section]:
            problems += _wrong_keys(row, section)
    if "site" in table:
        if isinstance(table["site"], YamlTable):
            found.site = table["site"]
            problems += _wrong_keys(found.site, "site")
        else:
            problems.append(problem(table, "site", "Write lines of the form “key: value” here."))
    if problems:
        raise ExchangeRefused(*problems)
    return found


def flag(table: YamlTable, key: str) -> bool:
    value = table[key].lower()
    if value in {"yes", "true", "on"}:
        return True
    if value in {"no", "false", "off"}:
        return False
    raise ExchangeRefused(problem(table, key, "Write yes or no."))


def _tables(table: YamlTable, key: str, problems: list[Problem]) -> list[YamlTable]:
    value: Any = table.get(key) or []
    if isinstance(value, list) and all(isinstance(entry, YamlTable) for entry in value):
        return value
    problems.append(problem(table, key, "This must be a list of entries. Begin each entry with a dash."))
    return []


def _wrong_keys(table: YamlTable, section: str) -> list[Problem]:
    found = []
    for key, value in table.items():
        if lost := string_yaml.lost_text(table, key, is_exact=key in EXACT):
            found.append(problem(table, key, lost))
        if key not in KEYS[section]:
            near = difflib.get_close_matches(key, KEYS[section], 1)
            hint = f" Did you mean “{near[0]}”?" if near else " Correct or remove it."
            found.append(problem(table, key, f"Unknown key in “{section}”.{hint}"))
        elif key == "rule":
            found += _wrong_keys(value, "rule") if isinstance(value, YamlTable) else [_wrong_form(table, key)]
        elif key in LINKS:
            found += _wrong_links(table, key, value)
        elif key in LISTS:
            if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
                found.append(problem(table, key, "This must be a list of texts, such as [one, two]."))
        elif not isinstance(value, str):
            found.append(_wrong_form(table, key))
    required = REQUIRED.get(section)
    if required and not table.get(required):
        found.append(problem(table, required, "This key is required."))
    return found


def _wrong_links(table: YamlTable, key: str, value: Any) -> list[Problem]:
    if not isinstance(value, list) or not all(isinstance(entry, YamlTable) for entry in value):
        return [_wrong_form(table, key)]
    return [found for entry in value for found in _wrong_keys(entry, key)]


def _wrong_form(table: YamlTable, key: str) -> Problem:
    return problem(table, key, "This value has the wrong form. Compare it with an exported publication.yaml.")
