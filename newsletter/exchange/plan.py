"""What the rows of a file would change, decided from reads alone.

SQLite has one writer at a time, and a large file takes a while to think about. So it is read, hashed and decided before
the write transaction begins; under the lock each part of the plan is only held against the rows as they stand by then,
decided anew where somebody signed up, left or was erased in between, and written in bulk. A check of a file never gets
as far as a transaction.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from insights.models import Article, Step
from newsletter.models import Consent, Subscriber, Suppression

from .report import Report
from .rows import Row
from .writing import (
    Values,
    consent_values,
    insert_consents,
    insert_subscribers,
    news_values,
    subscriber_values,
    update_subscribers,
)


class Known(NamedTuple):
    """A reader whom the database knows already."""

    pk: int
    status: str
    confirmed_at: dt.datetime | None
    left_at: dt.datetime | None
    bounced_at: dt.datetime | None


@dataclass(frozen=True)
class Facts:
    """What the database says to some rows of a file: readers by address key, uids in use, hashes of the erased."""

    known: dict[str, Known]
    taken: set[uuid.UUID]
    erased: set[str]

    @classmethod
    def about(cls, rows: list[Row], hashes: list[str], *, for_update: bool = False) -> Facts:
        """The facts as they stand; `for_update` keeps known readers as they are until the transaction ends."""
        readers = Subscriber.objects.filter(address_key__in=[row.key for row in rows]).order_by("pk")
        if for_update:
            readers = readers.select_for_update()
        uids = [row.uid for row in rows if row.uid]
        return cls(
            {key: Known(*values) for key, *values in readers.values_list("address_key", *Known._fields)},
            set(Subscriber.objects.filter(uid__in=uids).values_list("uid", flat=True)) if uids else set(),
            Suppression.objects.among(hashes),
        )


class Links:
    """Slugs → rows that consents link to, each looked up once."""

    def __init__(self) -> None:
        self.articles: dict[str, int | None] = {"": None}
        self.steps: dict[str, int | None] = {"": None, **dict(Step.objects.values_list("slug", "pk"))}

    def of(self, entry: dict[str, Any]) -> dict[str, int | None]:
        slug = entry.get("article_slug", "")
        if slug not in self.articles:
            self.articles[slug] = Article.objects.filter(slug=slug).values_list("pk", flat=True).first()
        return {"article_id": self.articles[slug], "step_id": self.steps.get(entry.get("step_slug", ""))}


@dataclass
class Plan:
    """What becomes of some rows: new readers, moments of known ones, consents of both, and the report on them."""

    rows: list[Row]
    hashes: list[str]
    links: Links
    facts: Facts
    report: Report = field(default_factory=Report)
    fresh: list[Values] = field(default_factory=list)
    changed: list[Values] = field(default_factory=list)
    consents: list[Values] = field(default_factory=list)

    @classmethod
    def made(cls, rows: list[Row], hashes: list[str], links: Links, facts: Facts | None = None) -> Plan:
        plan = cls(rows, hashes, links, facts or Facts.about(rows, hashes))
        plan._decide()
        return plan

    def renewed(self) -> Plan:
        """The plan, or another one if the facts have changed since it was made; part of the write transaction."""
        facts = Facts.about(self.rows, self.hashes, for_update=True)
        return self if facts == self.facts else Plan.made(self.rows, self.hashes, self.links, facts)

    def _decide(self) -> None:
        news: list[tuple[Known, Row]] = []
        for row, address_hash in zip(self.rows, self.hashes, strict=True):
            reader = self.facts.known.get(row.key)
            if address_hash in self.facts.erased:
                self.report.tell(row.line, "left out", "erased at the reader's request")
            elif reader:
                news += [(reader, row)] if self._learn(reader, row) else []
            elif row.uid in self.facts.taken:
                self.report.complain(row.line, "uid: belongs to another reader")
            else:
                self._add(row)
        held = set(
            Consent.objects.filter(subscriber__in=[reader.pk for reader, _ in news]).values_list(
                "subscriber", "what", "happened_at"
            )
            if news
            else ()
        )
        for reader, row in news:
            self._add_consents(row, [e for e in row.consents if (reader.pk, e["what"], e["happened_at"]) not in held])

    def _add(self, row: Row) -> None:
        given = {"uid": row.uid, **row.moments} if row.uid else row.moments
        self.fresh.append(subscriber_values(Subscriber(email=row.email, address_key=row.key, **given)))
        self._add_consents(row, row.consents)
        self.report.tell(row.line, "new", row.status)

    def _add_consents(self, row: Row, entries: list[dict[str, Any]]) -> None:
        self.consents += [consent_values(row.key, Consent(**self.links.of(entry), **entry)) for entry in entries]

    def _learn(self, reader: Known, row: Row) -> bool:
        """Plan to add to a known reader what the file knows more; whether it does."""
        if reader.left_at:
            has_left_in_file = row.status == Subscriber.Status.LEFT
            self.report.tell(row.line, *(("unchanged",) if has_left_in_file else ("left out", "has left")))
            return False
        news = _news(reader, row)
        if not news:
            self.report.tell(row.line, "unchanged")
            return False
        self.changed.append(news_values(reader.pk, news))
        self.report.tell(row.line, "changed", row.status)
        return True


def write(plans: list[Plan]) -> None:
    """Write what is planned, table by table; part of the write transaction."""
    insert_subscribers(values for plan in plans for values in plan.fresh)
    update_subscribers(values for plan in plans for values in plan.changed)
    insert_consents(values for plan in plans for values in plan.consents)


def _news(reader: Known, row: Row) -> dict[str, Any]:
    """The moments to take over; what the reader confirmed after a moment in the file counts for more than the file."""
    news = {}
    for name, held in (("left_at", reader.left_at), ("bounced_at", reader.bounced_at)):
        moment = row.moments.get(name)
        if moment and held is None and not (reader.confirmed_at and reader.confirmed_at > moment):
            news[name] = moment
    if row.status == Subscriber.Status.CONFIRMED and reader.status == Subscriber.Status.PENDING:
        news["confirmed_at"] = row.moments["confirmed_at"]
    return news
