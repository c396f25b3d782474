"""One row of a file as checked values, without the database."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from insights.text.email_addresses import strip_invisible
from newsletter.models import Consent, Subscriber
from newsletter.models.email_addresses import clean_address
from newsletter.subscribers.csv_columns import CONSENT_FIELDS, DATE_COLUMNS, SOURCE
from newsletter.subscribers.csv_dates import UnclearDate, read_date

IMPORT_PROOF = "listed in an imported file"
NOT_RECORDED = "not recorded"


class BadRow(Exception):
    """Reason why a row is refused, for the report."""


@dataclass(frozen=True)
class SubscriberRow:
    """A subscriber in the file: `dates` has only the given ones, `consents` has fields of Consent."""

    line: int
    email: str
    key: str
    uid: uuid.UUID | None
    dates: dict[str, dt.datetime]
    consents: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> str:
        for name, status in (("left_at", "left"), ("bounced_at", "bounced"), ("confirmed_at", "confirmed")):
            if name in self.dates:
                return status
        return "pending"


def parse_row(line: int, cells: Mapping[str, str], labels: Mapping[str, str] | None = None) -> SubscriberRow:
    """Check the cells of a row (column → value); `labels` has the file's names of columns. Raises BadRow."""
    labels = labels or {}
    if any("\0" in value for value in cells.values()):
        raise BadRow("the row contains a NUL byte; remove it")
    try:
        email = clean_address(cells["email"])
    except ValidationError as error:
        raise BadRow(f"email: {error.message}") from None
    dates = {
        name: date_time
        for name in DATE_COLUMNS
        if (date_time := _date_time(labels.get(name) or name, cells.get(name, "")))
    }
    consents = _history(cells["consents"]) if cells.get("consents") else _from_columns(cells)
    said = strip_invisible(cells.get("status", ""))
    if said == Subscriber.Status.CONFIRMED and "confirmed_at" not in dates:
        # Another program's list may give the date only once, as that of the consent.
        confirmed = [consent["happened_at"] for consent in consents if _is_confirmation(consent)]
        dates |= {"confirmed_at": confirmed[-1]} if confirmed else {}
    # A canonical email address is ASCII, so its key is the lower case.
    row = SubscriberRow(line, email, email.lower(), _uid(cells.get("uid", "")), dates, consents)
    if Subscriber.Status.CONFIRMED in {row.status, said} and not any(map(_is_confirmation, consents)):
        raise BadRow(
            "confirmed, but without a recorded consent. Fill in consent_at, consent_wording and consent_proof, or "
            "clear status and confirmed_at to import the row as pending"
        )
    if said and said != row.status:
        raise BadRow(f"status is “{said}”, but the dates mean “{row.status}”; fix one of them")
    return row


def _is_confirmation(consent: Mapping[str, Any]) -> bool:
    return bool(consent["what"] == Consent.What.CONFIRMED and consent.get("wording") and consent.get("proof"))


def _date_time(name: str, text: str) -> dt.datetime | None:
    if not (said := strip_invisible(text)):
        return None
    try:
        return read_date(said)
    except UnclearDate as error:
        raise BadRow(f"{name}: “{text[:40]}” {error}") from None


def _uid(text: str) -> uuid.UUID | None:
    if not (said := strip_invisible(text)):
        return None
    try:
        return uuid.UUID(said)
    except ValueError:
        raise BadRow(f"uid: “{text[:40]}” is not a UUID; fix it, or clear the cell") from None


def _history(text: str) -> list[dict[str, Any]]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRow("consents: not valid JSON; fix it, or clear the cell") from None
    if not isinstance(entries, list):
        raise BadRow("consents: must be a JSON list")
    return [_consent(entry) for entry in entries]


def _consent(entry: Any) -> dict[str, Any]:
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise BadRow("consents: each entry must be an object with text values")
    if unknown := set(entry) - {"what", "at", *CONSENT_FIELDS}:
        raise BadRow(f"consents: unknown key “{min(unknown)[:40]}”; remove it")
    if entry.get("what") not in Consent.What.values:
        raise BadRow(f"consents: “what” must be one of {', '.join(Consent.What.values)}")
    date_time = _date_time("consents", entry.get("at", ""))
    if date_time is None:
        raise BadRow("consents: each entry needs a date in “at”")
    return {"what": entry["what"], "happened_at": date_time, **_texts(entry)}


def _from_columns(cells: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the consents of a row without a history, from its other columns."""
    source = {name: cells[name] for name in SOURCE if cells.get(name)}
    confirmed_at = _date_time("consent_at", cells.get("consent_at", ""))
    if confirmed_at:
        texts = {"wording": cells.get("consent_wording", ""), "proof": cells.get("consent_proof", "")}
        return [{"what": Consent.What.CONFIRMED.value, "happened_at": confirmed_at, **_texts({**source, **texts})}]
    asked_at = _date_time("created_at", cells.get("created_at", ""))
    if source and asked_at:
        texts = {"wording": NOT_RECORDED, "proof": IMPORT_PROOF}
        return [{"what": Consent.What.ASKED.value, "happened_at": asked_at, **_texts({**source, **texts})}]
    return []


def _texts(entry: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a consent by field. Raises BadRow for one that is too long or contains a NUL."""
    for key, (_, length) in CONSENT_FIELDS.items():
        if len(entry.get(key, "")) > length or "\0" in entry.get(key, ""):
            raise BadRow(f"{key}: must be text of at most {length} characters, without NUL bytes")
    return {name: entry[key] for key, (name, _) in CONSENT_FIELDS.items() if key in entry}
