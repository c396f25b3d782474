"""CSV export of subscribers: by permission, by POST, streamed, safe in a spreadsheet, and audited."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from insights.models import AuditEntry
from newsletter.models import Consent, Subscriber
from newsletter.subscribers import csv_lines, write_csv
from newsletter.subscribers.csv_cells import guarded, unguarded
from tests.factories import make_article, make_user
from tests.newsletter.factories import make_subscriber
from tests.site import MANAGE, ROOT

pytestmark = pytest.mark.django_db

EXPORT = "/admin/newsletter/subscriber/export/"


# Rows 1 to %s, inserted in the database: making them one by one takes longer than their export.
MANY_READERS = {
    vendor: "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
    "INSERT INTO newsletter_subscriber (uid, email, address_key, nonce, created_at) "
    f"SELECT {uid}, 'r' || n || '@example.com', 'r' || n || '@example.com', '', %s FROM numbers"
    for vendor, uid in {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}.items()
}


@pytest.fixture
def manager(client):
    user = make_user("Newsletter manager")
    client.force_login(user)
    return user


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode(), newline="")))


def test_strangers_are_sent_to_the_login(client):
    """X01: anonymous visitors get the login page, by either method."""
    for response in (client.get(EXPORT), client.post(EXPORT)):
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("role", ["Author", "Moderator", "Editor"])
def test_other_staff_may_not_export(client, role):
    """X01: author and moderator get 403, and no audit entry is written."""
    client.force_login(make_user(role))
    assert client.post(EXPORT).status_code == 403
    assert client.get(EXPORT).status_code == 403
    assert not AuditEntry.objects.filter(verb="exported subscribers").exists()


def test_the_manager_exports_by_post_only(client, manager):
    """X01: GET is 405. POST is a file, and the audit log has account, time, filter and count."""
    make_subscriber("a@example.com")
    make_subscriber("b@example.com", status="confirmed")
    assert client.get(EXPORT).status_code == 405
    response = client.post(f"{EXPORT}?status__exact=confirmed")
    assert response.status_code == 200
    assert [row["email"] for row in rows_of(response)] == ["b@example.com"]
    entry = AuditEntry.objects.get(verb="exported subscribers")
    assert (entry.actor, entry.details) == (manager, {"filter": "status__exact=confirmed", "count": 1})


def test_the_file_is_an_uncached_attachment(client, manager):
    """X05: type, attachment, nosniff, no-store."""
    response = client.post(EXPORT)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="subscribers-')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert response.streaming


def test_a_search_by_address_does_not_end_up_in_the_audit(client, manager):
    make_subscriber("renata@example.com")
    make_subscriber("other@example.com")
    response = client.post(EXPORT, query_params={"q": "Renata@Example.com"})
    assert [row["email"] for row in rows_of(response)] == ["renata@example.com"]
    assert "renata" not in str(AuditEntry.objects.get(verb="exported subscribers").details).lower()


def test_filters_that_cannot_be_read_are_the_visitors_error(client, manager):
    """H19: no filter on unoffered values."""
    assert client.post(f"{EXPORT}?created_at__gte=yesterday").status_code in {302, 400}
    assert client.post(f"{EXPORT}?consents__proof__startswith=x").status_code == 400


def test_export_needs_the_token_of_the_session(manager):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    assert client.post(EXPORT).status_code == 403


def test_every_state_is_exported_with_its_source(client, manager, sign_up):
    article = make_article("On tokens", slug="on-tokens")
    sign_up("reader@example.com", source=article.get_absolute_url(), article="on-tokens", step="newsletter")
    for status in ("pending", "confirmed", "left", "bounced"):
        make_subscriber(f"{status}@example.com", status=status)
    rows = {row["email"]: row for row in rows_of(client.post(EXPORT))}
    assert {row["status"] for row in rows.values()} == {"pending", "confirmed", "left", "bounced"}
    row = rows["reader@example.com"]
    assert (row["page"], row["article"], row["step"]) == ("/insights/on-tokens/", "on-tokens", "newsletter")
    assert row["article_title"] == "On tokens"
    assert json.loads(row["consents"])[0]["what"] == "asked"
    assert rows["confirmed@example.com"]["consent_wording"]


@pytest.mark.parametrize("email", ["=cmd|x@x.co", "+1@x.co", "-a@x.co", "'a@x.co"])
def test_cells_that_a_spreadsheet_would_compute_are_guarded(email):
    """X02: every such cell starts with an apostrophe. One that has an apostrophe gets another."""
    make_subscriber(email)
    stream = io.StringIO()
    write_csv(Subscriber.objects.all(), stream)
    [row] = csv.DictReader(io.StringIO(stream.getvalue(), newline=""))
    assert row["email"] == f"'{email}"


@pytest.mark.parametrize(
    "value",
    [
        '=HYPERLINK("http://e")',
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "+1",
        "-1",
        "'x",
        "''",
        "＝1",
        "\U000e0100=1",
        "\u180b=1",
    ],
)
def test_guarding_is_undone_by_reading(value):
    """X02: import takes one apostrophe away."""
    assert guarded(value) == f"'{value}"
    assert unguarded(guarded(value)) == value


HIDDEN = [
    " ", "   ", "\xa0", "\ufeff", "\u200b", "\u2060", "\u202e", "\u2003", "\u3000", "\x00", "\x0b", "\x1f", "\x85",
    "\xad", "\u2028", "\u3164", "\u2800", "\ufe0f", " \xa0\ufeff\u200b ",
]  # fmt: skip


@pytest.mark.parametrize("before", HIDDEN)
@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\rx", "\nx", "＝1"])
def test_what_cannot_be_seen_hides_no_formula(before, formula):
    """E13, X02: a blank, a BOM or the like before it. The import loses nothing of it."""
    value = f"{before}{formula}"
    assert guarded(value) == f"'{value}"
    assert unguarded(guarded(value)) == value


@pytest.mark.parametrize("before", HIDDEN)
def test_what_cannot_be_seen_is_kept_before_harmless_words(before):
    """E13, X02: nothing is added, and nothing removed."""
    for value in (f"{before}plain", before, f"{before}'x"):
        assert guarded(value) == value == unguarded(guarded(value))


@pytest.mark.parametrize("value", ["", "plain", "a=b", "x'", "2026-05-25"])
def test_harmless_cells_stay_as_they_are(value):
    assert guarded(value) == unguarded(value) == value


def test_titles_with_formulas_are_guarded_too():
    """X02: a formula from an article's title does not compute either."""
    subscriber = make_subscriber()
    subscriber.consents.create(what="asked", article_title="=1+1", wording="w", proof="p")
    [_, line] = csv_lines(Subscriber.objects.all())
    assert ",'=1+1," in line


