"""CSV import of subscribers: all or nothing, with an error per row, and never against a person's will."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import threading
import uuid

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from insights.models import AuditEntry
from newsletter.admin.transfer import MAX_BYTES
from newsletter.models import Consent, Subscriber
from newsletter.subscribers import import_csv, write_csv
from tests.factories import make_article, make_user
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

IMPORT = "/admin/newsletter/subscriber/import/"
CONSENT = "2026-05-25T09:00:00+00:00,One letter a week,paper form at the fair"


def read(text: str | bytes, **options):
    return import_csv(io.BytesIO(text.encode() if isinstance(text, str) else text), **options)


def exported() -> str:
    stream = io.StringIO()
    write_csv(Subscriber.objects.all(), stream)
    return stream.getvalue()


def everything() -> list:
    hidden = {"id", "nonce", "subscriber_id"}
    rows = [
        *Subscriber.objects.order_by("address_key").values(),
        *Consent.objects.order_by("happened_at", "what").values(),
    ]
    return [{name: value for name, value in row.items() if name not in hidden} for row in rows]


def test_our_own_export_comes_back_without_a_loss():
    """X04: commas, quotes, line breaks, emoji, right-to-left: an empty database has the same rows again."""
    title = 'He said: "tokens, please"\n\u202bעברית\u202c 🎺 ,\r\n\'quoted'
    article = make_article("On tokens", slug="on-tokens")
    for status in ("pending", "confirmed", "left", "bounced"):
        reader = make_subscriber(f"{status}@example.com", status=status)
        reader.consents.create(
            what="asked", article=article, article_slug="on-tokens", article_title=title, wording="=1", proof="'p"
        )
    make_subscriber("=cmd|x@x.co")
    before, file = everything(), exported()
    Subscriber.objects.all().delete()
    report = read(file)
    assert report.counts == {"new": 5, "changed": 0, "unchanged": 0, "skipped": 0}
    assert everything() == before
    assert list(csv.reader(io.StringIO(exported(), newline=""))) == list(csv.reader(io.StringIO(file, newline="")))


def test_a_second_import_changes_nothing():
    """X04: idempotent."""
    make_subscriber(status="confirmed")
    before, file = everything(), exported()
    assert read(file).counts["unchanged"] == 1
    assert everything() == before


def test_an_import_sends_no_email(run_tasks):
    read("email\nreader@example.com\n")
    run_tasks()
    assert Subscriber.objects.get().status == "pending"
    assert not mail.outbox


def test_no_row_becomes_confirmed_without_a_recorded_consent():
    """X06: a row that says confirmed and has no consent is invalid, so nothing of the file is imported."""
    for header, row in [
        ("email,status", "a@example.com,confirmed"),
        ("email,confirmed_at", "a@example.com,2026-05-25"),
        ("email,status,consents", "a@example.com,confirmed,[]"),
        ("email,status,consent_at", "a@example.com,confirmed,2026-05-25"),
        ("email,confirmed_at,consent_at,consent_wording", "a@example.com,2026-05-25,2026-05-25,Letter"),
    ]:
        report = read(f"{header}\n{row}\n")
        assert "without a recorded consent" in str(report.problems[0]), header
    assert not Subscriber.objects.exists()


def test_a_list_with_consents_from_elsewhere_is_taken():
    report = read(f"email,status,consent_at,consent_wording,consent_proof\na@example.com,confirmed,{CONSENT}\n")
    assert report.is_applied
    reader = Subscriber.objects.get()
    assert (reader.status, reader.confirmed_at) == ("confirmed", dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC))
    assert reader.consents.get().proof == "paper form at the fair"


def test_an_unsubscribed_subscriber_is_never_resubscribed():
    """X06: the subscriber's choice counts for more than the file."""
    file_before = "email,status,consent_at,consent_wording,consent_proof\n" + f"a@example.com,confirmed,{CONSENT}\n"
    reader = make_subscriber("A@example.com", status="left")
    report = read(file_before)
    assert report.counts["skipped"] == 1
    assert "skipped (unsubscribed)" in str(report.outcomes[0])
    reader.refresh_from_db()
    assert reader.status == "left"


