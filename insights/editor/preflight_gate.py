"""Pre-publish checks of the article's form; problems become errors of its fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from insights.editor.form_fields import ArticleFields
from insights.forms.fields import LocalDateTimeField
from insights.local_time import publication_zone
from insights.preflight.report import PreflightReport
from insights.preflight.run import LINES, TypedFields, not_before_now, run_checks

SAID_BY_THE_FORM = {"alt", "untitled", "empty", "foreign"}  # rules that the form reports by itself
AT_ONCE = 10  # errors that the form repeats; the panel lists all


def add_preflight_errors(form: ArticleFields) -> PreflightReport:
    """Add the problems that block publishing to a bound form's fields; return the whole report."""
    report = check_form(form)
    shown = [
        finding for finding in report.errors if not (finding.rule in SAID_BY_THE_FORM and finding.name in form.errors)
    ]
    for finding in shown[:AT_ONCE]:
        line = f"Line {finding.line}: " if finding.line else ""
        form.add_error(finding.name if finding.name in form.fields else None, f"{line}{finding.message} {finding.cure}")
    return report


def check_post(data: QueryDict, user: Any) -> PreflightReport:
    """Check the raw posted fields, which may be invalid. Nothing is stored."""
    has_byline = any(value for name, value in data.items() if name.startswith("authors_"))
    return run_checks(
        TypedFields(
            lines={name: data.get(name, "") for name in LINES},
            body=data.get("body", ""),
            slug=data.get("slug", "").strip(),
            has_category=bool(data.get("category")),
            has_byline=has_byline or bool(data.get("byline")),
            cover=data.get("cover", ""),
            pinned_step=data.get("pinned_step", ""),
            goes_out_at=_publication_time(data.get("publish_at", "")),
            chosen_file=data.get("cover_chosen", "")[:200],
        ),
        user,
    )


def check_form(form: ArticleFields) -> PreflightReport:
    stored = form.stored
    cleaned = getattr(form, "cleaned_data", {})
    cover = cleaned.get("cover") if form.is_bound else _value(form, "cover")  # an invalid choice is not looked up
    if "authors" in form.fields:
        has_byline = any(form["authors"].value() or [])
    else:
        has_byline = stored.bylines.exists() if stored else bool(form.own_bylines())
    pinned = _value(form, "pinned_step") if "pinned_step" in form.fields else stored and stored.pinned_step_id
    publish_at = cleaned.get("publish_at") if form.is_bound else form.initial.get("publish_at")
    return run_checks(
        TypedFields(
            lines={name: str(form[name].value() or "") for name in LINES},
            body=str(form["body"].value() or ""),
            slug=str(cleaned.get("slug") or form["slug"].value() or "").strip(),
            has_category=bool(_value(form, "category")),
            has_byline=has_byline,
            cover=str(getattr(cover, "pk", cover) or ""),
            pinned_step=str(getattr(pinned, "pk", pinned) or ""),
            goes_out_at=not_before_now(publish_at),
        ),
        form.user,
    )


def _value(form: ArticleFields, name: str) -> Any:
    return form[name].value() if name in form.fields else None


def _publication_time(typed: str) -> dt.datetime:
    try:
        return not_before_now(LocalDateTimeField(zone=publication_zone(), required=False).clean(typed))
    except ValidationError:
        return timezone.now()
