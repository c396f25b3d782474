"""Import and export of subscribers as CSV, used by the admin and the commands.

All consents are JSON in a row's last cell, because separate files get lost, and a row without proof is worth nothing.
"""

from newsletter.subscribers.csv_export import csv_lines, record_export, write_csv
from newsletter.subscribers.csv_import import import_csv
from newsletter.subscribers.import_report import ImportReport, RowOutcome, RowProblem

__all__ = ["ImportReport", "RowOutcome", "RowProblem", "csv_lines", "import_csv", "record_export", "write_csv"]
