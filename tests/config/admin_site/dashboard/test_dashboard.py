"""The panels of the admin's start page: pending work, for the accounts that can do it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback.models import Answer
from insights.models import DailyViews, SiteSettings
from insights.publishing.drafts import import_version
from tests.config.role_world import make_failed_task
from tests.factories import make_article, make_history_entry, make_user
from tests.feedback.factories import make_answer
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

MOST_QUERIES = 18
HEADINGS = [
    "To review", "In review", "Changes requested", "Approved", "Scheduled", "Your drafts",
    "Comments waiting for approval", "Failed tasks", "Views per day", "Confirmed sign-ups per day",
    "Top articles, last 30 days",
]  # fmt: skip
NUMBERS = HEADINGS[-3:]


def page_for(client, user) -> str:
    client.force_login(user)
    return client.get("/admin/").text


def rows_under(page: str, heading: str) -> list[str]:
    """Return the rows of a panel as plain text."""
    section = re.search(rf"<section[^>]*><h2[^>]*>{heading} <span.*?</section>", page, re.DOTALL)
    assert section, heading
    rows = re.findall(r"<li[^>]*>(.*?)</li>", section[0], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def submit(title: str, author, *, reviewer=None, at: dt.datetime | None = None):
    article = make_article(title, published=None, user=author)
    article.working_version().submit(at)
    if reviewer:
        article.reviewer = reviewer
        article.save(update_fields=["reviewer"])
    make_history_entry(article, "handed_in", author, version=article.working_version(), person=reviewer)
    return article


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("Author", ["In review", "Changes requested", "Approved", "Your drafts"]),
        ("Editor", ["To review", "Changes requested", "Approved", "Scheduled", "Your drafts", *NUMBERS]),
        ("Moderator", ["Comments waiting for approval"]),
        ("Newsletter manager", NUMBERS),
    ],
)
def test_each_role_sees_its_own_panels(client, role, shown):
    make_article("Something that is out")
    page = page_for(client, make_user(role))
    assert [heading for heading in HEADINGS if re.search(rf"<h2[^>]*>{heading}\b", page)] == shown


class TestWhoWaitsForWhom:
    def test_who_is_named_sees_own_first_and_that_it_waits_for_them(self, client):
        author, editor, other = (
            make_user("Author", name="Arthur"),
            make_user("Editor"),
            make_user("Editor", name="Olga"),
        )
        longest = dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC)
        submit("For anybody", author, at=longest)
        submit("For Olga", author, reviewer=other)
        submit("For me", author, reviewer=editor)
        rows = rows_under(page_for(client, editor), "To review")
        assert rows[0].startswith("For me Submitted by Arthur on ")
        assert rows[0].endswith("; reviewer: you.")
        assert rows[1] == "For anybody Submitted by Arthur on May 25, 2026, 09:00 UTC."
        assert rows[2].endswith("; reviewer: Olga.")

    def test_an_author_sees_what_own_texts_wait_for(self, client):
        author, other = make_user("Author"), make_user("Author")
        submit("Mine", author, reviewer=make_user("Editor", name="Erika"))
        submit("Not mine", other)
        rows = rows_under(page_for(client, author), "In review")
        assert len(rows) == 1
        assert rows[0].endswith("; reviewer: Erika.")

    def test_what_was_given_back_comes_with_its_note(self, client):
        author, editor = make_user("Author"), make_user("Editor", name="Erika")
        article = submit("Almost", author)
        version = article.working_version()
        version.request_changes(dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC))
        note = "The second figure contradicts the first.\n" + "More words. " * 50
        make_history_entry(article, "returned", editor, version=version, person=author, note=note)
        page = page_for(client, author)
        row = rows_under(page, "Changes requested")[0]
        assert row.startswith(
            "Almost Requested by Erika on May 25, 2026, 09:00 UTC. The second figure contradicts the first."
        )
        assert row.endswith("…")
        assert rows_under(page, "Your drafts") == []
        assert rows_under(page_for(client, make_user("Author")), "Changes requested") == []

    def test_what_is_approved_waits_to_go_out(self, client):
        author, editor = make_user("Author"), make_user("Editor", name="Erika")
        article = submit("Fine", author)
        article.working_version().approve(dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC))
        make_history_entry(article, "approved", editor, version=article.working_version())
        page = page_for(client, editor)
        assert rows_under(page, "Approved") == ["Fine Approved by Erika on May 25, 2026, 09:00 UTC."]
        assert rows_under(page, "To review") == []


class TestTheSchedule:
    SUMMER = dt.datetime(2027, 7, 1, 7, 0, tzinfo=dt.UTC)

    def test_tells_publications_changes_and_withdrawals_in_their_order(self, client):
        SiteSettings(time_zone="Europe/Berlin").save()
        make_article("New", published=self.SUMMER)
        changed = make_article("Out")
        changed.publish(import_version(changed, {"body": "Other words.\n"}), self.SUMMER + dt.timedelta(days=1))
        make_article("Leaving").unpublish(self.SUMMER + dt.timedelta(days=2))
        assert rows_under(page_for(client, make_user("Editor")), "Scheduled") == [
            "New Will be published on July 1, 2027, 09:00 CEST.",
            "Out Changes will be published on July 2, 2027, 09:00 CEST.",
            "Leaving Will be unpublished on July 3, 2027, 09:00 CEST.",
        ]

    @pytest.mark.parametrize(
        ("zone", "expected"),
        [
            ("Asia/Tokyo", "New Will be published on July 1, 2027, 09:00 CEST, 16:00 your time."),
            ("Europe/Paris", "New Will be published on July 1, 2027, 09:00 CEST."),
            ("", "New Will be published on July 1, 2027, 09:00 CEST."),
        ],
    )
    def test_tells_the_account_s_own_hour_where_it_is_another(self, client, zone, expected):
        SiteSettings(time_zone="Europe/Berlin").save()
        make_article("New", published=self.SUMMER)
        assert rows_under(page_for(client, make_user("Editor", time_zone=zone)), "Scheduled") == [expected]

    def test_an_unpublished_article_is_not_listed_as_scheduled(self, client):
        make_article("Called off", published=timezone.now() + dt.timedelta(days=7)).unpublish()
        assert rows_under(page_for(client, make_user("Editor")), "Scheduled") == []

    def test_a_text_that_would_go_out_after_its_withdrawal_does_not(self, client):
        article = make_article("Never", published=self.SUMMER)
        article.unpublish(self.SUMMER - dt.timedelta(days=1))
        (row,) = rows_under(page_for(client, make_user("Editor")), "Scheduled")
        assert row.startswith("Never Will be unpublished on ")


def test_an_author_sees_own_drafts_only(client):
    author = make_user("Author")
    make_article("Mine to finish", published=None, user=author)
    make_article("Not mine", published=None, user=make_user("Author"))
    page = page_for(client, author)
    assert "Mine to finish" in page
    assert "Not mine" not in page


def test_what_an_author_may_no_longer_write_is_no_draft_of_theirs(client):
    author, editor = make_user("Author"), make_user("Editor")
    article = make_article("Out already", user=author)
    import_version(article, {"body": "An editor's changes.\n"}, user=editor)
    assert rows_under(page_for(client, author), "Your drafts") == []
    assert len(rows_under(page_for(client, author), "Changes requested")) == 0

    own = make_article("An editor's own", user=editor)
    import_version(own, {"body": "More.\n"}, user=editor)
    assert len(rows_under(page_for(client, editor), "Your drafts")) == 1


def test_a_text_without_a_known_submitter_is_listed_without_a_name(client):
    make_article("From a file", published=None).working_version().submit()
    (row,) = rows_under(page_for(client, make_user("Editor")), "To review")
    assert row.startswith("From a file Submitted on "), row


def test_what_people_wrote_is_text(client):
    """M09, F01: titles, notes and comments are shown escaped."""
    Answer.objects.create(article=make_article(), helpful=True, message="<script>alert(1)</script>", name="<b>x")
    author, administrator = make_user("Author", name="<i>A"), make_user(superuser=True)
    submit("<script>alert(2)</script>", author)
    page = page_for(client, administrator)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;script&gt;alert(2)" in page
    assert "Submitted by &lt;i&gt;A on" in page


def test_its_queries_are_few_and_do_not_grow_with_the_rows(client):
    superuser = make_user(superuser=True)
    page_for(client, superuser)
    counts = []
    for _ in range(2):
        for number in range(4):
            submit("", make_user("Author"), reviewer=superuser)
            make_article(published=timezone.now() + dt.timedelta(days=number + 1))
            leaving = make_article()
            leaving.unpublish(timezone.now() + dt.timedelta(days=1))
            DailyViews.objects.create(article=leaving, day=timezone.now().date(), views=3)
            make_subscriber(status="confirmed")
            make_answer(leaving, "Some words.")
            make_failed_task()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        counts.append(len(asked))
    assert counts[0] == counts[1] <= MOST_QUERIES, "\n".join(statement[:150] for statement in asked)


def test_an_account_with_single_rights_sees_what_they_let_it_do(client):
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    page = page_for(client, user)
    assert "Confirmed sign-ups per day" in page
    assert "To review" not in page
