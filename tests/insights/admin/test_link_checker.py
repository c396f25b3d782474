"""Editors' view of broken links, and their actions on them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from insights.link_checker.dashboard_panel import dead
from insights.link_checker.extraction import extract_new
from insights.models import AuditEntry, ExternalLink
from tests.factories import make_article, make_user
from tests.insights.article_form import change_url

pytestmark = pytest.mark.django_db
LIST = "/admin/insights/externallink/"


@pytest.fixture
def editor():
    return make_user("Editor", name="Ada Editor")


@pytest.fixture
def editor_client(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def article():
    """Return an article with a broken, a suspicious and a fine link."""
    body = "".join(f"[the {word}](https://{word}.example/x)\n\n" for word in ("dead", "doubtful", "fine"))
    made = make_article("Links out", body=body)
    extract_new()
    for word in ("dead", "doubtful", "fine"):
        text = {"dead": "404: page not found.", "doubtful": "The server did not respond in time.", "fine": "200."}[word]
        ExternalLink.objects.filter(host__name=f"{word}.example").update(
            state=word, reason=text, looked_at=timezone.now()
        )
    return made


def shown(page: str) -> set[str]:
    return {word for word in ("dead", "doubtful", "fine") if f"https://{word}.example/x" in page}


def do(editor_client, action: str, word: str, state: str = ""):
    """Choose an action for a row of the list, filtered by state. Returns the page that follows."""
    link = ExternalLink.objects.filter(host__name=f"{word}.example").earliest("pk")
    chosen = {"action": action, "_selected_action": link.pk, "index": 0}
    return editor_client.post(f"{LIST}?state={state}" if state else LIST, chosen, follow=True).content.decode()


class TestTheList:
    def test_an_empty_one_says_what_it_does_not_show(self, editor_client):
        assert "No broken or suspicious links. To see other links, choose a status." in editor_client.get(LIST).text

    def test_at_first_it_shows_what_needs_a_hand_with_page_text_target_and_what_happened(self, editor_client, article):
        page = editor_client.get(LIST).content.decode()
        assert shown(page) == {"dead", "doubtful"}
        assert change_url(article) in page
        assert "“the dead”" in page
        assert "404: page not found." in page
        assert " UTC" in page

    @pytest.mark.parametrize("state", ["dead", "doubtful", "fine"])
    def test_it_can_be_narrowed_to_a_state(self, editor_client, article, state):
        assert shown(editor_client.get(LIST, {"state": state}).content.decode()) == {state}
        assert shown(editor_client.get(LIST, {"state": "all"}).content.decode()) == {"dead", "doubtful", "fine"}

    def test_it_is_searched_by_address_and_by_the_title_of_an_article(self, editor_client, article):
        assert shown(editor_client.get(LIST, {"q": "dead.example"}).content.decode()) == {"dead"}
        assert shown(editor_client.get(LIST, {"q": "Links out"}).content.decode()) == {"dead", "doubtful"}

    def test_links_that_readers_do_not_see_any_more_are_not_in_it(self, editor_client, article):
        article.unpublish()
        assert shown(editor_client.get(LIST, {"state": "all"}).content.decode()) == set()

    def test_a_row_has_a_page_of_its_own_that_changes_nothing(self, editor_client, article):
        page = editor_client.get(f"{LIST}{ExternalLink.objects.get(state='dead').pk}/change/").content.decode()
        assert "https://dead.example/x" in page
        assert 'name="_save"' not in page

    def test_a_link_on_very_many_pages_names_five_and_counts_the_rest(self, editor_client, rf, editor):
        for number in range(7):
            make_article(f"Article {number}", body="[a](https://same.example/)\n")
        extract_new()
        ExternalLink.objects.update(state="dead")
        page = editor_client.get(LIST).content.decode()
        assert page.count(">Article ") == 5
        assert "and 2 more" in page
        request = rf.get("/admin/")
        request.user = editor
        assert [len(link.live_uses) for link in dead(request)["rows"]] == [1]

    def test_its_rows_cost_the_same_few_queries_however_many_there_are(
        self, editor_client, django_assert_max_num_queries
    ):
        for number in range(30):
            make_article(f"Article {number}", body=f"[a](https://host{number}.example/) [b](https://same.example/)\n")
        extract_new()
        ExternalLink.objects.update(state="dead")
        with django_assert_max_num_queries(12):
            editor_client.get(LIST)


class TestIgnoring:
    def test_an_ignored_url_is_not_reported_and_the_account_is_recorded(self, editor_client, article):
        assert "1 link ignored." in do(editor_client, "ignore_url", "dead")
        assert shown(editor_client.get(LIST).content.decode()) == {"doubtful"}
        page = editor_client.get(LIST, {"state": "ignored"}).content.decode()
        assert shown(page) == {"dead"}
        assert "Ada Editor" in page
        assert AuditEntry.objects.filter(verb="ignored external link", actor_name__contains="Ada Editor").exists()

    def test_an_ignored_host_takes_all_its_links_along(self, editor_client, article):
        make_article("More", body="[b](https://dead.example/y)\n")
        extract_new()
        do(editor_client, "ignore_host", "dead")
        assert ExternalLink.objects.ignored().count() == 2
        assert AuditEntry.objects.get(verb="ignored external host").subject == "dead.example"

    @pytest.mark.parametrize("action", ["ignore_url", "ignore_host"])
    def test_it_can_be_taken_back(self, editor_client, article, action):
        do(editor_client, action, "dead")
        do(editor_client, "take_back", "dead", state="ignored")
        assert shown(editor_client.get(LIST).content.decode()) == {"dead", "doubtful"}
        assert not ExternalLink.objects.ignored().exists()
        verbs = {"stopped ignoring external link"}
        if action == "ignore_host":
            verbs.add("stopped ignoring external host")
        stopped = AuditEntry.objects.filter(verb__startswith="stopped ignoring")
        assert set(stopped.values_list("verb", flat=True)) == verbs

    def test_what_is_ignored_is_not_looked_at_and_that_is_said(self, editor_client, article):
        do(editor_client, "ignore_host", "dead")
        said = do(editor_client, "look_again", "dead", state="ignored")
        assert "Ignored links are not checked. First choose “Stop ignoring selected links and their hosts”." in said
        assert not AuditEntry.objects.filter(verb="requested check of external link").exists()

    def test_a_link_is_looked_at_again_when_an_editor_asks(self, editor_client, article):
        later = timezone.now() + dt.timedelta(days=1)
        ExternalLink.objects.update(look_at=later)
        do(editor_client, "look_again", "dead")
        assert [link.state for link in ExternalLink.objects.due()] == ["dead"]

    def test_an_author_may_not_see_the_list(self, client, article):
        client.force_login(make_user("Author"))
        assert client.get(LIST).status_code == 403


class TestOtherAdminPages:
    def test_the_start_page_lists_broken_links_to_editors_only(self, client, editor_client, article):
        page = editor_client.get("/admin/").content.decode()
        assert "Broken links" in page
        assert "https://dead.example/x" in page
        assert "https://doubtful.example/x" not in page
        client.force_login(make_user("Author"))
        assert "Broken links" not in client.get("/admin/").content.decode()

    def test_the_panel_costs_two_queries(self, rf, editor, article, django_assert_num_queries):
        request = rf.get("/admin/")
        request.user = editor
        editor.get_all_permissions()
        with django_assert_num_queries(2):
            panel = dead(request)
            assert [use.words for link in panel["rows"] for use in link.live_uses] == ["the dead"]
        assert panel["count"] == 1

    def test_the_checks_of_an_article_warn_of_them_in_a_draft_too(self, editor_client, article):
        page = editor_client.get(change_url(article)).content.decode()
        assert "404: page not found." in page
        assert "The server did not respond in time." in page
        draft = make_article("Draft", published=None, body="[a](https://dead.example/x#part)\n")
        assert "404: page not found." in editor_client.get(change_url(draft)).content.decode()
        do(editor_client, "ignore_host", "dead")
        assert "404: page not found." not in editor_client.get(change_url(draft)).content.decode()
