"""`manage.py export_subscribers`: writes the same CSV as the export of the admin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.management.progress import track
from newsletter.models import Subscriber
from newsletter.subscribers import record_export, write_csv


class Command(BaseCommand):
    help = "Export subscribers of every status as CSV, with their consent history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help="file to write (default: standard output)")
        parser.add_argument("--status", choices=Subscriber.Status.values, help="only subscribers with this status")

    def handle(self, *, output: Path | None = None, status: str | None = None, **options: Any) -> None:
        readers = Subscriber.objects.filter(status=status) if status else Subscriber.objects.all()
        details = {"filter": f"status={status}" if status else ""}
        if output is None:
            record_export(readers, actor=None, details=details)
            _write_pipe(self.stdout, readers)
            return
        try:
            with _private_part(output) as stream:
                total = record_export(readers, actor=None, details=details)
                count = write_csv(readers, stream, watch=lambda lines: track(lines, "Subscribers", total=total))
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
        self.stderr.write(f"{count} subscriber{'' if count == 1 else 's'} written to {output}.")


def _write_pipe(stream: Any, readers: Any) -> None:
    """Write to the standard output; end without an error when its reader (such as `head`) closes it."""
    try:
        write_csv(readers, stream)
        stream.flush()
    except BrokenPipeError:
        # Discard the rest of the buffer, or Python reports an error when it exits.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextmanager
def _private_part(path: Path) -> Iterator[TextIO]:
    """Open a temporary file that only its owner can read, and rename it to `path` when it is complete."""
    part = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
