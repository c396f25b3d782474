"""Permissions and conflicts: two editors on one text, an author among editors, and the list of articles."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from insights.models import Article, AuditEntry, Version
from insights.review import seen_as
from tests.factories import make_article, make_author, make_category, make_step, make_tag, make_user
from tests.insights.article_form import change_url, form_values, local_tomorrow, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    user = make_user("Author")
    client.force_login(user)
    return user


class TestTwoEditors:
    def test_the_second_gets_both_texts(self, client, editor):
        """D02: 409. The first one's text is stored, the second one's is still in the form."""
        article = make_article(published=None, body="Common.\n")
        first, second = form_values(client, change_url(article)), form_values(client, change_url(article))
        assert client.post(change_url(article), {**first, "body": "First.", "_save": "1"}).status_code == 302
        answer = client.post(change_url(article), {**second, "body": "Second.", "_save": "1"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert article.working_version().body == "First.\n"
        assert "You saved this article in another tab or window" in page
        assert "First." in page
        assert "Second." in page

    def test_an_editor_who_has_seen_both_may_save(self, client, editor):
        article = make_article(published=None)
        values = form_values(client, change_url(article))
        send(client, article, body="First.")
        answer = client.post(change_url(article), {**values, "body": "Second.", "_save": "1"})
        base = answer.context["adminform"].form["base"].value()
        again = client.post(change_url(article), {**values, "base": base, "body": "Both.", "_save": "1"})
        assert again.status_code == 302
        assert article.working_version().body == "Both.\n"

    def test_no_text_is_published_unseen(self, client, editor):
        article = make_article(published=None, body="Seen.\n")
        values = form_values(client, change_url(article))
        send(client, article, body="Unseen.")
        assert client.post(change_url(article), {**values, "_publish": "1"}).status_code == 409
        assert article.status() == "draft"

    def test_a_double_click_is_no_conflict_with_oneself_twice_over(self, client, editor):
        article = make_article(published=None)
        values = {**form_values(client, change_url(article)), "body": "Once.", "_save": "1"}
        assert client.post(change_url(article), values).status_code == 302
        assert client.post(change_url(article), values).status_code == 302
        assert article.versions.count() == 2  # the version that was there, and this one


class TestAnAuthor:
    def test_writes_and_submits(self, client, author):
        byline = make_author(user=author)
        send(client, None, "_submit", title="Mine")
        article = Article.objects.get()
        assert article.status() == "review"
        assert [row.author for row in article.working_version().bylines.all()] == [byline]
        assert "Waiting for review by any editor." in client.get(change_url(article)).content.decode()

    def test_what_only_editors_set_is_ignored(self, client, author):
        """A09: posted status, authors, pin and time change nothing."""
        step, other = make_step(), make_author()
        answer = send(
            client, None, title="Mine", status="published", pinned_step=step.pk, authors_0=other.pk, author=other.pk,
            publish_at="2020-01-01T00:00", published_at="2020-01-01", live_from="2020-01-01", views="99",
            created_by=make_user().pk,
        )  # fmt: skip
        article = Article.objects.get()
        version = article.working_version()
        assert answer.status_code == 302
        assert (article.status(), article.views, article.created_by) == ("draft", 0, author)
        assert (version.pinned_step, version.bylines.count(), article.published_at) == (None, 0, None)

    def test_may_not_publish(self, client, author):
        """A09: the button of an editor, posted by an author, is 403."""
        article = make_article(published=None, user=author)
        values = form_values(client, change_url(article))
        assert client.post(change_url(article), {**values, "_publish": "1"}).status_code == 403
        assert article.status() == "draft"
        for action in ("unpublish", "republish", "unschedule", "approve", "request-changes", "reviewer"):
            assert client.post(f"/admin/insights/article/{article.pk}/{action}/").status_code == 403

    def test_may_not_touch_what_others_write(self, client, author):
        """A09: another's object id is 403, for each page of it."""
        article = make_article(published=None, user=make_user("Author"))
        for page in ("change", "preview", "history", "delete"):
            assert client.get(f"/admin/insights/article/{article.pk}/{page}/").status_code == 403
        assert client.post(change_url(article), {"title": "Stolen", "_save": "1"}).status_code == 403
        assert article.working_version().title != "Stolen"

    def test_sees_only_own_articles_in_the_list(self, client, author):
        make_article("Of others", published=None, user=make_user("Author"))
        make_article("By byline", published=None, authors=[make_author(user=author)])
        make_article("My own", published=None, user=author)
        page = client.get("/admin/insights/article/").content.decode()
        assert "By byline" in page
        assert "My own" in page
        assert "Of others" not in page

    def test_may_no_longer_write_what_is_out(self, client, author):
        article = make_article(user=author)
        answer = client.get(change_url(article))
        assert answer.status_code == 302
        assert answer.url == f"/admin/insights/article/{article.pk}/preview/?why=out"
        assert client.post(change_url(article), {"title": "Changed", "_save": "1"}).status_code == 403

    def test_keeps_an_editor_s_pin_and_byline(self, client, author):
        step, byline = make_step(), make_author()
        article = make_article(published=None, user=author, pinned_step=step, authors=[byline])
        send(client, article, title="Better")
        version = article.working_version()
        assert version.title == "Better"
        assert version.pinned_step == step
        assert [row.author for row in version.bylines.all()] == [byline]

    def test_gets_it_sent_back(self, client, author):
        article = make_article(published=None, user=author)
        send(client, article, "_submit")
        assert article.status() == "review"
        client.force_login(make_user("Editor"))
        seen = seen_as(article.working_version())
        client.post(f"/admin/insights/article/{article.pk}/request-changes/", {"note": "Mend the end.", "seen": seen})
        assert article.status() == "draft"
        assert AuditEntry.objects.filter(verb="requested changes to article").exists()
        history = client.get(f"/admin/insights/article/{article.pk}/history/").content.decode()
        assert "submitted for review" in history
        assert "requested changes" in history


