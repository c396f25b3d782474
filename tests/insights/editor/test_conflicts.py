"""Edit conflicts: editors know of each other, nothing is overwritten, and both texts can be merged."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from insights.editor import presence
from insights.models import Presence, Version
from tests.factories import make_article, make_category, make_tag, make_user
from tests.insights.article_form import change_url, form_values, send

pytestmark = pytest.mark.django_db

BODY = "First.\n\nSecond.\n\nThird.\n"
TAB = "0123456789abcdef" * 2


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def one():
    return make_user("Editor", name="Editor One")


@pytest.fixture
def two():
    return make_user("Editor", name="Editor Two")


@pytest.fixture
def article(one):
    return make_article("A title", published=None, user=one, body=BODY, excerpt="In short.")


def meet(article, one, two, mine: dict, theirs: dict):
    """Open the article as both, save as Two, then as One. Returns One's client, form data, and answer."""
    client, other = logged_in(one), logged_in(two)
    values = {**form_values(client, change_url(article)), **mine}
    assert send(other, article, **theirs).status_code == 302
    return client, values, client.post(change_url(article), {**values, "_save": "1"})


def typed(answer) -> dict:
    form = answer.context["adminform"].form
    return {name: form[name].value() for name in form.fields if form[name].value() is not None}


class TestDifferentParagraphs:
    @pytest.fixture
    def met(self, article, one, two):
        mine, theirs = {"body": BODY.replace("First", "1st")}, {"body": BODY.replace("Third", "3rd"), "title": "Theirs"}
        return meet(article, one, two, mine, theirs)

    def test_are_shown_word_by_word_and_offered_together(self, article, met):
        """D02: the second gets 409 with both texts. The first one's is in the history."""
        _, _, answer = met
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Editor Two saved this article after you opened it" in page
        assert "<del>" in page
        assert "<ins>" in page
        assert "Merge both" in page
        assert "1st.\n\nSecond." in page
        assert "3rd." in page
        assert [version.kept_as for version in article.versions.order_by("pk")] == ["handed_on", "saved"]
        assert article.newest_version().title == "Theirs"

    def test_one_press_takes_both_into_the_form_and_a_save_stores_them(self, article, met):
        client, values, answer = met
        base = typed(answer)["base"]
        taken = client.post(change_url(article), {**values, "base": base, "over": "1", "_merge": "merged"})
        assert taken.status_code == 200
        form = typed(taken)
        assert form["body"] == "1st.\n\nSecond.\n\n3rd.\n"
        assert form["title"] == "Theirs"
        assert form["base"] == base
        assert article.versions.count() == 2  # it stores nothing
        assert "Please correct" not in taken.content.decode()
        saved = client.post(change_url(article), {**values, **{k: form[k] for k in ("title", "body", "base", "over")},
                                                  "_save": "1"})  # fmt: skip
        assert saved.status_code == 302
        assert article.newest_version().body == "1st.\n\nSecond.\n\n3rd.\n"
        assert article.versions.count() == 3

    def test_the_merge_survives_a_third_save_meanwhile(self, article, met, two):
        client, values, _ = met
        send(logged_in(two), article, excerpt="Newer.")
        form = typed(client.post(change_url(article), {**values, "_merge": "merged"}))
        assert (form["excerpt"], form["body"]) == ("Newer.", "1st.\n\nSecond.\n\n3rd.\n")

    def test_keeping_mine_leaves_theirs_in_the_history(self, article, met):
        client, values, answer = met
        again = {**values, "base": typed(answer)["base"], "over": "1", "_save": "1"}
        assert client.post(change_url(article), again).status_code == 302
        bodies = [version.body for version in article.versions.order_by("pk")]
        assert bodies == [BODY, BODY.replace("Third", "3rd"), BODY.replace("First", "1st")]


class TestTheSameParagraph:
    @pytest.fixture
    def met(self, article, one, two):
        mine, theirs = {"body": BODY.replace("Second", "Mine")}, {"body": BODY.replace("Second", "Theirs")}
        return meet(article, one, two, mine, theirs)

    def test_is_shown_side_by_side_to_choose_from(self, met):
        """D02: nothing is guessed."""
        page = met[2].content.decode()
        assert 'name="choice_body_0" value="theirs"' in page
        assert "Merge with your choices" in page

    @pytest.mark.parametrize(
        ("choice", "words"), [("mine", "Mine."), ("theirs", "Theirs."), ("both", "Mine.\n\nTheirs.")]
    )
    def test_becomes_what_was_chosen(self, article, met, choice, words):
        client, values, answer = met
        chosen = {"base": typed(answer)["base"], "choice_body_0": choice, "_merge": "merged"}
        taken = client.post(change_url(article), {**values, **chosen})
        assert typed(taken)["body"] == BODY.replace("Second.", words)

    def test_is_chosen_again_after_a_third_save(self, article, met, two):
        """D02: a choice never applies to texts other than those that were shown."""
        client, values, answer = met
        chosen = {"base": typed(answer)["base"], "over": "1", "choice_body_0": "theirs", "_merge": "merged"}
        send(logged_in(two), article, body=BODY.replace("Second", "Newest").replace("First", "1st"))
        asked = client.post(change_url(article), {**values, **chosen})
        assert asked.status_code == 409
        assert typed(asked)["body"] == BODY.replace("Second", "Mine")
        assert "Newest." in asked.content.decode()


