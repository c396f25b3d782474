"""Command `export_articles PATH`: export the publication as a folder of Markdown files."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insights.exchange.exporting import export_path
from insights.exchange.problems import ExchangeRefused
from insights.management.commands.import_articles import refusal
from insights.management.progress import track
from insights.text.invisible_characters import escape_invisible


class Command(BaseCommand):
    help = (
        "Export all articles with their pictures, publication.yaml and a manifest to a folder. If the export fails, "
        "the folder does not change. Accounts, comments, votes, subscribers, views and replaced versions are not "
        "exported. An older export in the folder is replaced, unless a file in it was added or edited."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the folder; created if it is missing")
        parser.add_argument("--dry-run", action="store_true", help="show what would be written, but write nothing")

    def handle(self, *args: Any, path: Path, dry_run: bool, **options: Any) -> None:
        try:
            files = export_path(path, dry_run=dry_run, track=track)
        except ExchangeRefused as refused:
            raise CommandError(refusal(refused)) from None
        for file, state in files:
            if state != "unchanged":
                self.stdout.write(f"{state:9} {escape_invisible(str(file))}")
        counts = Counter(state for _, state in files)
        summary = ", ".join(f"{counts[state]} {state}" for state in ("new", "changed", "unchanged", "removed"))
        self.stdout.write(f"{summary}.{' Nothing was written: this was a dry run.' if dry_run else ''}")
