"""All checks of one draft."""

from __future__ import annotations

from dataclasses import dataclass

from insights.preflight.fields import check_fields
from insights.preflight.findings import Draft, Finding, Level
from insights.preflight.footnotes import check_footnotes
from insights.preflight.headings import check_headings
from insights.preflight.links import check_links
from insights.preflight.markup import check_markup
from insights.preflight.pictures import check_pictures
from insights.preflight.placeholders import check_placeholders
from insights.preflight.step import check_step

_CHECKS = (
    check_placeholders, check_links, check_pictures, check_footnotes, check_markup, check_headings, check_fields,
    check_step,
)  # fmt: skip
_ORDER = {Level.ERROR: 0, Level.WARNING: 1}
SHOWN = 40


@dataclass(frozen=True, slots=True)
class PreflightReport:
    findings: tuple[Finding, ...]  # errors first, then by line
    is_of_nothing: bool = False  # there is neither a title nor a text, so nothing is shown yet

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level == Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level == Level.WARNING)

    @property
    def shown(self) -> tuple[Finding, ...]:
        return () if self.is_of_nothing else self.findings[:SHOWN]

    @property
    def left_out(self) -> int:
        return max(0, len(self.findings) - SHOWN)

    @property
    def summary(self) -> str:
        """Return a sentence, such as “Can't publish yet: 2 problems, 3 warnings.”"""
        if self.is_of_nothing:
            return "There is nothing to check yet."
        errors, warnings = len(self.errors), len(self.warnings)
        counted = _counted(warnings, "warning")
        if errors:
            blocked = f"Can't publish yet: {_counted(errors, 'problem')}"
            return f"{blocked}, {counted}." if warnings else f"{blocked}."
        return f"Ready to publish. {counted}." if warnings else "No problems found."


def report(draft: Draft) -> PreflightReport:
    found = [finding for check in _CHECKS for finding in check(draft)]
    if draft.body.problem:
        cure = "Then it can be checked."
        found.append(Finding(Level.WARNING, "unchecked", "body", draft.body.problem, cure))
    return PreflightReport(
        tuple(sorted(found, key=lambda finding: (_ORDER[finding.level], finding.line))), draft.is_empty
    )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
