"""Autosave of the draft: in place, without a history entry, leniently, and never into the published text."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from insights.models import Article, HistoryEntry, Presence, Version
from tests.factories import make_article, make_author, make_category, make_picture, make_tag, make_user
from tests.insights.article_form import ADD, change_url, form_values, send

pytestmark = pytest.mark.django_db

NEW = "/admin/insights/article/autosave/"
TAB = "0123456789abcdef" * 2


@pytest.fixture
def editor(client):
    user = make_user("Editor", name="Editor One")
    client.force_login(user)
    return user


def address(article: Article) -> str:
    return f"/admin/insights/article/{article.pk}/autosave/"


def opened(client, article: Article | None) -> dict:
    return form_values(client, change_url(article) if article else ADD)


def autosave(client, article: Article | None, values: dict, **changes):
    return client.post(address(article) if article else NEW, {**values, **changes})


class TestADraft:
    def test_is_written_in_place_and_has_no_history(self, client, editor):
        article = make_article(published=None, user=editor)
        values = opened(client, article)
        first = autosave(client, article, values, body="One word.").json()
        second = autosave(client, article, values, body="One word more.", base=first["base"]).json()
        version = article.versions.get()
        assert (version.body, version.kept_at) == ("One word more.\n", None)
        assert second["base"] != first["base"]
        assert (second["words"], second["minutes"], second["problems"]) == (3, 1, {})
        assert second["saved"].endswith(" UTC")
        assert not HistoryEntry.objects.exists()

    def test_over_a_live_text_leaves_that_alone(self, client, editor):
        article = make_article("Live", body="Live words.\n")
        autosave(client, article, opened(client, article), body="Draft words.", slug="moved", takes_feedback="")
        article.refresh_from_db()
        assert article.live_version().body == "Live words.\n"
        assert article.working_version().body == "Draft words.\n"
        assert (article.slug, article.takes_feedback) == ("live", True)  # readers would notice: by a button only
        assert "Draft words." not in client.get(article.get_absolute_url()).content.decode()

    def test_that_was_kept_is_followed_by_a_new_row(self, client, editor):
        article = make_article(published=None, user=editor, authors=[make_author()], tags=[make_tag()])
        send(client, article, body="Kept.")
        autosave(client, article, opened(client, article), body="After it.")
        kept, now = article.versions.order_by("pk")
        assert (kept.body, kept.kept_as, now.body, now.kept_at) == ("Kept.\n", "saved", "After it.\n", None)
        assert now.bylines.count() == now.tags.count() == 1

    def test_a_draft_by_another_account_stays_in_the_history(self, client, editor):
        article = make_article(published=None, user=make_user("Author"))
        autosave(client, article, opened(client, article), body="By another.")
        assert article.versions.order_by("pk").first().kept_as == "handed_on"

    def test_that_did_not_change_is_not_written(self, client, editor):
        article = make_article(published=None)
        before = Version.objects.values().get()
        answer = autosave(client, article, opened(client, article))
        assert answer.status_code == 200
        assert Version.objects.values().get() == before

    def test_changed_category_tags_and_authors_are_stored(self, client, editor):
        article = make_article(published=None, user=editor)
        category, tag, author = make_category(), make_tag(), make_author()
        values = opened(client, article)
        autosave(client, article, values, category=category.pk, tags=[tag.pk], authors_0=author.pk)
        version = article.versions.get()
        assert (version.category, list(version.tags.all())) == (category, [tag])
        assert [byline.author for byline in version.bylines.all()] == [author]


class TestANewArticle:
    def test_is_made_once_however_often_it_is_sent(self, client, editor):
        values = {**opened(client, None), "body": "Begun."}
        first, again = autosave(client, None, values).json(), autosave(client, None, values).json()
        article = Article.objects.get()
        assert first["article"] == again["article"] == article.pk
        assert first["addresses"]["form"] == change_url(article)
        assert (str(article.newest_version()), article.created_by) == ("Untitled", editor)
        assert article.slug.startswith("untitled-")

    def test_goes_on_when_only_the_answer_was_lost(self, client, editor):
        values = {**opened(client, None), "title": "A", "body": "Begun."}
        autosave(client, None, values)
        assert autosave(client, None, values, title="A title", body="Begun, and on.").status_code == 200
        article = Article.objects.get()
        assert (article.slug, article.newest_version().body) == ("a-title", "Begun, and on.\n")

    def test_does_not_go_over_what_another_tab_wrote_since(self, client, editor):
        """D02: the answer was lost, the article was opened in a second tab and changed there."""
        values = {**opened(client, None), "title": "A title", "body": "Begun."}
        autosave(client, None, values)
        article = Article.objects.get()
        autosave(client, article, opened(client, article), body="Written on.", tab=TAB)
        assert autosave(client, None, values, body="Begun, late.").status_code == 409
        answer = client.post(ADD, {**values, "body": "Begun, late.", "_save": "1"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Begun, late." in page
        assert "Written on." in page
        assert Version.objects.get().body == "Written on.\n"

    def test_is_not_created_twice_by_the_save_button_of_its_page(self, client, editor):
        values = {**opened(client, None), "title": "A title", "body": "Begun."}
        autosave(client, None, values)
        answer = client.post(ADD, {**values, "body": "Done.", "_save": "1"})
        article = Article.objects.get()
        assert (answer.status_code, answer.url) == (302, change_url(article))
        version = article.versions.get()
        assert (version.body, version.kept_as) == ("Done.\n", "saved")

    def test_a_second_click_changes_nothing(self, client, editor):
        values = {**opened(client, None), "title": "A title", "body": "Done.", "_save": "1"}
        assert [client.post(ADD, values).status_code for _ in range(2)] == [302, 302]
        assert Version.objects.count() == 1

    def test_another_one_from_the_same_page_is_another(self, client, editor):
        """An author goes back to the empty form and writes the next article."""
        values = {**opened(client, None), "title": "A title", "body": "Done.", "_save": "1"}
        client.post(ADD, values)
        client.post(ADD, {**values, "title": "Another", "body": "Of another."})
        assert {str(article.newest_version()) for article in Article.objects.all()} == {"A title", "Another"}

    def test_of_an_author_bears_the_author_s_name(self, client):
        author = make_user("Author")
        byline = make_author("A. Writer", user=author)
        client.force_login(author)
        autosave(client, None, opened(client, None), title="Mine")
        assert [one.author for one in Version.objects.get().bylines.all()] == [byline]

    def test_the_tab_of_another_account_makes_its_own(self, client, editor):
        values = {**opened(client, None), "body": "Mine."}
        autosave(client, None, values)
        client.force_login(make_user("Editor"))
        autosave(client, None, values, body="Mine as well.")
        assert Article.objects.count() == 2


class TestTheAddress:
    def test_follows_the_title_until_a_slug_is_typed(self, client, editor):
        values = opened(client, None)
        result = autosave(client, None, values, title="H").json()
        article = Article.objects.get()
        assert result["slug"] == "h"
        result = autosave(client, article, values, title="How it goes", base=result["base"], slug="h").json()
        assert result["slug"] == "how-it-goes"
        result = autosave(client, article, values, title="How it goes", base=result["base"], slug="own").json()
        result = autosave(client, article, values, title="Otherwise", base=result["base"], slug="own").json()
        article.refresh_from_db()
        assert result["slug"] == article.slug == "own"

    def test_that_is_taken_gets_a_number(self, client, editor):
        make_article("A title")
        assert autosave(client, None, opened(client, None), title="A title").json()["slug"] == "a-title-2"

    def test_of_the_site_itself_gets_a_number(self, client, editor):
        assert autosave(client, None, opened(client, None), title="Search").json()["slug"] == "search-2"

    def test_a_typed_slug_that_is_taken_is_reported(self, client, editor):
        make_article(slug="taken")
        article = make_article("Mine", published=None, user=editor)
        result = autosave(client, article, opened(client, article), slug="taken", body="Kept words.").json()
        assert "This slug is not available. You can use taken-2." in result["problems"]["slug"][0]
        article.refresh_from_db()
        assert (article.slug, article.newest_version().body) == ("mine", "Kept words.\n")

    def test_of_what_readers_know_stays(self, client, editor):
        article = make_article("Old title")
        assert autosave(client, article, opened(client, article), title="New title").json()["slug"] == "old-title"


class TestWhatCannotBeStored:
    """The rest is stored, the stored value is kept, and the answer says what to change."""

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("category", "987654321", "Your choice no longer exists"),
            ("excerpt", "x" * 700, "at most 600"),
            ("title", "x" * 300, "at most 200"),
            ("canonical", "javascript:alert(1)", "https://"),
            ("series_part", "many", "whole number"),
        ],
    )
    def test_is_reported(self, client, editor, name, value, words):
        category = make_category()
        article = make_article("Stays", published=None, user=editor, category=category, excerpt="Stays.")
        result = autosave(client, article, opened(client, article), **{name: value}, body="New words.").json()
        version = article.versions.get()
        assert words in result["problems"][name][0]
        assert result["unsaved"] == [name]
        assert (version.title, version.excerpt, version.category) == ("Stays", "Stays.", category)
        assert version.body == "New words.\n"

    def test_a_picture_of_another_host_is_kept_in_the_draft_and_goes_out_nowhere(self, client, editor):
        article = make_article(published=None, user=editor)
        body = "Words.\n\n![x](https://evil.example/a.png)\n"
        result = autosave(client, article, opened(client, article), body=body).json()
        version = article.versions.get()
        assert "is not on this site. Upload the file" in result["problems"]["body"][0]
        assert result["unsaved"] == []  # it is stored all the same
        assert version.body == body
        assert "evil.example" not in version.html
        for button in ("_save", "_submit", "_publish"):
            assert send(client, article, button).status_code == 400
        assert article.versions.get().kept_at is None

    def test_two_megabytes_are_refused_and_the_text_is_still_there(self, client, editor):
        article = make_article(published=None, user=editor, body="Before.\n")
        values, large = opened(client, article), "word " * 400_000
        result = autosave(client, article, values, body=large, title="New title").json()
        assert "larger than 200 kB" in result["problems"]["body"][0]
        assert result["unsaved"] == ["body"]
        assert (article.versions.get().title, article.versions.get().body) == ("New title", "Before.\n")
        answer = client.post(change_url(article), {**values, "base": result["base"], "body": large, "_save": "1"})
        assert answer.status_code == 400
        assert "larger than 200 kB" in answer.context["adminform"].form.errors["body"][0]
        assert large.strip() in answer.content.decode()

    def test_elsewhere_a_megabyte_is_the_most(self, client, editor):
        large = "word " * 400_000
        for sent in ({"name": "x", "text": large}, f"name=x&text={large}"):
            how = {} if isinstance(sent, dict) else {"content_type": "application/x-www-form-urlencoded"}
            assert client.post("/admin/insights/tag/add/", sent, **how).status_code == 413

    def test_an_author_may_no_longer_write_what_is_out(self, client):
        author = make_user("Author")
        client.force_login(author)
        article = make_article(published=None, user=author)
        values = opened(client, article)
        article.publish(article.working_version())
        answer = autosave(client, article, values, body="Late.", status="published")
        assert answer.status_code == 403
        assert "You don't have permission to edit this article." in answer.json()["error"]
        assert article.versions.count() == 1

    def test_what_only_editors_set_is_ignored(self, client):
        """A09: the fields are not in an author's form."""
        author = make_user("Author")
        client.force_login(author)
        article = make_article(published=None, user=author)
        other = make_author()
        autosave(client, article, opened(client, article), body="Mine.", authors_0=other.pk, status="published")
        article.refresh_from_db()
        assert (article.status(), article.newest_version().bylines.count()) == ("draft", 0)


