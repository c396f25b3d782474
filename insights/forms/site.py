"""Form for the site settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError

from insights.forms.fields import LineField, PictureFileInput
from insights.forms.form_data import with_values
from insights.forms.links import LinksField
from insights.forms.time_zones import ZoneField
from insights.markup import pictures_named
from insights.models import Picture, SiteSettings, User
from insights.pictures import uploads
from insights.publishing.rendering import render_text
from insights.text import invisible_characters
from insights.text.web_urls import validate_https_url, validate_link_target

MOST_ENTRIES = 6
MOST_LINKS = 8
OFFERED = 200  # pictures in the list of logos


def check_target(url: str) -> None:
    try:
        validate_link_target(url)
    except ValidationError:
        raise ValidationError(f"“{url}” must begin with https:// or a single /.") from None


def check_profile(url: str) -> None:
    validate_https_url(url)


def privacy_problems(text: str) -> list[str]:
    if pictures_named(text):
        return ["This text can't contain pictures. Please remove them."]
    return list(render_text(text).problems)


class LogoField(forms.ModelChoiceField):
    """Picture choice without JavaScript: the latest OFFERED pictures and the current logo."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Picture.objects.all(), required=False, empty_label="Default logo", **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}: {obj.alt}"[:120] if obj.alt else str(obj.name)

    def offer(self, chosen: Any) -> None:
        rows = list(Picture.objects.only("name", "alt")[:OFFERED])
        if chosen and all(str(row.pk) != str(chosen) for row in rows):
            rows += Picture.objects.only("name", "alt").filter(pk=chosen)
        self.widget.choices = [("", self.empty_label), *((row.pk, self.label_from_instance(row)) for row in rows)]


class SiteSettingsForm(forms.ModelForm):
    """Site settings form; an uploaded logo belongs to `user`."""

    user: User | None = None
    error_status, retry_after = 400, None

    logo = LogoField(help_text=f"One of the latest {OFFERED} pictures. Shown next to the name, with its alt text.")
    logo_file = forms.FileField(
        label="or upload a new one",
        required=False,
        widget=PictureFileInput,
        help_text="PNG, JPEG, GIF or WebP, at most 10 MB. It is added to the library and used as the logo.",
    )
    navigation = LinksField(
        label="Navigation",
        most=MOST_ENTRIES,
        check_url=check_target,
        help_text="More links, shown after Insights, Newsletter and Search. Enter https://… or a path such as "
        "/insights/about/. To remove a link, empty its row. The lowest “Order” comes first.",
    )
    social_links = LinksField(
        label="Social profiles",
        most=MOST_LINKS,
        check_url=check_profile,
        help_text="Profiles of the publication on other sites, such as https://example.social/@hub for Mastodon. Shown "
        "in the footer of every page. Other sites can use these links to verify your profiles.",
    )
    privacy_text = forms.CharField(
        label="Privacy text",
        max_length=20_000,
        required=False,
        strip=False,
        widget=AdminTextareaWidget(attrs={"rows": 14}),
        help_text="Markdown. Start headings with ##. Leave empty for the default text, which lists the stored data. "
        "To see the page before you save, press “Preview privacy page”.",
    )
    time_zone = ZoneField(
        max_length=64,
        help_text="All dates and times are shown in this time zone. Type a city, such as Berlin.",
    )
    newsletter_text = LineField(
        max_length=400,
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="Shown below the name on /newsletter/. Search engines use it as the description of that page.",
    )
    newsletter_label = LineField(
        max_length=60,
        required=False,
        widget=AdminTextInputWidget,
        help_text="The small line above the sign-up form on /newsletter/. Leave empty for none.",
    )
    signup_note = LineField(
        label="Sign-up note",
        max_length=200,
        widget=AdminTextInputWidget,
        help_text="Shown below the email field of every sign-up form and stored with each consent. Say how often the "
        "newsletter is sent and how to unsubscribe.",
    )
    footer_text = LineField(
        max_length=300,
        required=False,
        widget=AdminTextInputWidget,
        help_text="The second line in the footer of every page. Leave empty for none.",
    )

    class Meta:
        model = SiteSettings
        fields = (
            "name", "tagline", "headline", "introduction", "newsletter_name", "newsletter_text", "newsletter_label",
            "signup_note", "logo", "navigation", "footer_text", "social_links", "privacy_text",
            "time_zone", "shows_decision_line",
        )  # fmt: skip
        help_texts = {
            "tagline": "A few words next to the name, such as “AI research & analysis”.",
            "headline": "The large line on the front page.",
            "introduction": "Shown below the headline, and in search results for the front page.",
            "newsletter_name": "Shown on the pages of the newsletter and in its emails.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["logo"].offer(self.instance.logo_id)  # type: ignore[attr-defined]

    def clean_privacy_text(self) -> str:
        text = invisible_characters.lines(self.cleaned_data["privacy_text"]).strip()
        problems = privacy_problems(text) if text else []
        if problems:
            raise ValidationError(problems)
        return f"{text}\n" if text else ""

    def clean_logo_file(self) -> Picture | None:
        """Store an uploaded logo at once, so that it is kept if another field is invalid."""
        upload = self.cleaned_data.get("logo_file")
        if not upload:
            return None
        alt = f"The logo of {self.cleaned_data.get('name') or self.instance.name}"
        try:
            return uploads.store_picture(upload, user=self.user, alt=alt)
        except uploads.PictureRefused as refused:
            self.error_status, self.retry_after = refused.status, refused.retry_after
            raise ValidationError(refused.message) from None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("logo_file"):
            values["logo"] = values["logo_file"]
            # Keep the stored picture chosen if another field is invalid.
            self.data = with_values(self.data, logo=str(values["logo"].pk))
            self.fields["logo"].offer(values["logo"].pk)  # type: ignore[attr-defined]
        return values
