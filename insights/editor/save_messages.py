"""What the desk says about a save: what became of it, and why it did not come about."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from insights.editor.form import ArticleForm
from insights.models import Version
from insights.models.page_urls import page_url

_NAMED = 3  # places of problems that the sentence above the form names
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def time_not_kept(form: ArticleForm) -> str:
    """What the message about a draft adds, when a publication moment was typed that only “Publish” takes."""
    if "publish_at" not in form.changed_data:
        return ""
    what_became = "it was not kept" if form.cleaned_data.get("publish_at") else "it stays as it was"
    return f" The publication moment counts with “Publish”; {what_became}."


def page_link(form: ArticleForm, version: Version) -> str:
    """What a message adds when the URL that readers know was changed, or will be."""
    if form.moved_from:
        return f" Its URL is {form.instance.get_absolute_url()} now; the old one redirects there."
    if not version.new_slug:
        return ""
    when = "then" if version.live_from else "when you publish the changes"
    return f" Its URL changes {when}, to {page_url('insights:article', version.new_slug)}."


def what_is_wrong(form: ArticleForm) -> str:
    """The sentence above a form that comes back unstored, with the way to each place that it names, since these may be
    far below; empty for one that is only looked at, or is fine."""
    if form.is_stale and not form.conflict:
        return "The article is not as it was when you opened it."  # in which way the form's own error says
    if form.is_stale:
        return "" if form.is_merging else "Another text was saved before this one."
    if not form.is_bound or form.is_merging or not form.errors:
        return ""
    if form.checks and form.checks.errors:
        count = max(len(form.checks.errors), sum(len(errors) for errors in form.errors.values()))
        text = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
        words = f"{text} thing{'s keep' if count > 1 else ' keeps'} it from going out"
        in_the_panel = {finding.name for finding in form.checks.errors}
        places = list(dict.fromkeys((finding.anchor, finding.place) for finding in form.checks.errors))[:_NAMED]
        named = format_html_join(", ", '<a href="#{}">{}</a>', places)
        others = _ways_to(form, form.errors.keys() - in_the_panel)
        text = format_html("{}: {}{}{}", words, named, ", " if others else "", others)
        return format_html('{}. <a href="#checks">See the checks</a>.', text)
    text = "The button did nothing yet."  # the text may have saved itself before
    links = _ways_to(form, set(form.errors))
    return format_html("{} Please look at: {}.", text, links) if links else text


def _ways_to(form: ArticleForm, names: set[str]) -> SafeString:
    """Links to the fields among `names`, in the form's order; empty if there is none."""
    places = (
        (form[name].id_for_label or form[name].auto_id, form[name].label) for name in form.fields if name in names
    )
    return format_html_join(", ", '<a href="#{}">{}</a>', places)
