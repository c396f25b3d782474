"""`manage.py import_subscribers FILE`: imports a CSV of any size, all rows or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from insights.management.progress import track
from insights.text.invisible_characters import escape_invisible
from newsletter.subscribers import ImportReport, RowOutcome, import_csv

BLOCK = 1_000_000  # bytes


class Command(BaseCommand):
    help = (
        "Import subscribers from a CSV file of any size, written by export_subscribers or another newsletter program: "
        "all rows or none. Unsubscribed people stay unsubscribed, no one becomes confirmed without a recorded consent, "
        "and no email is sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")

    def handle(self, *, file: Path, dry_run: bool = False, verbosity: int = 1, **options: Any) -> None:
        is_listed = dry_run or verbosity > 1
        try:
            report = self._read(file, dry_run=dry_run, is_listed=is_listed)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except DatabaseError as error:
            raise CommandError(f"{file}: {error}; nothing was changed.") from error
        for note in report.notes:
            self.stderr.write(escape_invisible(note))
        if report.problems:
            for problem in report.problems:
                self.stderr.write(escape_invisible(f"{file}: {problem}"))
            raise CommandError(f"{file}: {report.trouble()}; nothing was changed.")
        self.stdout.write(f"{'Dry run' if dry_run else 'Done'}: {report.summary()}.")

    def _read(self, file: Path, *, dry_run: bool, is_listed: bool) -> ImportReport:
        def tell(outcome: RowOutcome) -> None:
            self.stdout.write(escape_invisible(str(outcome)))

        with file.open("rb") as stream:
            return import_csv(
                stream,
                is_dry_run=dry_run,
                watch=lambda rows: track(rows, "Subscribers", total=_lines(file) if file.is_file() else None),
                on_outcome=tell if is_listed else None,
            )


def _lines(file: Path) -> int:
    """Return about how many rows a file has, for the progress bar."""
    with file.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b""))
