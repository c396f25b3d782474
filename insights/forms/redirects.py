"""Form for redirects from old slugs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError

from insights.models import Article, Author, Category, Redirect, Series, Tag
from insights.models.page_urls import validate_article_slug
from insights.publishing.slugs import validate_slug_form

TARGETS: dict[str, Any] = {"article": Article, "category": Category, "tag": Tag, "author": Author, "series": Series}


class RedirectSlugField(forms.CharField):
    """Slug; of a pasted URL or path only the last part is used."""

    default_validators = [validate_slug_form]

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "").strip()
        if "/" not in text:
            return text
        try:
            path = urlsplit(text).path
        except ValueError:
            return text
        return next((part for part in reversed(path.split("/")) if part), "")


class RedirectForm(forms.ModelForm):
    """Old slug and its one target; targets chosen for other kinds are dropped."""

    slug = RedirectSlugField(
        label="Old URL",
        max_length=80,
        widget=AdminTextInputWidget,
        help_text="The whole URL or its last part: /insights/category/old-name/ and old-name are the same.",
    )

    class Meta:
        model = Redirect
        fields = ("kind", "slug", *TARGETS)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kind = values.get("kind")
        if kind is None:
            return values
        if values.get(kind) is None:
            self.add_error(kind, f"Choose the {kind} to redirect to.")
        for other in set(TARGETS) - {kind}:
            values[other] = None
        if slug := values.get("slug"):
            self._check_slug(kind, slug)
        return values

    def _check_slug(self, kind: str, slug: str) -> None:
        if kind == Redirect.Kind.ARTICLE:
            try:
                validate_article_slug(slug)
            except ValidationError as error:
                self.add_error("slug", error)
                return
        if TARGETS[kind]._default_manager.filter(slug=slug).exists():
            self.add_error("slug", "A page already uses this URL. Enter a URL that no longer has a page.")
            return
        known = Redirect.objects.filter(kind=kind, slug=slug).exclude(pk=self.instance.pk).first()
        if known is not None:
            leads_to: Any = known.target
            self.add_error("slug", f"This URL already redirects to {leads_to.get_absolute_url()}. Edit that redirect.")

    def validate_constraints(self) -> None:
        """Skip: `clean` reports these problems."""
