"""Form for categories, tags, series and authors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug

from insights.publishing.slugs import validate_slug_form
from insights.text.slugs import slug_of


class FacetForm(forms.ModelForm):
    """Form with a slug that is made from the name if it is empty."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "slug" in self.fields:
            field = self.fields["slug"]
            field.required, field.label = False, "Slug"
            field.help_text = "The last part of the URL. Leave empty to create it from the name."
            kept = [one for one in field.validators if one is not validate_slug]
            field.validators = [*kept, validate_slug_form]

    def clean_slug(self) -> str:
        name = self.cleaned_data.get("name") or self.cleaned_data.get("title") or ""
        slug = self.cleaned_data["slug"] or slug_of(name)
        if name and not slug:
            raise ValidationError("The name has no Latin letters for a slug. Enter one, such as open-models.")
        return slug
