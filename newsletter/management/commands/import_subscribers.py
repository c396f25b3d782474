"""`manage.py import_subscribers FILE`: readers from a CSV, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.exchange.progress import track
from insights.plain_text import escaped
from insights.signals import deed_done
from newsletter.exchange import MAX_BYTES, FileTooLarge, read_csv
from newsletter.models import Subscriber


class Command(BaseCommand):
    help = (
        "Read subscribers from a CSV such as export_subscribers writes. Nobody who has left comes back, nobody becomes "
        "confirmed without a recorded consent, and no mail is sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, file: Path, dry_run: bool = False, verbosity: int = 1, **options: Any) -> None:
        try:
            with file.open("rb") as stream:
                report = read_csv(stream, is_dry_run=dry_run, watch=lambda chunks: track(chunks, "Subscribers"))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except FileTooLarge:
            raise CommandError(f"{file}: larger than {MAX_BYTES // 1024 // 1024} MB; split it.") from None
        if report.problems:
            for problem in report.problems:
                self.stderr.write(escaped(f"{file}: {problem}"))
            raise CommandError(f"{file}: {report.trouble()}; nothing was changed.")
        if dry_run or verbosity > 1:
            for outcome in report.outcomes:
                self.stdout.write(escaped(str(outcome)))
        self.stdout.write(f"{'Would be' if dry_run else 'Done'}: {report.summary()}.")
        if report.is_applied:
            deed_done.send(
                sender=Subscriber,
                actor=None,
                verb="imported subscribers",
                subject="subscribers",
                details=report.counts,
            )
