"""Review actions: submitting, deciding, the text they apply to, and notes."""

from __future__ import annotations

import pytest
from django.test import Client

from insights.models import Article, AuditEntry, HistoryEntry, User, Version
from insights.publishing.drafts import autosave_draft, import_version
from insights.publishing.rendering import TextRefused
from insights.review import NOTE_LENGTH, approve, name_reviewer, request_changes, seen_as, submit
from tests.factories import make_article, make_author, make_user
from tests.insights.article_form import change_url, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return make_user("Author", name="Ann Author")


@pytest.fixture
def editor(client) -> User:
    user = make_user("Editor", name="Ed Editor")
    client.force_login(user)
    return user


@pytest.fixture
def article(author) -> Article:
    return make_article("A text", published=None, user=author)


@pytest.fixture
def handed(article, author) -> Article:
    submit(article.working_version(), user=author, note="Is the end right?")
    return article


def decide(client: Client, article: Article, action: str, **data: str):
    """Press a button of the review panel, based on the text stored now."""
    version = article.newest_version()
    seen = {} if action == "reviewer" or version is None else {"seen": seen_as(version)}
    return client.post(f"/admin/insights/article/{article.pk}/{action}/", {**seen, **data})


def text_of(article: Article) -> Version:
    version = article.working_version()
    assert version is not None
    return version


def steps(article: Article) -> list[str]:
    return [entry.verb for entry in article.history.order_by("pk") if entry.verb != "saved"]


class TestSubmitting:
    def test_an_author_submits_with_a_note(self, client, author, article):
        client.force_login(author)
        assert send(client, article, "_submit", body="Better words.\n", note="Is the end right?").status_code == 302
        entry = article.history.get(verb="handed_in")
        assert (entry.actor, entry.note, entry.version) == (author, "Is the end right?", text_of(article))
        assert text_of(article).submitted_at
        assert text_of(article).body == "Better words.\n"
        assert AuditEntry.objects.filter(verb="submitted article", actor=author).exists()
        page = client.get(change_url(article)).content.decode()
        assert "Submitted for review by Ann Author" in page
        assert "Waiting for review by any editor." in page

    def test_a_note_that_is_too_long_gets_an_error_and_nothing_is_lost(self, client, author, article):
        client.force_login(author)
        answer = send(client, article, "_submit", body="Better words.\n", note="n" * (NOTE_LENGTH + 1))
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "A note can have at most 2,000 characters" in page
        assert "n" * (NOTE_LENGTH + 1) in page
        assert "Better words." in page
        assert text_of(article).submitted_at is None

    def test_the_author_keeps_editing_and_it_stays_submitted(self, client, author, handed):
        client.force_login(author)
        send(client, handed, body="Other words.\n")
        assert text_of(handed).submitted_at
        assert text_of(handed).body == "Other words.\n"

    def test_a_note_beside_another_button_is_given_back(self, client, author, article):
        client.force_login(author)
        send(client, article, note="Is the end right?")
        page = client.get(change_url(article)).content.decode()
        assert "Your note was not sent" in page
        assert "“Is the end right?”" in page

    def test_a_second_press_submits_once(self, client, author, handed):
        client.force_login(author)
        assert send(client, handed, "_submit").status_code == 302
        assert steps(handed) == ["handed_in"]


class TestApproving:
    def test_an_approved_text_says_by_whom_and_waits_for_who_publishes(self, client, editor, handed):
        assert decide(client, handed, "approve", note="Well done.").status_code == 302
        assert text_of(handed).approved_at
        page = client.get(change_url(handed)).content.decode()
        assert "Approved by Ed Editor" in page
        assert "Ready to publish. Any edit cancels the approval." in page
        assert "Well done." in page
        assert steps(handed) == ["handed_in", "approved"]
        assert AuditEntry.objects.filter(verb="approved article", actor=editor).exists()

    def test_what_was_approved_stays_in_the_history_as_it_was(self, client, editor, author, handed):
        approved = text_of(handed)
        decide(client, handed, "approve")
        import_version(handed, {"body": "Changed since.\n"}, user=author)
        approved.refresh_from_db()
        assert approved.kept_at
        assert "Some words about the matter." in approved.body
        assert handed.history.get(verb="approved").version == approved

    @pytest.mark.parametrize("writer", ["author", "editor"])
    def test_any_edit_cancels_the_approval_and_the_page_says_so(self, client, editor, author, handed, writer):
        decide(client, handed, "approve")
        if writer == "author":
            client.force_login(author)
        send(client, handed, title="Changed")
        version = text_of(handed)
        assert version.approved_at is None
        assert version.submitted_at
        page = client.get(change_url(handed)).content.decode()
        assert "The text was edited after Ed Editor approved it." in page

    def test_publishing_needs_no_approval(self, client, editor, handed):
        assert send(client, handed, "_publish").status_code == 302
        handed.refresh_from_db()
        assert handed.status() == "published"

    def test_an_approved_text_goes_out_as_it_was_approved(self, client, editor, handed):
        decide(client, handed, "approve")
        approved = text_of(handed)
        send(client, handed, "_publish")
        assert handed.live_version() == approved


