"""Subscribers in and out as CSV; the admin and the commands are shells around these functions.

A reader is one row; the whole history of consents travels in its last cell as JSON, because a row without the proof of
its consent is worth nothing, and a file for each table would be parted from its sisters sooner or later.
"""

from newsletter.subscribers.csv_export import csv_lines, record_export, write_csv
from newsletter.subscribers.csv_import import import_csv
from newsletter.subscribers.import_report import ImportReport, RowOutcome, RowProblem

__all__ = ["ImportReport", "RowOutcome", "RowProblem", "csv_lines", "import_csv", "record_export", "write_csv"]
