"""Messages about a save: its result, or why nothing was stored."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from insights.editor.form import ArticleForm
from insights.models import Version
from insights.models.page_urls import page_url

_NAMED = 3  # fields that the sentence above the form links to
_DONE = {"_publish": "published", "_submit": "submitted"}  # button → what it would have done


def time_not_kept(form: ArticleForm) -> str:
    """Return a sentence if a publication date was typed that only “Publish” stores; else empty."""
    if "publish_at" not in form.changed_data:
        return ""
    if form.cleaned_data.get("publish_at"):
        return " The date in “Publish at” was not saved. It is only saved when you publish or schedule."
    return " The date in “Publish at” was not removed. It only changes when you publish or schedule."


def page_link(form: ArticleForm, version: Version) -> str:
    if form.moved_from:
        return f" Its URL is now {form.instance.get_absolute_url()}. The old URL redirects to it."
    if not version.new_slug:
        return ""
    when = "then" if version.live_from else "when you publish the changes"
    return f" Its URL will change to {page_url('insights:article', version.new_slug)} {when}."


def what_is_wrong(form: ArticleForm) -> str:
    """Return the sentence above a refused form, with links to the fields; else empty."""
    if form.is_stale and not form.conflict:
        return "Not saved: the article changed after you opened it."  # the form's own error has the details
    if form.is_stale:
        return "" if form.is_merging else "Edit conflict: another version was saved before yours."
    if not form.is_bound or form.is_merging or not form.errors:
        return ""
    if form.checks and form.checks.errors:
        count = max(len(form.checks.errors), sum(len(errors) for errors in form.errors.values()))
        problems = f"{count} problem{'' if count == 1 else 's'}"
        in_the_panel = {finding.name for finding in form.checks.errors}
        places = list(dict.fromkeys((finding.anchor, finding.place) for finding in form.checks.errors))[:_NAMED]
        named = format_html_join("; ", '<a href="#{}">{}</a>', places)
        others = _ways_to(form, form.errors.keys() - in_the_panel)
        text = format_html("Can't publish yet: {}. Please fix: {}{}{}", problems, named, "; " if others else "", others)
        return format_html('{}. <a href="#checks">See the pre-publish checks</a>.', text)
    links = _ways_to(form, set(form.errors))
    done = next((word for button, word in _DONE.items() if button in form.data), "saved")
    return format_html("Not {}. Please fix: {}.", done, links) if links else f"Not {done}."


def _ways_to(form: ArticleForm, names: set[str]) -> SafeString:
    places = (
        (form[name].id_for_label or form[name].auto_id, form[name].label) for name in form.fields if name in names
    )
    return format_html_join(", ", '<a href="#{}">{}</a>', places)
