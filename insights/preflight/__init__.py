"""What is looked at before an article goes out: each finding names its place and its cure in a sentence.

Errors keep a text from going out (`insights.editor.form` asks when somebody publishes or schedules); they never keep
it from being saved or handed in. Warnings only tell. Chosen: rules over plain values, one family a module, against
checks in the form's fields, which could not be asked while somebody types and would refuse a draft that is not
finished. The same list serves the editor, the import with its dry run, and actions on several articles
(`check_version`). The database is asked once for all rules, in at most three queries (`lookups.py`).
"""

from insights.preflight.run import check_version

from .findings import Finding, Level
from .report import PreflightReport

__all__ = ["Finding", "Level", "PreflightReport", "check_version"]
