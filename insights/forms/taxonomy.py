"""Former addresses, as editors type them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from insights.models import Article, Author, Category, FormerSlug, Series, Tag

TARGETS = {"article": Article, "category": Category, "tag": Tag, "author": Author, "series": Series}


class FacetForm(forms.ModelForm):
    """Something with an address, which is made from its name when it is left empty."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        name = self.cleaned_data.get("name") or self.cleaned_data.get("title") or ""
        slug = self.cleaned_data["slug"] or slugify(name)[:80].strip("-")
        if name and not slug:
            raise ValidationError(
                "The name has no Latin letters to make an address of; write one, such as open-models."
            )
        return slug


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