class TestSavedByAnotherAccount:
    def test_nothing_is_overwritten(self, client, editor):
        """D02: an autosave over an outdated base is 409, and stores nothing."""
        article = make_article(published=None, user=editor)
        values = opened(client, article)
        other = Client()
        other.force_login(make_user("Editor", name="Editor Two"))
        autosave(other, article, opened(other, article), body="Theirs.")
        answer = autosave(client, article, values, body="Mine.")
        assert answer.status_code == 409
        assert answer.json()["conflict"] == "Editor Two saved this article after you opened it."
        assert article.newest_version().body == "Theirs.\n"

    def test_ones_own_other_tab_is_called_so(self, client, editor):
        article = make_article(published=None, user=editor)
        values = opened(client, article)
        autosave(client, article, opened(client, article), body="There.")
        message = "You saved this article in another tab or window after you opened it here."
        assert autosave(client, article, values, body="Here.").json()["conflict"] == message
        answer = client.post(change_url(article), {**values, "body": "Here.", "_save": "1"})
        assert message in answer.content.decode()

    def test_the_same_text_is_no_conflict(self, client, editor):
        article = make_article(published=None, user=editor)
        values = opened(client, article)
        other = Client()
        other.force_login(make_user("Editor"))
        autosave(other, article, opened(other, article), body="The same.")
        assert autosave(client, article, values, body="The same.").status_code == 200

    def test_a_lost_answer_is_no_conflict_for_its_own_tab(self, client, editor):
        article = make_article(published=None, user=editor)
        values = {**opened(client, article), "tab": TAB}
        autosave(client, article, values, body="One.")
        assert autosave(client, article, values, body="One and two.").status_code == 200
        assert article.newest_version().body == "One and two.\n"
        assert autosave(client, article, {**values, "tab": TAB[::-1]}, body="Another tab.").status_code == 409