class TestWhatTodaysRulesRefuse:
    """Autosave stores such a draft, but no review action accepts it."""

    @pytest.fixture
    def faulty(self, article, author) -> Article:
        body = "![x](https://evil.example/a.png)\n"
        autosave_draft(article, {"body": body}, typed=None, apart=False, user=author)
        return article

    def test_is_not_approved_and_the_note_goes_back_with_it(self, client, editor, author, handed, faulty):
        answer = decide(client, handed, "approve", note="Well done.")
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "is not on this site. Upload the file" in page
        assert f'action="/admin/insights/article/{handed.pk}/request-changes/"' in page
        assert "Well done." in page
        assert (text_of(handed).approved_at, text_of(handed).kept_at) == (None, None)
        assert steps(handed) == ["handed_in"]
        seen = answer.context["form"]["seen"].value()
        back = client.post(f"/admin/insights/article/{handed.pk}/request-changes/", {"note": "No.", "seen": seen})
        assert (back.status_code, steps(handed)) == (302, ["handed_in", "returned"])

    def test_is_not_submitted(self, author, faulty):
        with pytest.raises(TextRefused):
            submit(faulty.working_version(), user=author)
        assert text_of(faulty).submitted_at is None
        assert steps(faulty) == []

    @pytest.mark.parametrize("button", ["_save", "_submit", "_publish"])
    def test_is_refused_by_each_button_even_if_unchanged(self, client, editor, faulty, button):
        answer = send(client, faulty, button)
        assert "is not on this site. Upload the file" in answer.content.decode()
        version = text_of(faulty)
        assert (version.live_from, version.submitted_at, version.kept_at) == (None, None, None)


class TestReturning:
    def test_the_note_stands_above_the_text(self, client, editor, author, handed):
        assert decide(client, handed, "request-changes", note="Mend the end.\nAnd <b>cut</b> it.").status_code == 302
        assert text_of(handed).changes_requested_at
        assert text_of(handed).submitted_at is None
        client.force_login(author)
        page = client.get(change_url(handed)).content.decode()
        assert "Changes requested by Ed Editor" in page
        assert "Mend the end.<br>And &lt;b&gt;cut&lt;/b&gt; it." in page
        assert page.index("Mend the end.") < page.index('name="body"')
        assert steps(handed) == ["handed_in", "returned"]

    def test_it_is_shown_until_the_text_is_submitted_again(self, client, editor, author, handed):
        decide(client, handed, "request-changes", note="Mend the end.")
        client.force_login(author)
        send(client, handed, body="Mended.\n")
        assert "Mend the end." in client.get(change_url(handed)).content.decode()
        send(client, handed, "_submit")
        assert "Mend the end." not in client.get(change_url(handed)).content.decode()
        assert steps(handed) == ["handed_in", "returned", "handed_in"]

    @pytest.mark.parametrize(
        ("note", "shown"),
        [
            ("", "Say what needs to change"),
            (" \n ", "Say what needs to change"),
            ("n" * 2001, "at most 2,000 characters"),
        ],
    )
    def test_without_fitting_words_nothing_is_returned(self, client, editor, handed, note, shown):
        answer = decide(client, handed, "request-changes", note=note)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert shown in page
        assert note.strip() in page
        assert text_of(handed).submitted_at
        seen = answer.context["form"]["seen"].value()
        again = client.post(f"/admin/insights/article/{handed.pk}/request-changes/", {"note": "n" * 2000, "seen": seen})
        assert again.status_code == 302


