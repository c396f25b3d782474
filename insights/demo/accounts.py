"""Demo accounts, one for each role, only with DEBUG; a private file keeps the passwords for `make run`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction

from insights.models import Author, User

# role → (local part of the email address, name)
ACCOUNTS = {
    "Author": ("author", "Demo author"),
    "Editor": ("editor", "Demo editor"),
    "Moderator": ("moderator", "Demo moderator"),
    "Newsletter manager": ("newsletter", "Demo newsletter manager"),
    "Administrator": ("admin", "Demo administrator"),
}
HOST = "demo.example"
BYLINE = "explainers-desk"  # slug of the byline that the demo author gets


def make_accounts(path: Path) -> list[tuple[str, str, str]]:
    """Create missing accounts; return role, email address and password of each, also stored at `path`."""
    kept = _kept(path)
    found = []
    with transaction.atomic():
        for role, (local, name) in ACCOUNTS.items():
            email = f"{local}@{HOST}"
            user = User.objects.filter(email=email).first()
            password = kept.get(email) or secrets.token_urlsafe(12)
            if user is None:
                user = User.objects.create_user(
                    email, password, name=name, is_staff=True, is_superuser=role == "Administrator"
                )
                user.groups.set(Group.objects.filter(name=role))
                if role == "Author":
                    Author.objects.filter(slug=BYLINE, user=None).update(user=user)
            elif email not in kept:  # the password is lost
                user.set_password(password)
                user.save(update_fields=["password"])
            found.append((role, email, password))
        _keep(path, found)
    return found


def _kept(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    return {words[-2]: words[-1] for line in lines if len(words := line.split()) >= 3}


def _keep(path: Path, accounts: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{role:18}  {email:24}  {password}\n" for role, email, password in accounts)
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:  # noqa: PTH123
        stream.write(text)
    beside.replace(path)
