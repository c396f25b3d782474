"""Command `rerender`: render stored versions again if an older renderer made their HTML."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insights import signals
from insights.management.progress import bar
from insights.markup import RENDERER
from insights.models import Version
from insights.publishing.rerendering import rerender
from insights.text.invisible_characters import escape_invisible


class Command(BaseCommand):
    help = "Render stored versions again if an older renderer made their HTML. Safe to stop and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also versions that the current renderer made")

    def handle(self, *args: Any, **options: Any) -> None:
        versions = Version.objects.all() if options["all"] else Version.objects.exclude(renderer=RENDERER)
        total = versions.count()
        if not total:
            self.stdout.write("Every version is up to date.")
            return
        outcome = rerender(versions, tell=lambda done: self._show(done, total))
        self.stdout.write(f"Rendered versions: {outcome.done}. Changed: {outcome.changed}.")
        if outcome.changed:
            signals.listing_changed.send(sender=Version)
        if outcome.refused:
            listed = "\n  ".join(map(escape_invisible, outcome.refused))
            raise CommandError(f"These versions were not rendered and keep their old HTML:\n  {listed}")

    def _show(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{bar('Versions', done, total)}", ending="\n" if done >= total else "")
