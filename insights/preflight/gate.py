"""Where errors keep a text from going out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .panel import look_at_form
from .report import Report

if TYPE_CHECKING:
    from insights.forms.articles import ArticleForm

SAID_BY_THE_FORM = {"alt", "untitled", "empty"}
AT_ONCE = 10  # errors that the form repeats; the panel has them all


def refuse_unready(form: ArticleForm) -> Report:
    """Put the errors of a bound form beside its fields; call it from `clean` when somebody publishes or schedules."""
    panel = look_at_form(form)
    told = [
        finding for finding in panel.errors if not (finding.rule in SAID_BY_THE_FORM and finding.name in form.errors)
    ]
    for finding in told[:AT_ONCE]:
        line = f"Line {finding.line}: " if finding.line else ""
        form.add_error(finding.name if finding.name in form.fields else None, f"{line}{finding.told} {finding.cure}")
    return panel
