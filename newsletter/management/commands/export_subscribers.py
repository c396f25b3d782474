"""`manage.py export_subscribers`: the readers of the letter as CSV, the same file as the admin's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.exchange.progress import track
from insights.signals import deed_done
from newsletter.exchange import write_csv
from newsletter.models import Subscriber


class Command(BaseCommand):
    help = "Write all subscribers as CSV, in every state, with the history of their consents."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help="where to write (default: standard output)")
        parser.add_argument("--status", choices=Subscriber.Status.values, help="only those in this state")

    def handle(self, *, output: Path | None = None, status: str | None = None, **options: Any) -> None:
        readers = Subscriber.objects.filter(status=status) if status else Subscriber.objects.all()
        if output is None:
            count = _write_pipe(self.stdout, readers)
        else:
            try:
                count = _write_file(output, readers)
            except OSError as error:
                raise CommandError(f"{output}: {error.strerror}") from error
            self.stderr.write(f"{count} subscribers written to {output}.")
        deed_done.send(
            sender=Subscriber,
            actor=None,
            verb="exported subscribers",
            subject="subscribers",
            details={"filter": f"status={status}" if status else "", "count": count},
        )


def _write_pipe(stream: Any, readers: Any) -> int:
    """Write to the standard output, and end quietly when its reader, such as `head`, has enough.

    Returns how many rows left us: the last of them may be lost in the pipe.
    """
    count = -1

    def counted(lines: Iterable[str]) -> Iterator[str]:
        nonlocal count
        for count, line in enumerate(lines):  # noqa: B007 (the number is what is wanted)
            yield line

    try:
        write_csv(readers, stream, watch=counted)
        stream.flush()
    except BrokenPipeError:
        # What is still buffered goes nowhere, or Python would complain about it at its end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    return max(count, 0)


def _write_file(path: Path, readers: Any) -> int:
    """Write beside the file and put it in place when it is whole; nobody but its owner may read it."""
    part = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            count = write_csv(readers, stream, watch=lambda lines: track(lines, "Subscribers", total=readers.count()))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count
