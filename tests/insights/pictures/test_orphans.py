"""Cleanup of files that a killed upload left behind (D04)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from insights.pictures.orphans import GRACE, remove_orphans
from tests.factories import make_picture

pytestmark = pytest.mark.django_db


def later() -> time_machine.travel:
    return time_machine.travel(timezone.now() + GRACE + dt.timedelta(minutes=1))


def test_a_file_without_a_picture_goes_and_one_with_a_picture_stays() -> None:
    """D04: no orphan file after the cleanup."""
    kept = make_picture()
    orphan = default_storage.save("pictures/2026/orphan.png", ContentFile(b"half a picture"))
    with later():
        assert remove_orphans() == 1
    assert not default_storage.exists(orphan)
    assert default_storage.exists(kept.file.name)


def test_a_young_file_may_belong_to_an_open_transaction() -> None:
    orphan = default_storage.save("pictures/2026/young.png", ContentFile(b"half a picture"))
    assert remove_orphans() == 0
    assert default_storage.exists(orphan)


def test_a_file_that_goes_meanwhile_keeps_the_others_from_nothing(settings) -> None:
    orphan = default_storage.save("pictures/2026/orphan.png", ContentFile(b"half a picture"))
    (settings.MEDIA_ROOT / "pictures/2026/gone.png").symlink_to("nowhere")  # listed, but not there
    with later():
        assert remove_orphans() == 1
    assert not default_storage.exists(orphan)


def test_what_lies_outside_the_pictures_is_not_ours() -> None:
    other = default_storage.save("notes/readme.txt", ContentFile(b"by hand"))
    with later():
        remove_orphans()
    assert default_storage.exists(other)