class TestStaleTabs:
    """Like F12 for comments: no decision about an unseen text."""

    @pytest.mark.parametrize("action", ["approve", "request-changes"])
    def test_a_text_that_was_changed_after_the_page_was_opened(self, client, editor, author, handed, action):
        """D02: 409 with a message, nothing approved unseen. The note is still there."""
        seen = seen_as(text_of(handed))
        import_version(handed, {"body": "Slipped in.\n"}, user=author)
        data = {"seen": seen, "note": "My words."}
        answer = client.post(f"/admin/insights/article/{handed.pk}/{action}/", data)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Ann Author changed the text after you opened it." in page
        assert "My words." in page
        assert text_of(handed).approved_at is None
        assert text_of(handed).submitted_at
        assert steps(handed) == ["handed_in"]

    def test_it_may_be_returned_all_the_same(self, client, editor, author, handed):
        data = {"seen": "1@x", "note": "My words."}
        answer = client.post(f"/admin/insights/article/{handed.pk}/request-changes/", data)
        data["seen"] = answer.context["form"]["seen"].value()
        assert client.post(f"/admin/insights/article/{handed.pk}/request-changes/", data).status_code == 302
        assert steps(handed) == ["handed_in", "returned"]

    @pytest.mark.parametrize("action", ["approve", "request-changes"])
    @pytest.mark.parametrize("seen", ["", "x", "@", "1@2@3@4", "9" * 150])
    def test_a_decision_that_does_not_name_the_version_seen_is_refused(self, client, editor, handed, action, seen):
        answer = client.post(f"/admin/insights/article/{handed.pk}/{action}/", {"seen": seen, "note": "Words."})
        assert answer.status_code == 409
        assert steps(handed) == ["handed_in"]

    def test_one_that_went_back_meanwhile(self, client, editor, handed):
        request_changes(handed, seen=seen_as(text_of(handed)), note="No.", user=editor)
        answer = decide(client, handed, "approve")
        assert answer.status_code == 409
        assert "is no longer in review. Changes were already requested." in answer.content.decode()

    def test_one_that_was_published_meanwhile(self, client, editor, handed):
        handed.publish(text_of(handed))
        for action in ("approve", "request-changes"):
            answer = decide(client, handed, action, note="Words.")
            assert answer.status_code == 409
            assert "It was published, scheduled, replaced or discarded." in answer.content.decode()

    def test_one_that_another_approved(self, client, editor, handed):
        decide(client, handed, "approve")
        assert decide(client, handed, "approve").status_code == 409
        assert steps(handed) == ["handed_in", "approved"]

    def test_the_form_s_own_mark_counts_as_what_was_seen(self, client, editor, handed):
        """A page after an autosave identifies the text by the form's version mark."""
        base = client.get(change_url(handed)).context["adminform"].form["base"].value()
        answer = client.post(f"/admin/insights/article/{handed.pk}/approve/", {"seen": base})
        assert answer.status_code == 302


class TestWhoDecides:
    @pytest.mark.parametrize("action", ["approve", "request-changes", "reviewer"])
    @pytest.mark.parametrize("role", ["Author", "Moderator", "Newsletter manager"])
    def test_only_accounts_that_may_publish(self, client, handed, action, role):
        """A09: nor the author of the text."""
        for user in (make_user(role), handed.created_by):
            client.force_login(user)
            assert decide(client, handed, action, note="Words.").status_code == 403
        assert steps(handed) == ["handed_in"]

    def test_authors_are_shown_no_button_of_it(self, client, author, handed):
        client.force_login(author)
        page = client.get(change_url(handed)).content.decode()
        assert "/approve/" not in page
        assert "/request-changes/" not in page
        assert "/reviewer/" not in page

    def test_an_editor_names_a_reviewer_with_a_note(self, client, editor, handed):
        other = make_user("Editor", name="Rita Reviewer")
        assert decide(client, handed, "reviewer", reviewer=str(other.pk), note="Yours?").status_code == 302
        handed.refresh_from_db()
        assert handed.reviewer == other
        entry = handed.history.get(verb="named_reviewer")
        assert (entry.person, entry.note) == (other, "Yours?")
        assert "Waiting for Rita Reviewer." in client.get(change_url(handed)).content.decode()

    def test_and_takes_it_back(self, client, editor, handed):
        name_reviewer(handed, make_user("Editor"), user=editor)
        assert decide(client, handed, "reviewer", reviewer="").status_code == 302
        handed.refresh_from_db()
        assert handed.reviewer is None

    def test_nothing_new_is_no_step(self, client, editor, handed):
        decide(client, handed, "reviewer", reviewer="")
        assert steps(handed) == ["handed_in"]

    @pytest.mark.parametrize("who", ["an author", "an account that left", "an unknown id", "a word"])
    def test_only_who_may_publish_can_be_named(self, client, editor, handed, who):
        chosen = {
            "an author": lambda: make_user("Author").pk,
            "an account that left": lambda: make_user("Editor", is_active=False).pk,
            "an unknown id": lambda: 987654,
            "a word": lambda: "x",
        }[who]()
        answer = decide(client, handed, "reviewer", reviewer=str(chosen), note="Kept words.")
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "Choose someone who can publish." in page
        assert "Kept words." in page
        handed.refresh_from_db()
        assert handed.reviewer is None


