"""Links in the article's form that add a category or an author in a popup window."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.urls import reverse
from django.utils.html import format_html

_OFFERED = (("category", "category", "category"), ("authors", "author", "authors_0"))  # field, model, first select


def offer_new(form: Any) -> None:
    for name, model, first_list in _OFFERED:
        if name in form.fields and form.user.has_perm(f"insights.add_{model}"):
            field = form.fields[name]
            # add-links.js finds the select for the new row by the id of the link, as Django's scripts do.
            field.help_text = format_html(
                '{} <a class="related-widget-wrapper-link" data-popup="yes" data-adds="{}" id="add_id_{}" href="{}" '
                'target="_blank">Add {} {}</a>',
                field.help_text,
                name,
                first_list,
                f"{reverse(f'admin:insights_{model}_add')}?{urlencode({TO_FIELD_VAR: 'id', IS_POPUP_VAR: 1})}",
                "an" if model == "author" else "a",
                model,
            )
