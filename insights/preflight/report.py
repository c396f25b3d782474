"""All rules over one draft."""

from __future__ import annotations

from dataclasses import dataclass

from insights.preflight import fields, footnotes, headings, links, markup, pictures, placeholders, step

from .findings import Draft, Finding, Level

_RULES = (placeholders, links, pictures, footnotes, markup, headings, fields, step)
_ORDER = {Level.ERROR: 0, Level.WARNING: 1}
SHOWN = 40


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """What the rules found: errors first, then by line."""

    findings: tuple[Finding, ...]
    is_of_nothing: bool = False  # neither a title nor a text is there, so that nobody needs to hear of anything yet

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level == Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level == Level.WARNING)

    @property
    def shown(self) -> tuple[Finding, ...]:
        """As many as anybody reads."""
        return () if self.is_of_nothing else self.findings[:SHOWN]

    @property
    def left_out(self) -> int:
        return max(0, len(self.findings) - SHOWN)

    @property
    def summary(self) -> str:
        """“2 errors keep it from going out; 3 warnings.”"""
        if self.is_of_nothing:
            return "There is nothing to check yet."
        errors, warnings = len(self.errors), len(self.warnings)
        counted = _counted(warnings, "warning")
        if errors:
            kept = f"{_counted(errors, 'error')} {'keeps' if errors == 1 else 'keep'} it from going out"
            return f"{kept}; {counted}." if warnings else f"{kept}."
        return f"Nothing keeps it from going out; {counted}." if warnings else "Nothing is left to mend."


def report(draft: Draft) -> PreflightReport:
    """What every rule says of a draft."""
    found = [finding for rule in _RULES for finding in rule.look(draft)]
    if draft.body.problem:
        cure = "Make it smaller."
        found.append(Finding(Level.WARNING, "unchecked", "body", draft.body.problem, cure))
    return PreflightReport(
        tuple(sorted(found, key=lambda finding: (_ORDER[finding.level], finding.line))), draft.is_empty
    )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
