"""What keeps a text from going out, told beside the fields of its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insights.preflight.report import Report
from insights.preflight.run import look_at_form

if TYPE_CHECKING:
    from insights.editor.form import ArticleForm

SAID_BY_THE_FORM = {"alt", "untitled", "empty", "foreign"}  # rules whose words the form has of its own
AT_ONCE = 10  # errors that the form repeats; the panel has them all


def refuse_unready(form: ArticleForm) -> Report:
    """Put what keeps a bound form's text from going out beside its fields, and give all that was found.

    Called from the form's `clean` when somebody publishes or schedules.
    """
    report = look_at_form(form)
    told = [
        finding for finding in report.errors if not (finding.rule in SAID_BY_THE_FORM and finding.name in form.errors)
    ]
    for finding in told[:AT_ONCE]:
        line = f"Line {finding.line}: " if finding.line else ""
        form.add_error(finding.name if finding.name in form.fields else None, f"{line}{finding.told} {finding.cure}")
    return report
