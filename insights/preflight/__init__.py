"""Pre-publish checks: each finding names its place, the problem and the fix.

Errors block publishing and scheduling (`insights.editor.form`), never saving or submitting; warnings block nothing. We
use rules over plain values, one module per family, instead of checks in form fields. Field checks could not run while
an author types, and would refuse an unfinished draft. The editor, imports (also dry runs) and bulk actions use the same
rules, which need at most three queries in total (`lookups.py`).
"""

from insights.preflight.run import check_version

from .findings import Finding, Level
from .report import PreflightReport

__all__ = ["Finding", "Level", "PreflightReport", "check_version"]
