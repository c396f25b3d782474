"""Command `load_demo`: load the demo publication and demo accounts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from insights.demo.accounts import make_accounts
from insights.demo.loading import load_demo
from insights.exchange.problems import ExchangeRefused
from insights.management.commands.import_articles import refusal
from insights.management.progress import track


class Command(BaseCommand):
    help = (
        "Load the demo publication: articles, comments, subscribers and, with DEBUG, an account for each role. Only "
        "missing content is added. Existing content does not change, and deleted demo content is not added again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_demo(self.stdout.write, track=track)
        except ExchangeRefused as refused:
            raise CommandError(refusal(refused)) from None
        if not settings.DEBUG:
            self.stdout.write("Demo accounts are created only with DEBUG.")
            return
        path = settings.VAR_DIR / "demo-accounts.txt"
        accounts = make_accounts(path)
        self.stdout.write(f"Demo accounts for the admin, also saved in {path}:")
        for role, email, password in accounts:
            self.stdout.write(f"  {role:18}  {email:24}  {password}")