class TestOtherFields:
    def test_are_named_with_both_values(self, article, one, two):
        category, tag = make_category("Analysis"), make_tag("safety")
        answer = meet(article, one, two, {"body": "Mine."}, {"category": category.pk, "tags": [tag.pk]})[2]
        assert ("Category", "—", "Analysis") in answer.context["differences"]
        assert ("Tags", "—", str(tag)) in answer.context["differences"]


class TestWithoutAnythingToDecide:
    def test_the_same_text_twice_is_no_conflict(self, article, one, two):
        same = {"body": BODY.replace("First", "1st")}
        _, _, answer = meet(article, one, two, same, same)
        assert answer.status_code == 302

    def test_two_tabs_of_one_account_do_not_overwrite_each_other(self, article, one):
        """D02: one's own autosave from another tab stays in the history as well."""
        client = logged_in(one)
        values = form_values(client, change_url(article))
        autosaved = f"/admin/insights/article/{article.pk}/autosave/"
        client.post(autosaved, {**form_values(client, change_url(article)), "body": "Other tab."})
        answer = client.post(change_url(article), {**values, "body": "This tab.", "_save": "1"})
        assert answer.status_code == 409
        form = typed(answer)
        client.post(change_url(article), {**values, "body": "This tab.", "base": form["base"], "over": form["over"],
                                          "_save": "1"})  # fmt: skip
        assert [version.body for version in article.versions.order_by("pk")] == ["Other tab.\n", "This tab.\n"]

    def test_looking_at_both_stores_nothing(self, article, one, two):
        client, values, _ = meet(article, one, two, {"body": "Mine."}, {"body": "Theirs."})
        answer = client.post(change_url(article), {**values, "_merge": "look"})
        assert answer.status_code == 409
        assert article.newest_version().body == "Theirs.\n"

    def test_a_merge_without_another_save_returns_the_form(self, article, one):
        client = logged_in(one)
        values = {**form_values(client, change_url(article)), "body": "Mine.", "title": ""}
        answer = client.post(change_url(article), {**values, "_merge": "look"})
        assert answer.status_code == 200
        assert (typed(answer)["body"], Version.objects.count()) == ("Mine.", 1)


class TestWhoIsHere:
    def beat(self, client, article, tab=TAB, **more):
        return client.post(f"/admin/insights/article/{article.pk}/presence/", {"tab": tab, **more})

    def test_is_shown_with_each_heartbeat_and_on_the_page(self, article, one, two):
        client, other = logged_in(one), logged_in(two)
        assert self.beat(client, article).json()["others"] == []
        assert self.beat(other, article, TAB[::-1]).json()["others"] == ["Editor One has this article open."]
        assert "Editor Two has this article open." in client.get(change_url(article)).content.decode()
        values = {**form_values(other, change_url(article)), "body": "Typing.", "tab": TAB[::-1]}
        other.post(f"/admin/insights/article/{article.pk}/autosave/", values)
        assert self.beat(client, article).json()["others"] == ["Editor Two has this article open and is typing."]

    def test_an_editor_without_a_recent_heartbeat_has_left(self, article, one, two):
        self.beat(logged_in(two), article)
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=50)):
            assert self.beat(logged_in(one), article).json()["others"] == []

    def test_an_editor_who_closes_the_page_has_left(self, article, one, two):
        other = logged_in(two)
        self.beat(other, article)
        self.beat(other, article, left="1")
        assert self.beat(logged_in(one), article).json()["others"] == []

    def test_another_tab_of_the_same_account_is_shown(self, article, one):
        client = logged_in(one)
        self.beat(client, article, TAB[::-1])
        assert self.beat(client, article).json()["others"] == ["You have this article open in another tab."]
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=12)):  # it was killed and sent no message
            assert self.beat(client, article).json()["others"] == []

    def test_a_newer_text_is_reported(self, article, one, two):
        client = logged_in(one)
        base = form_values(client, change_url(article))["base"]
        assert self.beat(client, article, base=base).json()["newer"] == ""
        send(logged_in(two), article, body="Theirs.")
        newer = self.beat(client, article, base=base).json()["newer"]
        assert newer.startswith("Editor Two saved a newer version at ")

    def test_is_shown_with_each_autosave(self, article, one, two):
        client = logged_in(one)
        self.beat(logged_in(two), article, TAB[::-1])
        values = {**form_values(client, change_url(article)), "body": "Typing.", "tab": TAB}
        answer = client.post(f"/admin/insights/article/{article.pk}/autosave/", values)
        assert answer.json()["others"] == ["Editor Two has this article open."]

    def test_opening_a_page_writes_nothing(self, article, one):
        logged_in(one).get(change_url(article))
        assert not Presence.objects.exists()

    def test_the_long_gone_are_forgotten(self, article, one):
        self.beat(logged_in(one), article)
        presence.forget_absent_editors()
        assert Presence.objects.exists()
        with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
            presence.forget_absent_editors()
        assert not Presence.objects.exists()
