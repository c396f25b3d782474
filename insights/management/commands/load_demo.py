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
        "Load the demo publication: articles, answers, subscribers and, with DEBUG, an account for each role. It adds "
        "what is missing, leaves alone what exists and does not bring back what somebody has deleted."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_demo(self.stdout.write, track=track)
        except ExchangeRefused as refused:
            raise CommandError(refusal(refused)) from None
        if not settings.DEBUG:
            self.stdout.write("Demo accounts are made only with DEBUG.")
            return
        path = settings.VAR_DIR / "demo-accounts.txt"
        accounts = make_accounts(path)
        self.stdout.write(f"Demo accounts for the desk, kept in {path}:")
        for role, email, password in accounts:
            self.stdout.write(f"  {role:18}  {email:24}  {password}")
