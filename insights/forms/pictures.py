"""Forms for pictures: upload without JavaScript, texts and focal point."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from insights.forms.fields import LineField, PictureFileInput
from insights.models import Picture, User
from insights.pictures import uploads


class PictureAddForm(forms.ModelForm):
    """Upload form; the picture is re-encoded and stored during validation, not in `save`."""

    user: User | None = None
    error_status, retry_after = 400, None

    upload = forms.FileField(
        label="File",
        widget=PictureFileInput,
        help_text="PNG, JPEG, GIF or WebP, at most 10 MB and 16 megapixels. Location and camera data are removed.",
    )
    alt = LineField(
        label="Alt text",
        max_length=300,
        widget=AdminTextInputWidget,
        help_text="Describe the picture for people who can't see it.",
    )

    again = forms.BooleanField(
        label="Upload it again",
        required=False,
        help_text="Only for a file that you already uploaded: adds it again with another alt text or credit.",
    )

    class Meta:
        model = Picture
        fields = ("alt", "caption", "credit")
        field_classes = {"caption": LineField, "credit": LineField}
        widgets = {"caption": AdminTextInputWidget(), "credit": AdminTextInputWidget()}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        if not values["again"] and (earlier := uploads.earlier_upload(values["upload"], self.user)):
            link = format_html(
                'You already uploaded this file: <a href="{}">{}</a>. Use that picture, or tick “Upload it again”.',
                reverse("admin:insights_picture_change", args=[earlier.pk]), earlier.name,
            )  # fmt: skip
            raise ValidationError({"upload": link})
        words = {name: values[name] for name in ("alt", "caption", "credit")}
        try:
            self.instance = uploads.store_picture(values["upload"], user=self.user, **words)
        except uploads.PictureRefused as refused:
            self.error_status, self.retry_after = refused.status, refused.retry_after
            raise ValidationError({"upload": refused.message}) from None
        return values


class PictureForm(forms.ModelForm):
    focal_x = forms.FloatField(
        label="From the left",
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.001"}),
        help_text="0 is the left edge, 1 is the right edge.",
    )
    focal_y = forms.FloatField(
        label="From the top",
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.001"}),
        help_text="0 is the top edge, 1 is the bottom edge.",
    )

    class Meta:
        model = Picture
        fields = ("alt", "caption", "credit", "focal_x", "focal_y")