def test_a_hundred_thousand_readers_stream_in_constant_memory():
    """X05: memory grows by less than 150 MB, far less in fact."""
    rows = 100_000
    with connection.cursor() as cursor:
        cursor.execute(MANY_READERS[connection.vendor], [rows, timezone.now()])
    before, most, count = resident_megabytes(), 0.0, 0
    for count, _ in enumerate(csv_lines(Subscriber.objects.all())):
        if count % 10_000 == 0:
            most = max(most, resident_megabytes())
    assert count == rows
    assert most - before < 60


def resident_megabytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6 if Path("/proc").exists() else 0.0


def test_the_command_writes_the_same_file_as_the_admin(client, manager, tmp_path, capsys):
    make_subscriber("a@example.com", status="confirmed")
    file = tmp_path / "readers.csv"
    call_command("export_subscribers", output=file)
    assert file.read_bytes() == b"".join(client.post(EXPORT).streaming_content)
    assert file.stat().st_mode & 0o077 == 0
    capsys.readouterr()
    call_command("export_subscribers")
    assert capsys.readouterr().out.encode() == file.read_bytes()
    assert AuditEntry.objects.filter(verb="exported subscribers", actor_name="command line").count() == 2


def test_a_reader_of_the_pipe_that_has_enough_ends_the_export_quietly(fresh_site):
    """`export_subscribers | head`: no traceback. The audit entry, there before the first row, has the full count."""
    fresh_site.shell(
        "from tests.newsletter.factories import make_subscriber\n"
        "for _ in range(900): make_subscriber(status='confirmed')"
    )
    process = subprocess.Popen(
        [*MANAGE, "export_subscribers"], cwd=ROOT, env=fresh_site.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline().startswith(b"email,status,")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 0
    rows = "AuditEntry.objects.get(verb='exported subscribers').details['count']"
    assert fresh_site.shell(f"from insights.models import AuditEntry; print({rows})") == "900"


def test_the_command_says_where_it_cannot_write(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("export_subscribers", output=tmp_path / "no" / "where.csv")


def test_the_selected_rows_can_be_exported(client, manager):
    chosen = make_subscriber("a@example.com")
    make_subscriber("b@example.com")
    data = {"action": "export_selected", "_selected_action": [chosen.pk]}
    response = client.post("/admin/newsletter/subscriber/", data)
    assert [row["email"] for row in rows_of(response)] == ["a@example.com"]
    assert AuditEntry.objects.get(verb="exported subscribers").details["count"] == 1


def test_the_history_of_consents_is_in_the_last_cell():
    reader = make_subscriber("a@example.com", status="confirmed")
    reader.leave("test")
    [row] = csv.DictReader(csv_lines(Subscriber.objects.all()))
    assert [entry["what"] for entry in json.loads(row["consents"])] == ["asked", "confirmed", "left"]
    assert Consent.objects.count() == 3
