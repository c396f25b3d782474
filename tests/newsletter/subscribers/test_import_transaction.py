"""A large import is read before its write transaction. Changes by people meanwhile take precedence."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Consent, Subscriber, SuppressionKey
from newsletter.subscribers import import_csv
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

HEADED = "email,status,consent_at,consent_wording,consent_proof\n"
CONSENT = "2026-05-25T09:00:00+00:00,One letter a week,paper form at the fair"


def read(text: str, **options):
    return import_csv(io.BytesIO(text.encode()), **options)


def test_a_check_asks_and_never_writes():
    """X06: a dry run of a large file keeps no writer waiting, since it takes no transaction and no lock."""
    make_subscriber("known@example.com")
    rows = "".join(f"reader{number}@example.com,confirmed,{CONSENT}\n" for number in range(1_200))
    with CaptureQueriesContext(connection) as queries:
        report = read(f"{HEADED}known@example.com,confirmed,{CONSENT}\n{rows}", is_dry_run=True)
    assert report.counts == {"new": 1_200, "changed": 1, "unchanged": 0, "skipped": 0}
    assert all(is_beside_the_tables(query["sql"]) for query in queries)


def is_beside_the_tables(sql: str) -> bool:
    """Return whether a statement only reads, or touches nothing but the import's temporary tables."""
    return sql.startswith("SELECT") or re.match(r"\w+ .*?(import_\w+|temp\.\w+)", sql.strip()) is not None


def test_a_large_import_writes_in_a_few_statements_once_all_is_read():
    """X06, E14: the lock is held for as many statements for 1,200 rows as for one."""
    make_subscriber("known@example.com")
    rows = "".join(f"reader{number}@example.com,confirmed,{CONSENT}\n" for number in range(1_200))
    SuppressionKey.hash_address("")  # the key is there
    with CaptureQueriesContext(connection) as queries:
        assert read(f"{HEADED}known@example.com,confirmed,{CONSENT}\n{rows}").is_applied
    statements = [query["sql"] for query in queries]
    begin = next(number for number, sql in enumerate(statements) if sql.startswith("SAVEPOINT"))
    end = next(number for number, sql in enumerate(statements) if sql.startswith("RELEASE"))
    assert all(is_beside_the_tables(sql) for sql in statements[:begin] + statements[end + 1 :])
    assert end - begin < 14
    written = [sql.split()[:3] for sql in statements[begin:end] if "newsletter_" in sql.partition("(")[0]]
    assert [words for words in written if words[0] in {"INSERT", "UPDATE"}] == [
        ["INSERT", "INTO", "newsletter_subscriber"],
        ["UPDATE", "newsletter_subscriber", "SET"],
        ["INSERT", "INTO", "newsletter_consent"],
        ["INSERT", "INTO", "newsletter_consent"],
    ]
    assert Subscriber.objects.confirmed().count() == 1_201
    assert Consent.objects.filter(what="confirmed", wording="One letter a week").count() == 1_201


def test_what_readers_do_while_a_file_is_looked_at_counts_for_more_than_the_file():
    """X06, X11: those who left or were erased meanwhile stay so, new sign-ups are known, the others are imported."""
    names = ("leaves", "erased", "signs-up", "other")
    leaving, erased = (make_subscriber(f"{name}@example.com") for name in names[:2])

    def watch(rows):
        yield from rows  # from here on the whole file is read
        leaving.leave("test")
        erased.erase()
        make_subscriber("signs-up@example.com")

    report = read(HEADED + "".join(f"{name}@example.com,confirmed,{CONSENT}\n" for name in names), watch=watch)
    assert list(map(str, report.outcomes)) == [
        "line 2: skipped (unsubscribed)",
        "line 3: skipped (erased on request)",
        "line 4: changed (confirmed)",
        "line 5: new (confirmed)",
    ]
    assert dict(Subscriber.objects.values_list("email", "status")) == {
        "leaves@example.com": "left",
        "signs-up@example.com": "confirmed",
        "other@example.com": "confirmed",
    }


def test_a_uid_that_is_taken_while_a_file_is_looked_at_stops_all_of_it():
    uid = uuid.uuid4()

    def watch(rows):
        yield from rows
        make_subscriber("other@example.com", uid=uid)

    report = read(f"email,uid\na@example.com,\nb@example.com,{uid}\n", watch=watch)
    assert "line 3: uid: belongs to another subscriber; fix it, or clear the cell" in str(report.problems[0])
    assert not report.is_applied
    assert Subscriber.objects.get().email == "other@example.com"
