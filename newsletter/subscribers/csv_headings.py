"""Headings of a file, ours or another program's, and each row under our headings.

If several headings fit a column, the first in the lists below counts. An unknown column is skipped and reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.utils import timezone

from insights.text.email_addresses import strip_invisible
from newsletter.models import Subscriber
from newsletter.subscribers.csv_cells import unguarded
from newsletter.subscribers.csv_columns import COLUMNS
from newsletter.subscribers.csv_dates import UnclearDate, read_date
from newsletter.subscribers.csv_rows import BadRow
from newsletter.subscribers.csv_statuses import BOUNCED, LEFT, UnknownWord, as_name, is_yes, state_of

EMAIL = (
    "email email_address e_mail e_mail_address emailaddress mail mail_address subscriber_email user_email "
    "contact_email subscriber"
)
CREATED = (
    "created_at creation_date created date_created created_date create_date create_time creation_time optin_time "
    "opt_in_time optin_date opt_in_date signup_date sign_up_date signed_up_at signed_up signup_time subscribed_at "
    "subscribe_date date_subscribed subscribed_on subscribed_date subscription_date added_time added_at date_added "
    "added added_on date_joined joined_at join_date joined"
)
LEFT_DATES = (
    "left_at unsub_time unsubscribed_at unsubscription_date unsubscribe_date unsubscribed_date date_unsubscribed "
    "unsubscribe_time unsubscribed_on unsubscribed_time opt_out_time optout_time opt_out_date optout_date "
    "opted_out_at email_opt_out_date complained_at complaint_date spam_complaint_date deleted_at removed_at "
    "blocklisted_at blacklisted_at"
)
BOUNCE_DATES = "bounced_at clean_time cleaned_at bounce_date bounce_time bounced_date undeliverability_date"
CHANGED = "last_changed updated_at modified_time modified_at last_modified last_updated date_modified"
STATES = (
    "status subscription_status subscriber_status email_status subscription_state subscriber_state list_status "
    "member_status email_subscription_status email_subscriber_status email_marketing_status marketing_status "
    "contact_status"
)
# Some programs store the state here; others name a plan or a region.
PLANS = "state type subscriber_type subscription_type member_type"
YES_IS_OFF = (
    "unsubscribed is_unsubscribed email_disabled opted_out opt_out optout email_opt_out has_opted_out_of_email "
    "blacklisted blocklisted email_blacklisted email_blocklisted emailblacklisted suppressed do_not_email "
    "unsubscribed_from_all_email unsubscribed_from_emails complained spam_complaint"
)
NO_IS_OFF = (
    "subscribed subscribed_to_emails is_subscribed email_subscribed email_enabled active is_active enabled "
    "accepts_marketing accepts_email_marketing marketing_consent email_consent opted_in opt_in"
)
YES_IS_BOUNCED = "bounced is_bounced hard_bounced cleaned undeliverable"


_DATES = {"created_at": CREATED, "left_at": LEFT_DATES, "bounced_at": BOUNCE_DATES, "changed_at": CHANGED}
_SWITCHES = ((YES_IS_OFF, LEFT, True), (NO_IS_OFF, LEFT, False), (YES_IS_BOUNCED, BOUNCED, True))
_ELSEWHERE = {"email", "status", *_DATES}


@dataclass
class Layout:
    """Meaning of each column. `headings` are the file's own; numbers count its columns from 0."""

    headings: list[str]
    ours: dict[str, int] = field(default_factory=dict)
    dates: dict[str, list[int]] = field(default_factory=dict)
    states: list[tuple[int, bool]] = field(default_factory=list)  # and whether other words are allowed
    switches: list[tuple[int, str, bool]] = field(default_factory=list)  # and the state that a yes (True) or a no means

    def __post_init__(self) -> None:
        self._names = [as_name(heading) for heading in self.headings]
        self.ours = {column: found[0] for column in COLUMNS if column not in _ELSEWHERE and (found := self._at(column))}
        if emails := self._at(EMAIL):
            self.ours["email"] = emails[0]
        self.dates = {column: found for column, words in _DATES.items() if (found := self._at(words))}
        self.states = [(number, False) for number in self._at(STATES)] + [(number, True) for number in self._at(PLANS)]
        self.switches = [(number, state, on) for words, state, on in _SWITCHES for number in self._at(words)]
        taken = {*self.ours.values(), *(number for found in self.dates.values() for number in found)}
        taken |= {number for number, *_ in self.states} | {number for number, *_ in self.switches}
        self.width = 1 + max(taken, default=-1)  # cells that a row needs
        self.skipped = [heading for number, heading in enumerate(self.headings) if heading and number not in taken]
        counts = Counter(self._names)
        self.is_double = any(counts[self._names[number]] > 1 for number in taken)

    def _at(self, words: str) -> list[int]:
        return [number for word in words.split() for number, name in enumerate(self._names) if name == word]

    @property
    def has_consents(self) -> bool:
        return bool({"consents", "consent_at"} & set(self.ours))

    def cells(self, row: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return the row under our headings, and the file's heading of each date. Raises BadRow."""
        cells = {column: unguarded(row[number]) for column, number in self.ours.items()}
        labels: dict[str, str] = {}
        for column, numbers in self.dates.items():
            for number in numbers:
                if strip_invisible(row[number]):
                    cells[column], labels[column] = unguarded(row[number]), self.headings[number]
                    break
        said = [self._state(row, number, may_differ) for number, may_differ in self.states]
        said += [self._switch(row, *switch) for switch in self.switches]
        off = LEFT if LEFT in said else BOUNCED if BOUNCED in said else ""
        if off and not cells.get(f"{off}_at"):
            # The last date in the row: a later confirmation on this site takes precedence.
            known = next((name for name in ("changed_at", "created_at") if cells.get(name)), "")
            cells[f"{off}_at"] = cells[known] if known else timezone.now().isoformat()
            labels[f"{off}_at"] = labels.get(known, "")
        cells["status"] = "" if off else self._own_status(row)
        return cells, labels

    def _own_status(self, row: Sequence[str]) -> str:
        """Return a status in our own words, which must agree with the dates; empty for other words."""
        own = next((row[number] for number, _ in self.states if self._names[number] == "status"), "")
        return word if (word := as_name(own)) in Subscriber.Status.values else ""

    def _state(self, row: Sequence[str], number: int, may_differ: bool) -> str:
        text = strip_invisible(row[number])
        try:
            return state_of(text, may_differ=may_differ) if text else ""
        except UnknownWord:
            advice = f"is not a known status; write {', '.join(Subscriber.Status.values)}, or clear the cell"
            raise BadRow(f"{self.headings[number]}: “{text[:40]}” {advice}") from None

    def _switch(self, row: Sequence[str], number: int, state: str, meant: bool) -> str:
        """Return `state` if the cell means it. Some programs write a date or the name of a state here."""
        text = strip_invisible(row[number])
        if not text:
            return ""
        with suppress(UnknownWord):
            return state if is_yes(text) is meant else ""
        with suppress(UnknownWord):
            return state_of(text)
        try:
            read_date(text)
        except UnclearDate:
            advice = "is not yes or no; write one of them, or clear the cell"
            raise BadRow(f"{self.headings[number]}: “{text[:40]}” {advice}") from None
        return state if meant else ""
