"""The bodies of the role table's POSTs, by the name in angle brackets."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from insights.publishing.edit_base import version_token
from insights.review import seen_as
from tests.config.role_world import PASSWORD

NEW_PASSWORD = "another-pass-word-5678"
Form = Callable[[SimpleNamespace], dict[str, Any]]


def _picture() -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (6, 4), (31, 63, 156)).save(stream, "PNG")
    return SimpleUploadedFile("blue.png", stream.getvalue(), "image/png")


def _chosen(action: str, row: str, **more: Any) -> Form:
    """Return the form of a bulk action on one row of a list."""
    return lambda world: {"action": action, "_selected_action": getattr(world, row).pk, "index": 0, **more}


def _decided(action: str) -> Form:
    return lambda world: {
        **_chosen(action, "answer")(world),
        f"seen-{world.answer.pk}": world.answer.changed_at.isoformat(),
    }


def _always(**values: Any) -> Form:
    return lambda world: values


def _typed_over(article: str) -> Form:
    """Return the form that an unchanged page with the current text sends."""
    return lambda world: {
        "title": "A new title", "body": "Some words.\n",
        "base": version_token(getattr(world, article).newest_version()),
    }  # fmt: skip


_STEP = {
    "slug": "a-step", "kind": "link", "heading": "A step", "target_url": "/insights/", "threshold": "3",
    "position": "0", "is_active": "on", "rule-TOTAL_FORMS": "1", "rule-MIN_NUM_FORMS": "1",
    "rule-MAX_NUM_FORMS": "1", "rule-0-keywords": "course", "rule-0-title_weight": "3", "rule-0-title_cap": "1",
    "rule-0-excerpt_weight": "1.5", "rule-0-excerpt_cap": "1", "rule-0-content_weight": "1", "rule-0-content_cap": "3",
}  # fmt: skip

FORMS: dict[str, Form] = {
    # accounts, groups and tasks
    "login": _always(username="editor@example.com", password=PASSWORD),
    "password": _always(old_password=PASSWORD, new_password1=NEW_PASSWORD, new_password2=NEW_PASSWORD),
    "set-password": _always(usable_password="true", password1=NEW_PASSWORD, password2=NEW_PASSWORD),
    "group": _always(name="Proofreaders"),
    "yes": _always(post="yes"),
    # the publication
    "article": _always(title="A new title", body="Some words.\n", _save="1"),
    "submit": _always(title="A new title", body="Some words.\n", _submit="1"),
    "publish": _always(title="A new title", body="Some words.\n", _publish="1"),
    "date": lambda world: {"at": (timezone.now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")},
    "past-moment": _always(at="2020-01-01T09:00"),
    "decision": lambda world: {"note": "Mend the end.", "seen": seen_as(world.handed.working_version())},
    "reviewer": lambda world: {"reviewer": world.publisher.pk},
    "no-reviewer": lambda world: {"reviewer": world.account.pk},
    "link": _always(days="7"),
    "typed": lambda world: {"title": "A new title", "body": "Some words.\n", "tab": "0" * 32},
    "typed-over-own": _typed_over("own"),
    "typed-over-out": _typed_over("own_out"),
    "typed-over-other": _typed_over("other"),
    "beat": _always(tab="0" * 32),
    "content": _always(content="# Words"),
    "version-name": _always(label="For the lawyer"),
    "two-texts": _always(before="One word.", after="One word more."),
    "beside": _always(title="A new title", excerpt="", body="Some words.\n"),
    "pasted": _always(html="<p><b>Bold</b> words</p>"),
    "image": lambda world: {"image": _picture(), "alt": "A field"},
    "picture": lambda world: {"upload": _picture(), "alt": "A field"},
    "words": _always(alt="A field", caption="Blue", focal_x="0.5", focal_y="0.5"),
    "category": _always(name="Policy", slug="policy", position="1"),
    "tag": _always(name="Policy", slug="policy"),
    "series": _always(title="Policy", slug="policy"),
    "byline": _always(name="B Desk", slug="b-desk", initials="BD"),
    "redirect": lambda world: {"kind": "article", "slug": "older-address", "article": world.out.pk},
    "new-step": _always(**_STEP, **{"rule-INITIAL_FORMS": "0"}),
    "step": lambda world: {**_STEP, "rule-INITIAL_FORMS": "1", "rule-0-id": world.step.rule.pk,
                           "rule-0-step": world.step.pk},
    "settings": _always(
        name="AI Scope Hub", tagline="Research", headline="Read slowly", introduction="Words", newsletter_name="Weekly",
        time_zone="UTC", signup_note="Monthly",
    ),
    "settings-preview": _always(
        name="AI Scope Hub", tagline="Research", headline="Read slowly", introduction="Words", newsletter_name="Weekly",
        time_zone="UTC", signup_note="Monthly", privacy_text="We keep nothing.", _preview="1",
    ),
    "new-account": _always(
        email="new@example.com", name="New", usable_password="true", password1=NEW_PASSWORD, password2=NEW_PASSWORD
    ),
    "account": _always(email="other@example.com", name="Renamed", is_active="on", is_staff="on"),
    "ignore-address": _chosen("ignore_url", "external_link"),
    "ignore-host": _chosen("ignore_host", "external_link"),
    "look-again": _chosen("look_again", "external_link"),
    "take-back": _chosen("take_back", "ignored_link"),
    "delete-tags": _chosen("delete_selected", "tag", post="yes"),
    # newsletter and comments
    "csv": lambda world: {
        "file": SimpleUploadedFile("readers.csv", b"email,status\nnew@example.com,pending\n", "text/csv"),
        "action": "import",
    },
    "broken-csv": lambda world: {"file": SimpleUploadedFile("readers.csv", b"name\nx\n", "text/csv")},
    "export-some": _chosen("export_selected", "subscriber"),
    "take-off": _chosen("take_off", "subscriber"),
    "ask-to-confirm": _chosen("send_confirmations", "subscriber"),
    "ask-to-erase": _chosen("erase_selected", "subscriber"),
    "erase": _chosen("erase_selected", "subscriber", post="yes"),
    "delete-readers": _chosen("delete_selected", "subscriber", post="yes"),
    "approve-some": _decided("approve"),
    "reject-some": _decided("reject"),
    "spam-some": _decided("spam"),
    "delete-answers": _chosen("delete_selected", "answer", post="yes"),
    "approve": lambda world: {
        "decision": "approve", f"seen-{world.answer.pk}": world.answer.changed_at.isoformat(),
    },
    "stale": lambda world: {"decision": "approve", f"seen-{world.answer.pk}": "2020-01-01T00:00:00+00:00"},
}  # fmt: skip
