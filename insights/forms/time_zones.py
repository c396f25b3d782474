"""Form field for a time zone: a text input with suggestions, without JavaScript."""

from __future__ import annotations

import difflib
import functools
import zoneinfo
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@functools.cache
def offered() -> tuple[str, ...]:
    return ("UTC", *sorted(name for name in zoneinfo.available_timezones() if "/" in name and name[:4] != "Etc/"))


def nearest(text: str) -> str:
    """Return the zone of a typed city, or the one with a similar name; empty if there is none."""
    wanted = text.strip().replace(" ", "_").casefold()
    by_word = {name.casefold(): name for name in offered()}
    by_word |= {name.rpartition("/")[2].casefold(): name for name in reversed(offered())}
    near = difflib.get_close_matches(wanted, by_word, 1, 0.75)
    return by_word[near[0]] if near else ""


class ZoneInput(AdminTextInputWidget):
    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        line = super().render(name, value, {**(attrs or {}), "list": f"{name}-zones", "spellcheck": "false"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((zone,) for zone in offered()))
        return format_html('{}<datalist id="{}-zones">{}</datalist>', line, name, options)


class ZoneField(forms.CharField):
    widget = ZoneInput

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and value not in zoneinfo.available_timezones():
            near = nearest(value)
            hint = f"Did you mean {near}?" if near else "Enter one such as Europe/Berlin."
            raise ValidationError(f"“{value}” is not a time zone. {hint}", code="zone")
