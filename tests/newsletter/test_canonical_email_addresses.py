"""One canonical form of an email address everywhere, also for rows of an earlier release."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from feedback.models import Answer
from insights.models import User
from newsletter.models import Subscriber, Suppression, SuppressionKey
from newsletter.subscribers import import_csv, write_csv
from tests.factories import make_article, make_user
from tests.newsletter.factories import make_subscriber

SHARP, PUNYCODE, DOUBLE_S = "tester@straße.example.de", "tester@xn--strae-oqa.example.de", "tester@strasse.example.de"


@pytest.mark.django_db
def test_two_hosts_are_two_subscribers_and_two_emails(sign_up, run_tasks, mailoutbox):
    """B2: ß and ss belong to two owners: each gets an email at the typed host."""
    for email in (SHARP, DOUBLE_S, PUNYCODE):
        sign_up(email)
    run_tasks()
    assert set(Subscriber.objects.values_list("email", flat=True)) == {PUNYCODE, DOUBLE_S}
    assert sorted(message.to[0] for message in mailoutbox) == sorted([PUNYCODE, DOUBLE_S])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spelling", [SHARP, PUNYCODE, "Tester@STRAẞE.example.de", "\u00a0tester@straße。example。de\u200b"]
)
def test_no_spelling_passes_the_suppression_list_by(spelling):
    """B2, X11: an email address erased in one spelling is not imported in another."""
    make_subscriber(SHARP).erase()
    report = import_csv(io.BytesIO(f"email\n{spelling}\n{DOUBLE_S}\n".encode()))
    assert [outcome.kind for outcome in report.outcomes] == ["skipped", "new"]


@pytest.mark.django_db
def test_files_with_invisible_characters_and_sharp_s_are_taken():
    """B2: both files of the report. Characters around an email address are dropped, and hosts stay apart."""
    report = import_csv(io.BytesIO("email\nreader.one@example.org\u00a0\nreader.two@example.org\u200b\n".encode()))
    assert report.counts["new"] == 2
    report = import_csv(io.BytesIO("\ufeffemail\u200b\nreader@straße.example.de\nreader@strasse.example.de\n".encode()))
    assert report.counts["new"] == 2
    stream = io.StringIO()
    write_csv(Subscriber.objects.all(), stream)
    written = [line.partition(",")[0] for line in stream.getvalue().splitlines()[1:]]
    assert written == [
        "reader.one@example.org", "reader.two@example.org",
        "reader@xn--strae-oqa.example.de", "reader@strasse.example.de",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_row_with_an_invisible_character_inside_is_named_alone():
    """B2: one such row, one line of the report."""
    report = import_csv(io.BytesIO("email\na@x.co\nb\u200bb@x.co\nc\u2060c@x.co\n".encode()))
    assert [problem.line for problem in report.problems] == [3, 4]
    assert "an invisible character" in report.problems[0].message


@pytest.mark.django_db
def test_staff_find_and_log_in_with_any_spelling(client):
    """B2: accounts and the search of the subscribers take the same function."""
    make_subscriber(SHARP)
    make_subscriber(DOUBLE_S)
    account = make_user("Newsletter manager", email="Ada@Straße.example", password="a long password")
    assert account.email == "ada@xn--strae-oqa.example"
    response = client.post(
        "/admin/login/",
        {"username": "\u200bada@STRAßE.example\u00a0", "password": "a long password", "next": "/admin/"},
    )
    assert response.status_code == 302
    page = client.get("/admin/newsletter/subscriber/", {"q": "\ufeffTester@straße.example.de"}).text
    assert PUNYCODE in page
    assert DOUBLE_S not in page


@pytest.mark.django_db
def test_accounts_are_made_with_the_canonical_address(client, monkeypatch):
    """B2: in the form and by the command."""
    client.force_login(make_user(superuser=True))
    data = {"email": "\u00a0Bo@Bücher.example\u200b", "name": "Bo", "is_staff": "on", "usable_password": "false"}
    assert client.post("/admin/insights/user/add/", data).status_code == 302
    assert User.objects.get(name="Bo").email == "bo@xn--bcher-kva.example"
    again = client.post("/admin/insights/user/add/", {**data, "email": "bo@XN--BCHER-KVA.example"})
    assert again.status_code == 400
    refused = client.post("/admin/insights/user/add/", {**data, "email": "b\u200bo@example.com"})
    assert "invisible character" in refused.text
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long password")
    call_command("createsuperuser", interactive=False, email="\u200bCy@Bücher.example\u00a0", name="Cy", verbosity=0)
    assert User.objects.get(name="Cy").email == "cy@xn--bcher-kva.example"


@pytest.mark.django_db
def test_comments_are_found_by_any_spelling(client):
    """B2: an email address in the moderation search."""
    article = make_article("On tokens")
    Answer.objects.create(article=article, helpful=True, message="So clear a text.", email="ada@xn--strae-oqa.example")
    client.force_login(make_user("Moderator"))
    assert "So clear a text." in client.get("/admin/feedback/answer/", {"q": "ada@straße.example"}).text
    assert "So clear a text." not in client.get("/admin/feedback/answer/", {"q": "ada@strasse.example"}).text


# Rows of an earlier release

BEFORE = [("newsletter", "0002_erasures"), ("insights", "0013_site_settings"), ("feedback", "0001_answers")]


@pytest.fixture
def earlier_release(transactional_db):
    """Yield the models of the release before. Afterwards the database is restored."""
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    yield MigrationExecutor(connection).loader.project_state(BEFORE).apps
    executor = MigrationExecutor(connection)
    executor.migrate(latest)


def upgrade() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_an_upgrade_brings_stored_addresses_into_the_canonical_form(earlier_release, caplog):
    """B2: no rows are merged, no suppression is lost, and duplicates of one email address are named."""
    Before = earlier_release.get_model("newsletter", "Subscriber")  # noqa: N806
    for email, key in [
        (SHARP, "tester@strasse.example.de"),
        (PUNYCODE, PUNYCODE),
        ("Ada@Example.COM", "ada@example.com"),
        ("bo@bücher.example", "bo@xn--bcher-kva.example"),
        ("cy@example.com", "cy@example.com"),
    ]:
        Before.objects.create(email=email, address_key=key)
    # The email address erased at straße is known by the older key alone.
    erased = SuppressionKey.hash("address", "gone@strasse.example.de")
    earlier_release.get_model("newsletter", "Suppression").objects.create(address_hash=erased)
    earlier_release.get_model("insights", "User").objects.create(email="dee@straße.example", name="Dee", password="x")
    upgrade()
    rows = list(Subscriber.objects.order_by("pk").values_list("email", flat=True))
    assert rows == [PUNYCODE, PUNYCODE, "Ada@example.com", "bo@xn--bcher-kva.example", "cy@example.com"]
    assert Subscriber.objects.for_email(SHARP).count() == 2  # the search shows both, so that both can be erased
    assert Subscriber.objects.for_email("ada@EXAMPLE.com").count() == 1
    assert not Subscriber.objects.for_email(DOUBLE_S).exists()
    assert "have one email address" in caplog.text
    assert "tester@" not in caplog.text
    assert User.objects.get_by_natural_key("Dee@STRAßE.example").name == "Dee"
    report = import_csv(io.BytesIO("email\ngone@straße.example.de\ngone@strasse.example.de\nnew@x.co\n".encode()))
    assert [outcome.kind for outcome in report.outcomes] == ["skipped", "skipped", "new"]
    Subscriber.objects.for_email(SHARP).erase()
    assert Suppression.suppressed([SHARP, PUNYCODE, DOUBLE_S, "cy@example.com"]) == {SHARP, PUNYCODE}


def test_three_rows_of_one_address_do_not_stop_an_upgrade(earlier_release):
    """B2: two international labels had four spellings with keys of their own. Erasing one row erases them all."""
    Before = earlier_release.get_model("newsletter", "Subscriber")  # noqa: N806
    spellings = ["a@straße.gaß.de", "a@straße.xn--ga-hia.de", "a@xn--strae-oqa.gaß.de", "a@xn--strae-oqa.xn--ga-hia.de"]
    for number, email in enumerate(spellings):
        Before.objects.create(email=email, address_key=f"older key {number}")
    upgrade()
    assert Subscriber.objects.for_email(spellings[0]).count() == 4
    Subscriber.objects.order_by("pk")[2].erase()
    assert not Subscriber.objects.exists()
    assert Suppression.suppressed(spellings[:1]) == set(spellings[:1])


def test_an_upgrade_can_be_taken_back_and_made_again(earlier_release):
    """B2, D08: after a reverse migration, keys have their older form, and rows and suppressions are all there."""
    upgrade()
    for email in (SHARP, "ada@bücher.example", "bo@example.com"):
        make_subscriber(email)
    make_subscriber("gone@straße.example.de").erase()
    MigrationExecutor(connection).migrate(BEFORE)
    Before = MigrationExecutor(connection).loader.project_state(BEFORE).apps.get_model("newsletter", "Subscriber")  # noqa: N806
    assert set(Before.objects.values_list("address_key", flat=True)) == {
        "tester@strasse.example.de", "ada@xn--bcher-kva.example", "bo@example.com",
    }  # fmt: skip
    upgrade()
    assert Subscriber.objects.for_email(SHARP).count() == 1
    assert Suppression.suppressed(["gone@straße.example.de", "bo@example.com"]) == {"gone@straße.example.de"}


@pytest.mark.django_db
def test_a_legacy_suppression_ends_only_for_the_address_that_is_surely_meant():
    """B2: a confirmation ends the suppression. The hash stays where it may stand for another email address."""
    Suppression.objects.create(address_hash=SuppressionKey.hash("address", "a@strasse.example"), is_legacy=True)
    sharp = make_subscriber("a@straße.example")
    assert sharp.confirm("test")
    assert Suppression.objects.count() == 1
    consent = "2026-05-25T09:00:00+00:00,One issue a week,paper form"
    header = "email,status,consent_at,consent_wording,consent_proof\n"
    report = import_csv(io.BytesIO(f"{header}a@straße.example,confirmed,{consent}\n".encode()))
    assert report.outcomes[0].kind == "unchanged"
    assert make_subscriber("a@strasse.example").confirm("test")
    assert not Suppression.objects.exists()
