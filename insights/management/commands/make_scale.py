"""Command `make_scale`: generate many articles for measurements."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insights.demo import scale
from insights.management.progress import bar

MOST = 1_000_000


class Command(BaseCommand):
    help = (
        "Generate articles for measurements until there are COUNT of them; other articles stay. Each run generates the "
        "same articles. Use this only with a test database. Safe to stop and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, metavar="COUNT")
        parser.add_argument("--versions", type=int, default=1, help="versions of each article; the last one is live")

    def handle(self, *args: Any, count: int, versions: int, **options: Any) -> None:
        if not 1 <= count <= MOST or not 1 <= versions <= 100:
            raise CommandError(f"COUNT must be from 1 to {MOST:,}, and --versions from 1 to 100.")
        made = scale.make_scale(
            count, versions=versions, tell=lambda step, done: self._show(step, done, max(count, done))
        )
        self.stdout.write(f"New articles: {made}. Generated articles in total: {count}.")

    def _show(self, step: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{bar(step, done, total)}", ending="\n" if done >= total else "")
