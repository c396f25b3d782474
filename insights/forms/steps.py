"""Forms for next steps and their rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget

from insights.models import Rule, Step
from insights.text import invisible_characters
from insights.text.words import terms_in

KEYWORDS_HELP = (
    "One word or phrase per line. Only whole words match, as in the site's search. Case, accents and plurals are "
    "ignored (LLM, LLMs, LLM’s; policy, policies). The words of a phrase must be next to each other. C++, C#, .NET "
    "and GPT-4o match as written."
)


class StepForm(forms.ModelForm):
    """Next step form. One step is always the default: ticking another moves the default."""

    class Meta:
        model = Step
        fields = (
            "slug", "kind", "heading", "text", "button", "target_url", "target_article", "threshold", "position",
            "is_active", "is_default",
        )  # fmt: skip
        field_classes = {"target_url": forms.CharField}  # a URL is rejected, never corrected
        widgets = {"target_url": AdminTextInputWidget(), "text": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        was_default = bool(self.instance.pk) and Step.objects.filter(pk=self.instance.pk, is_default=True).exists()
        if was_default and not values.get("is_default"):
            self.add_error("is_default", "One next step must be the default. To change it, tick “Default” on another.")
        if values.get("is_default") and values.get("is_active") is False:
            self.add_error("is_active", "The default next step must be in use. Tick “In use”.")
        if values.get("kind") != Step.Kind.LINK and values.get("target_url"):
            self.add_error("target_url", "Only the kind “Link” has a URL. Leave this empty.")
        return values

    def validate_constraints(self) -> None:
        """Skip: saving moves the default, and `clean` checks the rest."""


class RuleForm(forms.ModelForm):
    class Meta:
        model = Rule
        fields = (
            "keywords", "title_weight", "title_cap", "excerpt_weight", "excerpt_cap", "content_weight", "content_cap",
        )  # fmt: skip
        widgets = {"keywords": forms.Textarea(attrs={"rows": 8, "cols": 40})}
        help_texts = {"keywords": KEYWORDS_HELP}

    def clean_keywords(self) -> str:
        """Return distinct trimmed lines. Raise ValidationError if one has no searchable word."""
        lines = [
            " ".join(line.split()) for line in invisible_characters.lines(self.cleaned_data["keywords"]).splitlines()
        ]
        distinct = {line.casefold(): line for line in reversed([line for line in lines if line])}
        wordless = [line for line in distinct.values() if not terms_in(line)]
        if wordless:
            raise forms.ValidationError(
                f"“{wordless[-1][:80]}” has no letter or digit, so it can't be found. Enter a word."
            )
        return "\n".join(reversed(distinct.values()))