class TestWhoWaitsForWhom:
    def test_each_row_knows_who_and_since_when_and_with_which_words(self, editor, author, django_assert_num_queries):
        reviewer = make_user("Editor", name="Rita Reviewer")
        for number in range(3):
            article = make_article(f"Text {number}", published=None, user=author)
            submit(text_of(article), user=author, note=f"Note {number}")
        name_reviewer(article, reviewer, user=editor, note="Yours?")
        with django_assert_num_queries(1):
            rows = list(Version.objects.submitted().order_by("pk"))
            shown = [(row.submitted_by_name, row.reviewer_name, row.last_note) for row in rows]
        assert shown == [
            ("Ann Author", None, "Note 0"),
            ("Ann Author", None, "Note 1"),
            ("Ann Author", "Rita Reviewer", "Yours?"),
        ]

    def test_what_was_returned_waits_for_its_writers(self, editor, author, article):
        other = make_user("Author")
        import_version(article, {}, authors=[make_author(user=other)], user=author)
        submit(text_of(article), user=author)
        request_changes(article, seen=seen_as(text_of(article)), note="Mend.", user=editor)
        for user in (author, other):
            [row] = Version.objects.changes_requested_from(user)
            assert (row.last_actor_name, row.last_note) == ("Ed Editor", "Mend.")
        assert not Version.objects.changes_requested_from(editor).exists()
        assert not Version.objects.submitted().exists()

    def test_what_was_approved_waits_for_who_publishes(self, editor, handed):
        approve(handed, seen=seen_as(text_of(handed)), user=editor)
        assert [row.last_actor_name for row in Version.objects.approved()] == ["Ed Editor"]
        assert not Version.objects.submitted().exists()
        handed.publish(text_of(handed))
        assert not Version.objects.approved().exists()

    def test_the_list_tells_how_far_each_text_is_also_beside_what_is_out(self, client, editor, author):
        made = {}
        for state in ("handed_in", "returned", "approved"):
            for published in (None, True):
                article = make_article(f"{state} {published}", published=published)
                import_version(article, {"excerpt": "New."}, user=author)
                submit(text_of(article), user=author)
                if state == "returned":
                    request_changes(article, seen=seen_as(text_of(article)), note="Mend.", user=editor)
                if state == "approved":
                    approve(article, seen=seen_as(text_of(article)), user=editor)
                made[state, published] = article
        make_article("Only out")
        for value, state in (("review", "handed_in"), ("returned", "returned"), ("approved", "approved")):
            shown = client.get("/admin/insights/article/", {"state": value}).context["cl"].queryset
            assert {row.pk for row in shown} == {made[state, None].pk, made[state, True].pk}
        page = client.get("/admin/insights/article/").content.decode()
        for badge in ("In review", "Approved", "Changes in review", "Changes approved"):
            assert f">{badge}</span>" in page
        assert page.count(">Changes requested</span>") == 2

    def test_a_step_is_in_the_article_s_history(self, client, editor, handed):
        decide(client, handed, "request-changes", note="Mend the end.")
        assert HistoryEntry.objects.filter(article=handed, verb="returned", note="Mend the end.").exists()
        assert "Mend the end." in client.get(f"/admin/insights/article/{handed.pk}/history/").content.decode()
