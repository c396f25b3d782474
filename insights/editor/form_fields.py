"""Fields of the article's form; `insights.editor.form` validates them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget

from insights.editor.widgets import BodyWidget
from insights.forms.fields import (
    LineField,
    LinesField,
    MarkdownField,
    MarkField,
    PictureFileInput,
    StoredChoice,
    StoredChoices,
)  # fmt: skip
from insights.models import Article, Author, Category, Picture, Series, Step, Tag, User, Version
from insights.publishing.edit_base import VersionRelations

PUBLISHED_SLUG = (
    "The last part of the URL: /insights/…/. A new slug takes effect when you publish. The old URL then redirects."
)


class ArticleFields(forms.ModelForm):
    user: Any  # the account that opened the page
    stored: Version | None  # the newest version, None for a new article
    filed: VersionRelations  # its authors, tags and pictures

    # The version that the page was opened on (`insights.publishing.edit_base.version_token`), and its texts.
    base = MarkField()
    opened_title = MarkField()
    opened_excerpt = MarkField()
    opened_body = MarkField()
    over = MarkField()  # set once the user has seen the edit conflict
    tab = MarkField()  # id of the page, so that it creates only one article
    # A textarea instead of an input, so that a long title wraps.
    title = LineField(
        max_length=200,
        widget=forms.Textarea(attrs={"class": "title", "rows": 1, "cols": False}),
        error_messages={"required": "Enter a title."},
    )
    slug = forms.CharField(
        max_length=80,
        required=False,
        widget=AdminTextInputWidget,
        label="Slug",
        help_text="The last part of the URL: /insights/…/. Leave empty to create it from the title.",
    )
    excerpt = LinesField(
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text="One or two sentences for lists and search results.",
    )
    body = MarkdownField(
        required=False,
        widget=BodyWidget(attrs={"class": "vLargeTextField", "spellcheck": "true", "rows": 24}),
        help_text="Markdown. Start headings with ##. Drop or paste a picture into the text to upload it.",
    )
    category = StoredChoice(Category.objects.all(), required=False, empty_label="—")
    tags = StoredChoices(Tag.objects.all(), required=False, widget=forms.CheckboxSelectMultiple)
    series = StoredChoice(Series.objects.all(), required=False, empty_label="—")
    series_part = forms.IntegerField(label="Part", required=False, min_value=1, max_value=999)
    cover = StoredChoice(Picture.objects.all(), required=False, help_text="Choose an existing picture")
    cover_file = forms.FileField(
        label="or upload a new one",
        required=False,
        widget=PictureFileInput,
        help_text="PNG, JPEG, GIF or WebP, at most 10 MB. Without a cover, the site generates a drawing.",
    )
    cover_alt = LineField(
        label="Cover alt text",
        max_length=300,
        required=False,
        widget=AdminTextInputWidget,
        help_text="Describe the cover for people who can't see it.",
    )
    cover_caption = LineField(max_length=300, required=False, widget=AdminTextInputWidget)
    cover_credit = LineField(max_length=160, required=False, widget=AdminTextInputWidget)
    seo_title = LineField(label="Title for search engines", max_length=200, required=False, widget=AdminTextInputWidget)
    seo_description = LinesField(
        label="Description for search engines",
        max_length=320,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
    canonical = forms.CharField(
        label="Canonical URL",
        max_length=500,
        required=False,
        widget=AdminTextInputWidget,
        validators=Version._meta.get_field("canonical").validators,
        help_text="Only if the article was first published elsewhere: https://…",
    )
    pinned_step = StoredChoice(
        Step.objects.filter(is_active=True),
        required=False,
        empty_label="None (the rules choose)",
        label="Pinned next step",
    )
    label = LineField(  # shown beside the buttons, at the end of change_form.html
        label="Label for this version",
        max_length=80,
        required=False,
        widget=AdminTextInputWidget(attrs={"placeholder": "optional", "autocomplete": "off"}),
    )
    note = LinesField(  # for the reviewer; sent when the text is submitted for review
        label="Note to the reviewer",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "form": "article_form"}),
        error_messages={"max_length": "A note can have at most 2,000 characters. Please shorten it."},
    )

    class Meta:
        model = Article
        fields = ("takes_feedback",)

    def own_bylines(self) -> list[Author]:
        return list(Author.objects.filter(user=self.user)) if isinstance(self.user, User) else []

    @property
    def marks(self) -> list[Any]:
        """Return the hidden fields, which the template must render."""
        return [self[name] for name, field in self.fields.items() if isinstance(field, MarkField)]

    def keep_to(self, stored: Version | None, filed: VersionRelations) -> None:
        """Set the stored rows, so that unchanged choices need no query. Name deleted rows in help texts."""
        if stored is None:
            return
        for name in ("category", "series"):
            if was := getattr(stored, f"{name}_was"):
                self.fields[name].help_text = f"“{was}” was deleted. Choose another one, or leave this empty."
        for name in ("category", "series", "cover", "pinned_step"):
            if name in self.fields:
                self.fields[name].stored = getattr(stored, name)  # type: ignore[attr-defined]
        self.fields["tags"].stored = filed.tags  # type: ignore[attr-defined]
        if "authors" in self.fields:
            self.fields["authors"].stored = filed.authors  # type: ignore[attr-defined]
