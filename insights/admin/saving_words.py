"""What the desk says about a save: what became of it, and why it did not come about."""

from __future__ import annotations

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.html import format_html, format_html_join

from insights.forms.articles import ArticleForm

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def moment_not_kept(form: ArticleForm) -> str:
    """What the message about a draft adds, when a publication moment was typed that only “Publish” takes."""
    if "publish_at" not in form.changed_data:
        return ""
    what_became = "it was not kept" if form.cleaned_data.get("publish_at") else "it stays as it was"
    return f" The publication moment counts with “Publish”; {what_became}."


def told_address(form: ArticleForm) -> str:
    """What a message adds when the address changed that readers know."""
    if not form.moved_from:
        return ""
    return f" Its address is {form.instance.get_absolute_url()} now; the old one leads there."


def what_is_wrong(form: ArticleForm) -> str:
    """The sentence above a form that comes back unstored, with the way to each place that it names, since these may be
    far below; empty for one that is only looked at, or is fine."""
    if form.is_stale and not form.conflict:
        return "The article is not as it was when you opened it."  # in which way the form's own error says
    if form.is_stale:
        return "" if form.is_taking_in else "Another text was saved before this one."
    if not form.is_bound or form.is_taking_in or not form.errors:
        return ""
    if form.checks and form.checks.errors:
        count = max(len(form.checks.errors), sum(len(errors) for errors in form.errors.values()))
        told = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
        words = f"{told} thing{'s keep' if count > 1 else ' keeps'} it from going out"
        return format_html('{}: <a href="#checks">see below</a>.', words)
    fields = [form[name] for name in form.errors if name != NON_FIELD_ERRORS]
    if not fields:
        return "Nothing was stored yet."
    places = ((field.id_for_label or field.auto_id, field.label) for field in fields)
    links = format_html_join(", ", '<a href="#{}">{}</a>', places)
    return format_html("Nothing was stored yet. Please look at: {}.", links)