def test_a_login_in_another_tab_gives_the_page_a_new_token():
    client = Client(enforce_csrf_checks=True)
    user = make_user("Editor")
    client.force_login(user)
    article = make_article(published=None, user=user)
    values = {**opened(client, article), "body": "Late."}
    assert client.post(address(article), {**values, "csrfmiddlewaretoken": "a" * 64}).status_code == 403
    result = client.get(NEW).json()
    assert result["account"] == user.pk
    assert client.post(address(article), {**values, "csrfmiddlewaretoken": result["token"]}).status_code == 200
    assert article.newest_version().body == "Late.\n"


def test_a_logged_out_user_gets_403_and_nothing_is_stored(client):
    article = make_article(published=None)
    answer = client.post(address(article), {"title": "x", "body": "Words."})
    assert answer.status_code == 403
    assert client.get(NEW).status_code == 403
    assert article.versions.count() == 1


def statements(context: CaptureQueriesContext) -> list[str]:
    """Return the statements without those of the transaction itself."""
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in context.captured_queries if not query["sql"].startswith(marks)]


class TestTheCost:
    """A save costs at most ten queries, session, account and permissions included."""

    @pytest.fixture
    def article(self, client, editor):
        picture = make_picture()
        article = make_article(
            published=None, user=editor, authors=[make_author(), make_author()], tags=[make_tag(), make_tag()],
            category=make_category(), body=f"![A field]({picture.reference})\n",
        )  # fmt: skip
        client.get(change_url(article))  # the session is prolonged once a minute
        return article

    def cost(self, client, url: str, values: dict) -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.post(url, values).status_code in {200, 302}
        asked = statements(context)
        assert len(asked) <= 10, "\n".join(asked)
        return len(asked)

    def test_of_an_autosave(self, client, editor, article):
        values = {**opened(client, article), "tab": TAB}
        assert self.cost(client, address(article), {**values, "body": f"More.\n\n{values['body']}"}) <= 9

    def test_of_an_autosave_that_begins_a_new_row(self, client, editor, article):
        send(client, article, body="Words.")
        values = opened(client, article)
        self.cost(client, address(article), {**values, "body": "More."})

    def test_of_an_autosave_of_an_author(self, client, article):
        author = make_user("Author")
        client.force_login(author)
        article = make_article(published=None, user=author, tags=[make_tag()])
        values = {**opened(client, article), "title": "Another", "body": "More.", "tab": TAB}
        self.cost(client, address(article), values)

    def test_of_the_button(self, client, editor, article):
        values = {**opened(client, article), "_save": "1"}
        assert self.cost(client, change_url(article), {**values, "body": "More."}) <= 10

    def test_of_the_button_over_a_text_that_has_its_place(self, client, editor, article):
        send(client, article, body="Words.")
        self.cost(client, change_url(article), {**opened(client, article), "body": "More.", "_save": "1"})

    def test_does_not_grow_with_the_history(self, client, editor, article):
        for number in range(12):
            send(client, article, body=f"Text {number}.")
        self.cost(client, change_url(article), {**opened(client, article), "body": "More.", "_save": "1"})


def test_each_autosave_says_that_its_tab_is_here(client, editor):
    article = make_article(published=None, user=editor)
    result = autosave(client, article, opened(client, article), body="Words.", tab=TAB).json()
    row = Presence.objects.get()
    assert (row.article, row.user, row.tab, row.typed_at) == (article, editor, TAB, article.versions.get().updated_at)
    assert result["base"]
