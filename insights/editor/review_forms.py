"""Forms for the review, for preview links and for unpublishing."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from insights.forms.fields import LinesField, LocalDateTimeField
from insights.models import Article, PreviewLink, User
from insights.review import NOTE_LENGTH
from insights.review.mail import publishers

TOO_LONG = f"A note can have at most {NOTE_LENGTH:,} characters. Please shorten it."


def note_field(*, required: bool = False, label: str = "Note") -> LinesField:
    return LinesField(
        label=label,
        max_length=NOTE_LENGTH,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": TOO_LONG, "required": "Say what needs to change. The author reads it."},
    )


class DecisionForm(forms.Form):
    """Decision on a submitted text. `seen`: token of the text that the page showed. `needs_words`: note required."""

    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    note = note_field()

    def __init__(self, *args: Any, needs_words: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].required = needs_words


class ReviewerForm(forms.Form):
    reviewer = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Anyone",
        error_messages={"invalid_choice": "Choose someone who can publish."},
    )
    note = note_field(label="Note to the reviewer")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "reviewer-%s", **options})
        field = self.fields["reviewer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = publishers()


class UnpublishForm(forms.Form):
    def __init__(self, *args: Any, zone: zoneinfo.ZoneInfo, article: Article, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "withdraw-%s", **options})
        self.article = article
        self.fields["at"] = LocalDateTimeField(
            zone=zone,
            required=False,
            label="Unpublish at",
            initial=article.unpublished_at
            if article.unpublished_at and article.unpublished_at > timezone.now()
            else None,
            help_text=f"Leave empty to unpublish now. Time zone: {zone.key}.",
        )

    def clean_at(self) -> dt.datetime | None:
        at, now, starts = self.cleaned_data["at"], timezone.now(), self.article.published_at
        if at is None:
            if starts and starts > now:
                raise ValidationError("The article is not published yet. Choose a date after it is, or unschedule it.")
            return None
        if at <= now:
            raise ValidationError(
                "This time is in the past. Choose a later time, or leave the field empty to unpublish now."
            )
        if at.year > now.year + 20:
            raise ValidationError("This date is more than 20 years away. Choose an earlier one.")
        if starts and at <= starts:
            raise ValidationError("The article will not be published by then. Choose a later time, or unschedule it.")
        return at


class PreviewLinkForm(forms.Form):
    days = forms.TypedChoiceField(
        choices=[(1, "1 day"), (7, "7 days"), (30, "30 days")],
        coerce=int,
        initial=PreviewLink.DAYS,
        label="Expires after",
        error_messages={"invalid_choice": "Choose 1, 7 or 30 days."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "link-%s", **options})
