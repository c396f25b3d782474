"""Form fields and widgets of the admin that Django does not have."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import Script
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from insights.markup import MAX_BYTES
from insights.models import Author
from insights.models.ids import is_id
from insights.text import invisible_characters

NO_LONGER_OFFERED = "Your choice no longer exists. Please choose again."


class SearchedSelect(AutocompleteSelect):
    """Autocomplete select that ignores values that are no id; Django's would query them and fail."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_id(one)], attrs)


class PictureFileInput(forms.FileInput):
    class Media:
        css = {"all": ("insights/admin/pictures.css",)}
        js = (Script("insights/admin/picture-choice.js", defer=True),)

    def __init__(self) -> None:
        super().__init__({"accept": "image/png,image/jpeg,image/gif,image/webp"})

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        library = reverse("admin:insights_picture_library")
        return {**super().build_attrs(base_attrs, extra_attrs), "data-library-url": library}


class LineField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return invisible_characters.single_line(super().to_python(value) or "")


class LinesField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return invisible_characters.lines(super().to_python(value) or "")


def why_no_hour(typed: dt.datetime, zone: dt.tzinfo) -> str:
    """Return why the clocks of `zone` skip the naive time `typed` or have it twice; empty if neither."""
    aware = typed.replace(tzinfo=zone)
    if aware.utcoffset() == aware.replace(fold=1).utcoffset():
        return ""
    is_twice = aware.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == typed
    clocks, so = ("back", "exists twice") if is_twice else ("forward", "does not exist")
    return f"The clocks are set {clocks} then, so {typed:%H:%M} {so} in {zone}. Choose an earlier or later time."


class LocalDateTimeField(forms.DateTimeField):
    """Datetime to the minute in `zone`; an hour that the clocks skip or have twice is rejected."""

    def __init__(self, *, zone: zoneinfo.ZoneInfo, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)
        self.zone = zone

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> dt.datetime | None:
        with timezone.override(self.zone):
            try:
                return super().to_python(value)
            except OverflowError:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from None
            except ValidationError as refused:
                if refused.code != "ambiguous_timezone" or refused.params is None:
                    raise
                raise ValidationError(why_no_hour(refused.params["datetime"], self.zone), code="clocks") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Ignore seconds, because they cannot be typed."""
        if isinstance(initial, dt.datetime):
            initial = initial.replace(second=0, microsecond=0)
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class MarkField(forms.CharField):
    """Hidden state of the page; it never counts as a change."""

    def __init__(self) -> None:
        super().__init__(required=False, strip=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class StoredChoice(forms.ModelChoiceField):
    """Choice that runs no query as long as its value stays `stored`."""

    default_error_messages = {"invalid_choice": NO_LONGER_OFFERED}
    stored: models.Model | None = None

    def to_python(self, value: Any) -> Any:
        if self.stored is not None and str(value) == str(self.stored.pk):
            return self.stored
        return super().to_python(value)


class RowChoices(forms.ModelMultipleChoiceField):
    """Multiple choice that rejects impossible ids; Django's would query SQLite with them and fail."""

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if not is_id(pk):
                raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": str(pk)[:40]})
        return super().clean(value)


class StoredChoices(RowChoices):
    """Multiple choice that runs its query lazily as long as its value stays `stored` (ids)."""

    default_error_messages = {"invalid_choice": NO_LONGER_OFFERED}
    stored: frozenset[int] | None = None

    def clean(self, value: Any) -> Any:
        if self.stored is not None and {str(pk) for pk in value or []} == {str(pk) for pk in self.stored}:
            return self.queryset.filter(pk__in=self.stored)  # type: ignore[union-attr]
        return super().clean(value)


class MarkdownField(forms.CharField):
    """Body text: line ends as `\\n`, only its end trimmed, at most MAX_BYTES of UTF-8."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return f"{text.rstrip()}\n" if text.strip() else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value.encode()) > MAX_BYTES:
            raise ValidationError(
                f"The text is larger than {MAX_BYTES // 1000} kB. Split it into several articles.", code="size"
            )


class BylineWidget(forms.MultiWidget):
    use_fieldset = True

    def __init__(self, choices: Any, size: int) -> None:
        super().__init__([forms.Select(choices=choices) for _ in range(size)])

    def decompress(self, value: Sequence[int] | None) -> list[int | None]:
        return list(value or []) + [None] * len(self.widgets)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for number, widget in enumerate(context["widget"]["subwidgets"], start=1):
            widget["attrs"] |= {"aria-label": f"Author {number}"}
        return context


class BylineField(forms.MultiValueField):
    """Authors in order. The value is a list of distinct Author rows; the initial value is their ids."""

    stored: tuple[int, ...] | None = None

    def __init__(self, *, authors: models.QuerySet[Author], size: int = 3, **options: Any) -> None:
        parts = [StoredChoice(authors, required=False, empty_label="—") for _ in range(size)]
        super().__init__(
            parts,
            require_all_fields=False,
            required=options.pop("required", False),
            widget=BylineWidget(parts[0].choices, size),
            **options,
        )

    def clean(self, value: Any) -> Any:
        """Return lazy rows as long as the value stays `stored` (ids)."""
        chosen = [str(pk) for pk in dict.fromkeys(value or []) if pk]
        if self.stored is not None and chosen == [str(pk) for pk in self.stored]:
            return SimpleLazyObject(self._stored_rows)
        return super().clean(value)

    def _stored_rows(self) -> list[Author]:
        rows = Author.objects.in_bulk(self.stored or ())
        return [rows[pk] for pk in self.stored or ()]

    def compress(self, data_list: Sequence[Author | None]) -> list[Author]:
        return list(dict.fromkeys(author for author in data_list or [] if author is not None))

    def has_changed(self, initial: Any, data: Any) -> bool:
        chosen = [str(pk) for pk in dict.fromkeys(data or []) if pk]
        return [str(pk) for pk in initial or []] != chosen
