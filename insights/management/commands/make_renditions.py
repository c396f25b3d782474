"""Command `make_renditions`: make picture renditions in this process instead of in the worker."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insights.management.progress import track
from insights.models import Picture
from insights.pictures.renditions import RECIPE, make_renditions
from insights.text.invisible_characters import escape_invisible


class Command(BaseCommand):
    help = (
        "Create the smaller sizes of pictures that have none yet. Then render again the articles that show these "
        "pictures. The task worker does this by itself. Safe to stop and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also for pictures that already have smaller sizes")

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = Picture.objects.all() if options["all"] else Picture.objects.filter(renditions_recipe__lt=RECIPE)
        ids = list(waiting.order_by("pk").values_list("pk", flat=True))
        if not ids:
            self.stdout.write("Every picture already has its smaller sizes.")
            return
        made, refused = 0, []
        for pk in track(ids, "Pictures"):
            picture = Picture.objects.filter(pk=pk).first()
            if picture is None:
                continue  # deleted meanwhile
            if make_renditions(picture, force=options["all"]):
                made += 1
            else:
                refused.append(f"{picture.name} ({picture.file.name})")
        self.stdout.write(f"Created smaller sizes for {made} picture{'' if made == 1 else 's'}.")
        if refused:
            listed = "\n  ".join(map(escape_invisible, refused))
            raise CommandError(f"These pictures failed. The messages above show the reasons:\n  {listed}")
