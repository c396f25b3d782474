"""Former addresses, as editors type them."""

from __future__ import annotations

from typing import Any

from django import forms

from insights.models import Article, Author, Category, FormerSlug, Series, Tag

TARGETS = {"article": Article, "category": Category, "tag": Tag, "author": Author, "series": Series}


class FormerSlugForm(forms.ModelForm):
    """An old address and the one thing it leads to; what was chosen for other kinds is dropped."""

    class Meta:
        model = FormerSlug
        fields = ("kind", "slug", *TARGETS)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kind = values.get("kind")
        if kind is None:
            return values
        if values.get(kind) is None:
            self.add_error(kind, f"Choose the {kind} that the old address leads to.")
        for other in set(TARGETS) - {kind}:
            values[other] = None
        slug = values.get("slug")
        if slug and TARGETS[kind]._default_manager.filter(slug=slug).exists():
            self.add_error("slug", "This address is in use; nobody would be led on from it.")
        return values