def test_an_erased_subscriber_is_never_added_again():
    """X11: the keyed hash of the email address is enough to skip it."""
    file = "email\na@example.com\nb@example.com\n"
    make_subscriber("A@EXAMPLE.com").erase()
    report = read(file)
    assert report.counts == {"new": 1, "changed": 0, "unchanged": 0, "skipped": 1}
    assert Subscriber.objects.get().email == "b@example.com"


def test_a_file_can_mark_subscribers_as_unsubscribed_or_bounced():
    for email in ("a@example.com", "b@example.com"):
        make_subscriber(email, confirmed_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    report = read("email,left_at,bounced_at\na@example.com,2026-02-01,\nb@example.com,,2026-02-01\n")
    assert report.counts["changed"] == 2
    assert dict(Subscriber.objects.values_list("email", "status")) == {
        "a@example.com": "left",
        "b@example.com": "bounced",
    }


def test_who_confirmed_after_the_file_was_written_stays_on_the_list():
    reader = make_subscriber("a@example.com", status="confirmed")
    read("email,left_at\na@example.com,2020-02-01\n")
    reader.refresh_from_db()
    assert reader.status == "confirmed"


def test_a_pending_reader_becomes_confirmed_by_a_file_with_a_consent():
    make_subscriber("a@example.com")
    read(f"email,status,consent_at,consent_wording,consent_proof\na@example.com,confirmed,{CONSENT}\n")
    assert Subscriber.objects.get().status == "confirmed"
    assert Consent.objects.filter(what="confirmed").count() == 1


BAD_ROWS = {
    "invalid address": ("email\nnot an address\n", "line 2: email: An email address can't contain spaces"),
    "duplicate": ("email\na@x.co\nA@X.CO\n", "line 3: email: already in line 2; remove one of the two"),
    "missing column": ("name\nAda\n", "line 1: the column “email” is missing"),
    "column twice": ("email,email\na@x.co,b@x.co\n", "line 1: two columns have the same heading; rename or remove one"),
    "too few cells": ("email,status\na@x.co\n", "line 2: cells: expected 2, found 1; check separators and quotes"),
    "NUL byte": ("email\na\0@x.co\n", "line 2: the row contains a NUL byte; remove it"),
    "unknown status": ("email,status\na@x.co,admin\n", "status: “admin” is not a known status; write pending, "),
    "contradiction": (
        "email,status,left_at\na@x.co,pending,2026-01-01\n",
        "status is “pending”, but the dates mean “left”; fix one of them",
    ),
    "no moment": ("email,left_at\na@x.co,yesterday\n", "left_at: “yesterday” is not a date; write it like "),
    "moment out of range": ("email,left_at\na@x.co,0001-01-01T00:00:00+10:00\n", "is not a date"),
    "no uid": ("email,uid\na@x.co,1\n", "uid: “1” is not a UUID; fix it, or clear the cell"),
    "no JSON": ("email,consents\na@x.co,{\n", "consents: not valid JSON; fix it, or clear the cell"),
    "deep JSON": (f"email,consents\na@x.co,{'[' * 100_000}\n", "consents: not valid JSON; fix it, or clear the cell"),
    "no list": ('email,consents\na@x.co,"{""a"": 1}"\n', "consents: must be a JSON list"),
    "unknown consent": (
        'email,consents\na@x.co,"[{""what"":""paid"",""at"":""2026-01-01""}]"\n',
        "consents: “what” must be one of ",
    ),
    "open quote": ('email\n"a@x.co\n', "not valid CSV: "),
    "a row of 10 MB": (
        "email\n" + "x" * (MAX_BYTES - 100) + "@x.co\n",
        "not valid CSV: the line has more than 1,000,000 characters",
    ),
    "a cell of 200 kB": ("email\n" + "x" * 200_000 + "@x.co\n", "not valid CSV: field larger"),
    "a cell of many lines": ('email\n"' + "x\n" * 200_000 + '"\n', "not valid CSV: field larger"),
    "UTF-16 in the middle": (b"email\na@x.co\n" + "b@x.co\n".encode("utf-16"), "The file is not UTF-8 text."),
    "half a UTF-16 character": ("email\na@x.co\n".encode("utf-16")[:-1], "The file is not UTF-8 text."),
    "empty file": ("", "the column “email” is missing"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_files_are_reported_and_change_nothing(name):
    """X06: each row is named with its reason. Valid rows of the same file are not imported either."""
    file, message = BAD_ROWS[name]
    if isinstance(file, str) and file.startswith("email\n"):
        file = file.replace("email\n", "email\ngood@example.com\n", 1)
        message = message.replace("line 3", "line 4").replace("already in line 2", "already in line 3")
        message = message.replace("line 2:", "line 3:")
    report = read(file)
    assert message in "\n".join(map(str, report.problems))
    assert not report.is_applied
    assert not Subscriber.objects.exists()


def test_every_bad_row_is_named():
    report = read("email\n" + "".join(f"bad{number}\n" for number in range(20)))
    assert [problem.line for problem in report.problems] == list(range(2, 22))


def test_a_report_of_a_hopeless_file_ends_somewhere():
    assert len(read("email\n" + "bad\n" * 50_000).problems) == 500


def test_a_byte_order_mark_and_empty_lines_are_fine():
    assert read("\ufeffemail\r\n\r\na@example.com\r\n\r\n").counts["new"] == 1


def test_a_uid_of_another_reader_is_refused():
    uid = make_subscriber("a@example.com").uid
    report = read(f"email,uid\nb@example.com,{uid}\n")
    assert "uid: belongs to another subscriber; fix it, or clear the cell" in str(report.problems[0])
    assert Subscriber.objects.count() == 1


def test_a_dry_run_says_what_would_be_and_changes_nothing():
    report = read("email\na@example.com\n", is_dry_run=True)
    assert (report.counts["new"], report.is_applied) == (1, False)
    assert not Subscriber.objects.exists()


def test_dates_that_a_file_does_not_name_stay_as_they_are():
    before = make_subscriber("a@example.com", confirmed_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert read("email,left_at\na@example.com,2026-02-01\n").counts["changed"] == 1
    after = Subscriber.objects.get()
    assert (after.confirmed_at, after.uid, after.nonce) == (before.confirmed_at, before.uid, before.nonce)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (
            "Mailing place,Name\na@x.co,Ada\n",
            "the heading “Mailing place” is unknown; name the email address column “email”",
        ),
        ("name,town\nAda,Bath\n", "the column “email” is missing; found columns: “name”, “town”"),
        ("name;town\nAda;Bath\n", "the column “email” is missing; found columns: “name”, “town”"),
        ("a@x.co,Ada\nb@x.co,Ben\n", "the first line has an email address instead of headings"),
        ("Email,E-Mail,EMAIL\na@x.co,b@x.co,c@x.co\n", "two columns have the same heading; rename or remove one"),
    ],
)
def test_a_head_that_cannot_be_read_is_one_fault_and_names_the_trouble(client, manager, file, words):
    """X06: the separator or the heading is named, and no row is blamed."""
    report = read(file)
    [problem] = report.problems
    assert words in str(problem)
    assert problem.line == 1
    page = client.post(IMPORT, upload(file, action="check")).text
    assert "Nothing was changed. The file can&#x27;t be imported:" in page


def test_rows_are_counted_and_not_their_faults(client, manager):
    assert read("email\ngood@x.co\nbad\n").trouble() == "1 row can't be imported"
    assert read("email\nbad\nworse\n").trouble() == "2 rows can't be imported"
    assert read("email\n" + "bad\n" * 600).trouble() == "At least 500 rows can't be imported"
    assert "1 row can&#x27;t be imported:" in client.post(IMPORT, upload("email\nbad\n", action="import")).text


def test_a_uid_that_stands_in_a_file_twice_is_refused():
    uid = uuid.uuid4()
    report = read(f"email,uid\na@x.co,{uid}\nb@x.co,{uid}\n")
    assert [str(problem) for problem in report.problems] == [
        "line 3: uid: already in line 2; fix it, or clear the cell"
    ]


# In the admin


@pytest.fixture
def manager(client):
    user = make_user("Newsletter manager")
    client.force_login(user)
    return user


def upload(content: bytes | str, **data):
    file = SimpleUploadedFile("readers.csv", content.encode() if isinstance(content, str) else content, "text/csv")
    return {"file": file, **data}


def test_the_admin_checks_and_imports(client, manager):
    """X06: a dry run changes nothing. An import is audited with its counts."""
    assert client.get(IMPORT).status_code == 200
    checked = client.post(IMPORT, upload("email\na@example.com\n", action="check"))
    assert "Dry run: 1 new" in checked.text
    assert not Subscriber.objects.exists()
    done = client.post(IMPORT, upload("email\na@example.com\n", action="import"))
    assert "Imported: 1 new" in done.text
    assert Subscriber.objects.get().email == "a@example.com"
    entry = AuditEntry.objects.get(verb="imported subscribers")
    assert (entry.actor, entry.details["new"]) == (manager, 1)


def test_the_admin_reports_bad_rows(client, manager):
    """X06: 400, the rows with their reasons, and their values as text."""
    response = client.post(IMPORT, upload("email,status\na@x.co,<script>alert(1)</script>\n", action="import"))
    assert response.status_code == 400
    assert "line 2: status: “&lt;script&gt;" in response.text
    assert not Subscriber.objects.exists()


def test_the_admin_refuses_a_file_that_is_too_large(client, manager):
    """X06: 413."""
    response = client.post(IMPORT, upload(b"x" * (MAX_BYTES + 1), action="import"))
    assert response.status_code == 413
    assert "The file is over 10 MB." in response.text
    assert "import_subscribers" in response.text


def test_the_admin_asks_for_a_file(client, manager):
    assert client.post(IMPORT, {"action": "import"}).status_code == 400


@pytest.mark.parametrize("role", ["Author", "Moderator", "Editor"])
def test_other_staff_may_not_import(client, role):
    client.force_login(make_user(role))
    assert client.get(IMPORT).status_code == 403
    assert client.post(IMPORT, upload("email\na@example.com\n", action="import")).status_code == 403
    assert not Subscriber.objects.exists()


def test_strangers_may_not_import(client):
    assert client.post(IMPORT, upload("email\na@example.com\n", action="import")).status_code == 302
    assert not Subscriber.objects.exists()


# On the command line


def test_the_command_imports_and_reports(tmp_path, capsys):
    file = tmp_path / "readers.csv"
    file.write_text("email\na@example.com\n")
    call_command("import_subscribers", file, dry_run=True)
    assert "Dry run: 1 new" in capsys.readouterr().out
    assert not Subscriber.objects.exists()
    call_command("import_subscribers", str(file))
    assert "Done: 1 new" in capsys.readouterr().out
    assert AuditEntry.objects.get(verb="imported subscribers").actor_name == "command line"


def test_the_command_fails_on_bad_rows_and_missing_files(tmp_path, capsys):
    file = tmp_path / "readers.csv"
    file.write_text("email\nbad\n")
    with pytest.raises(CommandError, match="1 row can't be imported; nothing was changed"):
        call_command("import_subscribers", str(file))
    assert "line 2: email" in capsys.readouterr().err
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_subscribers", str(tmp_path / "none.csv"))


def test_the_command_reads_a_pipe(tmp_path, capsys):
    """Such as the end of `zcat list.csv.gz |`, which counting rows for a progress bar would consume."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=["email\na@example.com\n"])
    writer.start()
    call_command("import_subscribers", str(pipe))
    writer.join()
    assert "Done: 1 new" in capsys.readouterr().out