class TestTheList:
    URL = "/admin/insights/article/"

    def test_it_shows_what_is_newest(self, client, editor):
        article = make_article("Old title", category=make_category("Analysis"), authors=[make_author("A Desk")])
        send(client, article, title="New title")
        page = client.get(self.URL).content.decode()
        for word in ("New title", "Analysis", "A Desk", "state-published", "UTC"):
            assert word in page
        assert "Old title" not in page

    def test_filters_and_search(self, client, editor):
        analysis, byline = make_category("Analysis"), make_author("A Desk")
        make_article("Alpha", category=analysis, authors=[byline], published=None)
        make_article("Beta")
        for query in ("state=draft", f"category={analysis.pk}", f"author={byline.pk}", "q=alph", "q=alpha"):
            page = client.get(f"{self.URL}?{query}").content.decode()
            assert ">Alpha</a>" in page, query
            assert ">Beta</a>" not in page, query

    @pytest.mark.parametrize(
        "query", ["o=99", "o=x", "p=1e9", "p=-1", "state=x", "category=x", "author=99999999999999999999",
                  "order=password", "created_by__password__startswith=p", "q=%25_'\"", "q=" + "a" * 5000],
    )  # fmt: skip
    def test_unknown_queries(self, client, editor, query):
        """H19: 200 unchanged, back to the list, or 400."""
        make_article()
        assert client.get(f"{self.URL}?{query}").status_code in {200, 302, 400}

    def test_its_queries_do_not_grow_with_its_rows(self, client, editor):
        counts = []
        for _ in range(2):
            for number in range(6):
                article = make_article(authors=[make_author()], category=make_category(), tags=[make_tag()])
                if number % 2:
                    send(client, article, title=f"Changed {number}")
            with CaptureQueriesContext(connection) as queries:
                client.get(self.URL)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 14

    def test_the_database_tells_the_same_states_as_the_article(self, client, editor):
        dates = [True, None, timezone.now() + dt.timedelta(days=1), timezone.now() - dt.timedelta(days=1)]
        rows = [make_article(published=date) for date in dates]
        rows[3].unpublish()
        submitted = make_article(published=None)
        submitted.working_version().submit()
        changing = make_article()
        send(client, changing, "_submit", title="Changed")
        listed = {row.pk: row.state for row in Article.objects.with_state()}
        assert listed == {row.pk: row.status() for row in Article.objects.all()}
        assert set(listed.values()) == set(Article.Status.values)


class TestAnArticleIsNamedByItsTitle:
    def test_on_every_page_about_it(self, client, editor):
        article = make_article("Old title", slug="an-address")
        send(client, article, title="New title")
        for page in ("change/", "history/"):
            html = client.get(f"/admin/insights/article/{article.pk}/{page}").content.decode()
            assert "New title</" in html.partition('class="breadcrumbs"')[2].partition("</ol>")[0]
        draft = make_article("A draft", published=None)
        assert "A draft" in client.get(f"/admin/insights/article/{draft.pk}/delete/").content.decode()

    def test_in_an_account_s_own_log(self, client, editor):
        send(client, None, title="First title", body="Words.")
        article = Article.objects.get()
        send(client, article, "_publish", title="Second title")
        client.post(f"/admin/insights/article/{article.pk}/unpublish/")
        listed = list(LogEntry.objects.order_by("pk").values_list("object_repr", flat=True))
        assert listed[0] == "First title"
        assert set(listed[1:]) == {"Second title"}

    def test_in_the_search_for_one(self, client, editor):
        article = make_article("A title to find")
        query = "app_label=insights&model_name=step&field_name=target_article&term=find"
        answer = client.get(f"/admin/autocomplete/?{query}")
        assert answer.json()["results"] == [{"id": str(article.pk), "text": "A title to find"}]


def test_the_newest_version_is_not_one_that_was_replaced_before_it_began(client, editor):
    article = make_article("Live", published=timezone.now() - dt.timedelta(days=1))
    send(client, article, "_publish", title="Never seen", publish_at=local_tomorrow())
    send(client, article, "_publish", title="Seen", publish_at="")
    assert article.newest_version().title == "Seen"
    assert [version.title for version in Version.objects.newest()] == ["Seen"]


def test_an_author_of_a_published_article_sees_why_the_form_is_closed(client):
    author = make_user("Author")
    client.force_login(author)
    article = make_article("Mine", published=None, user=author)
    preview = f"/admin/insights/article/{article.pk}/preview/"
    assert "Only editors can edit it now" not in client.get(f"{preview}?why=out").content.decode()
    article.publish(article.working_version())
    answer = client.get(change_url(article), follow=True)
    assert answer.redirect_chain == [(f"{preview}?why=out", 302)]
    assert (
        "This article is published. Only editors can edit it now. Ask an editor to change it."
        in answer.content.decode()
    )
