"""Form field for an ordered list of links, each with label and URL.

We show one row per possible link and ignore empty rows, instead of a script that adds rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from insights.text import invisible_characters

MAX_LABEL, MAX_URL_LENGTH = 40, 200

Link = dict[str, str]  # {"label": "About", "address": "/insights/about/"}


def validate_link(link: Mapping[str, str], check_url: Callable[[str], None]) -> list[str]:
    """Return the problems of a link as sentences; `check_url` raises ValidationError."""
    wrong = []
    if not link["label"]:
        wrong.append("Enter a label.")
    elif len(link["label"]) > MAX_LABEL:
        wrong.append(f"The label can have at most {MAX_LABEL} characters.")
    if not link["address"]:
        wrong.append(f"Enter the URL for “{link['label']}”.")
    elif len(link["address"]) > MAX_URL_LENGTH:
        wrong.append(f"The URL can have at most {MAX_URL_LENGTH} characters.")
    else:
        try:
            check_url(link["address"])
        except ValidationError as error:
            wrong += error.messages
    return wrong


class LinksInput(forms.Widget):
    use_fieldset = True

    def __init__(self, most: int, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.most = most

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-0-label" if id_ else ""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        links: Sequence[Mapping[str, Any]] = value if isinstance(value, list) else []
        places = [str(link.get("place", number)) for number, link in enumerate(links, 1)]
        rows = [
            (number, name, places[number] if number < len(links) else "", self.most, MAX_LABEL, link.get("label", ""),
             MAX_URL_LENGTH, link.get("address", ""), f"id_{name}-{number}")
            for number, link in enumerate([*links, *[{}] * self.most][: self.most])
        ]  # fmt: skip
        body = format_html_join(
            "",
            '<tr><td><input type="number" name="{1}-{0}-place" id="{8}-place" value="{2}" min="1" max="{3}"'
            ' aria-label="Order of link {9}"></td><td><input type="text" name="{1}-{0}-label" id="{8}-label"'
            ' value="{5}" maxlength="{4}" aria-label="Label of link {9}"></td><td><input type="text"'
            ' name="{1}-{0}-address" id="{8}-address" value="{7}" maxlength="{6}" inputmode="url"'
            ' aria-label="URL of link {9}"></td></tr>',
            [(*row, row[0] + 1) for row in rows],
        )
        return format_html(
            '<table class="links"><thead><tr><th scope="col">Order</th><th scope="col">Label</th>'
            '<th scope="col">URL</th></tr></thead><tbody>{}</tbody></table>',
            body,
        )

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Link]:
        keys = ("label", "address", "place")
        rows = [
            {key: invisible_characters.single_line(data.get(f"{name}-{number}-{key}") or "").strip() for key in keys}
            for number in range(self.most)
        ]
        return [row for row in rows if row["label"] or row["address"]]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}-{number}-label" in data for number in range(self.most))


class LinksField(forms.Field):
    """Ordered list of at most `most` links; `check_url` raises ValidationError."""

    def __init__(self, *, most: int, check_url: Callable[[str], None], **options: Any) -> None:
        super().__init__(required=False, widget=LinksInput(most), **options)
        self.check_url = check_url

    def clean(self, value: list[Link]) -> list[Link]:
        wrong = []
        for number, row in enumerate(value, 1):
            sentences = validate_link(row, self.check_url)
            if row["place"] and not (row["place"].isascii() and row["place"].isdecimal() and len(row["place"]) < 4):
                sentences.append("The order must be a number, such as 2.")
            wrong += [f"Link {number}: {sentence}" for sentence in sentences]
        if wrong:
            raise ValidationError(wrong)
        return _in_order(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return list(initial or []) != _in_order(data or [])
        except ValueError:
            return True


def _in_order(rows: Sequence[Link]) -> list[Link]:
    """Sort by place (the row number if empty), then by row."""
    placed = sorted(enumerate(rows, 1), key=lambda entry: (int(entry[1]["place"] or entry[0]), entry[0]))
    return [{"label": row["label"], "address": row["address"]} for _, row in placed]
