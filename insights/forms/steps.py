"""Forms for next steps and their rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget

from insights.models import Rule, Step
from insights.text import invisible_characters
from insights.text.words import terms_in

KEYWORDS_HELP = (
    "One word or phrase per line. Whole words are found as the site's search finds them: in upper or lower case, with "
    "or without accents, singular and plural (LLM, LLMs, LLM’s; policy, policies). A phrase is found where its words "
    "follow one another. C++, C#, .NET and GPT-4o are found as written."
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
            self.add_error("is_default", "One step has to be the default: tick it at another one, and it moves there.")
        if values.get("is_default") and values.get("is_active") is False:
            self.add_error("is_active", "The default step must be in use.")
        if values.get("kind") != Step.Kind.LINK and values.get("target_url"):
            self.add_error("target_url", "Only a link has an address; leave this empty.")
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
                f"“{wordless[-1][:80]}” has no letter or digit, so no text can be searched for it. Write a word."
            )
        return "\n".join(reversed(distinct.values()))
