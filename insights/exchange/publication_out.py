"""Export of `publication.yaml`, in the form that `publication_in` and `steps_in` read without loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insights.exchange import string_yaml
from insights.exchange.articles_out import aliases
from insights.exchange.publication import FIELDS, KEYS, LINKS, WEIGHTS
from insights.exchange.publication_in import MODELS, PICTURE_KEYS
from insights.models import Author, SiteSettings, Step
from insights.next_step.scoring import plain_number


def as_text(pictures: Mapping[str, str]) -> str:
    steps = Step.objects.select_related("rule", "target_article").order_by("position", "pk")
    tables = {
        "site": _site(pictures),
        **{section: _rows(section, pictures) for section in MODELS},
        "steps": [_step(step) for step in steps],
    }
    return "# Written by export_articles; import_articles reads it.\n" + string_yaml.write_yaml(tables)


def _rows(section: str, pictures: Mapping[str, str]) -> list[dict[str, Any]]:
    model = MODELS[section]
    found = []
    for row in model._default_manager.order_by("pk"):
        table: dict[str, Any] = {}
        for key in KEYS[section]:
            if key == "id":
                table[key] = str(row.uid) if isinstance(row, Author) else ""
            elif key == "aliases":
                table[key] = aliases(str(model._meta.model_name), row)
            elif key in PICTURE_KEYS:
                picture = getattr(row, key)
                table[key] = pictures[str(picture.uid)] if picture else ""
            else:
                table[key] = str(getattr(row, key))
        found.append(table)
    return found


def _step(step: Step) -> dict[str, Any]:
    texts = ("slug", "kind", "heading", "text", "button", "target_url")
    table: dict[str, Any] = {key: str(getattr(step, key)) for key in texts}
    table["target_article"] = step.target_article.slug if step.target_article else ""
    table["threshold"] = plain_number(step.threshold)
    table["position"] = str(step.position)
    table["is_active"] = step.is_active
    table["is_default"] = step.is_default
    if hasattr(step, "rule"):
        table["rule"] = {"keywords": step.rule.keyword_list} | {
            key: plain_number(value) if key.endswith("weight") else str(value)
            for key in WEIGHTS
            for value in [getattr(step.rule, key)]
        }
    return table


def _site(pictures: Mapping[str, str]) -> dict[str, Any]:
    row = SiteSettings.stored()
    table: dict[str, Any] = {key: str(getattr(row, FIELDS.get(key, key))) for key in KEYS["site"]}
    table["shows_decision_line"] = row.shows_decision_line
    table["logo"] = pictures[str(row.logo.uid)] if row.logo else ""
    for name in LINKS:
        table[name] = [{key: str(entry.get(key, "")) for key in KEYS[name]} for entry in getattr(row, name)]
    return table
