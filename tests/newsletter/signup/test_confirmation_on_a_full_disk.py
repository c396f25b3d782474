"""Emails as files (with DEBUG) on a full disk."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from newsletter.models import ConfirmationMail
from tests.small_disk import on_a_small_disk, small_disk  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db


@on_a_small_disk
def test_a_mail_waits_until_there_is_space(small_disk, settings, sign_up, run_tasks):  # noqa: F811
    """E6: full, then read-only: the email stays in the outbox, with its error, and is sent once it can."""
    disk = small_disk(1)
    folder = disk.path / "mail"
    folder.mkdir()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": str(folder)},
        },
    }  # fmt: skip

    def after(minutes: int) -> ConfirmationMail:
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes)):
            run_tasks()
        return ConfirmationMail.objects.get()

    with disk.full():
        sign_up("reader@example.com")
        run_tasks()
        mail = ConfirmationMail.objects.get()
        assert (mail.state, mail.trouble) == ("queued", "OSError")
    with disk.read_only(folder):
        mail = after(minutes=5)
        assert (mail.state, mail.tries) == ("queued", 2)
    assert after(minutes=30).state == "sent"
    assert any(b"reader@example.com" in file.read_bytes() for file in folder.iterdir())
