"""Command `import_articles PATH`: import a Markdown file with front matter, or a folder of them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insights.exchange.importing import ImportOutcome, import_path
from insights.exchange.problems import ExchangeRefused
from insights.management.progress import track
from insights.text.invisible_characters import escape_invisible

MOST_NOTES = 500


class Command(BaseCommand):
    help = (
        "Import a Markdown file, or a folder of them with pictures, publication.yaml and manifest. A file updates the "
        "article with the same id, else the one with the same slug. It replaces the whole article: a missing key "
        "becomes empty. If one file has an error, nothing is imported. Importing the same files again changes nothing. "
        "The import of a single file includes its pictures, but not publication.yaml."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the file or folder")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, but change nothing")

    def handle(self, *args: Any, path: Path, dry_run: bool, **options: Any) -> None:
        try:
            outcome = import_path(path, dry_run=dry_run, track=track)
        except ExchangeRefused as refused:
            raise CommandError(refusal(refused)) from None
        for line in outcome_lines(outcome, is_dry=dry_run):
            self.stdout.write(line)


def outcome_lines(outcome: ImportOutcome, *, is_dry: bool) -> list[str]:
    notes = [str(note) for note in sorted(outcome.notes, key=lambda note: (note.file, note.line))]
    if len(notes) > MOST_NOTES:
        notes = [*notes[:MOST_NOTES], f"… and {len(notes) - MOST_NOTES} more notes."]
    lines = (
        outcome.surroundings
        + notes
        + [f"{state:9} {file}{f'  ({", ".join(keys)})' if keys else ''}" for file, state, keys in outcome.files]
    )
    counts = ", ".join(f"{outcome.count(state)} {state}" for state in ("new", "changed", "unchanged"))
    return [*map(escape_invisible, lines), f"{counts}.{' Nothing was changed: this was a dry run.' if is_dry else ''}"]


def refusal(refused: ExchangeRefused) -> str:
    lines = [
        escape_invisible(str(problem))
        for problem in sorted(refused.problems, key=lambda problem: (problem.file, problem.line))
    ]
    if any(problem.keeps_unpublished for problem in refused.problems):
        lines.append("To import an article that is not ready to be published, write “status: draft”.")
    return "\n".join([*lines, "Nothing was changed."])
