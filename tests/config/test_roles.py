"""The four roles: made on every migrate, enough for the work, and not one permission more."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client

from config.roles import ROLES, make_roles
from feedback.models import Answer
from insights.models import Article, AuditEntry, Author, Picture, Rule, User
from newsletter.models import Subscriber
from tests.config.role_forms import FORMS
from tests.config.role_world import ROLE_OF, make_account
from tests.factories import make_article, make_author, make_step, make_user
from tests.feedback.factories import make_answer
from tests.insights.article_form import change_url, form_values, send
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

# The pages that each account has in the admin.
SEEN = {
    "author": {"Article", "Author", "Picture"},
    "editor": {"Article", "Picture", "Category", "Tag", "Series", "Author", "Step", "Redirect", "AuditEntry",
               "ExternalLink"},
    "moderator": {"Answer"},
    "manager": {"Subscriber"},
    "admin": {
        "Article", "Picture", "Category", "Tag", "Series", "Author", "Step", "Redirect", "AuditEntry", "Answer",
        "ExternalLink", "Subscriber", "User", "Group", "DBTaskResult", "SiteSettings",
    },
}  # fmt: skip


def held_by(role: str) -> set[tuple[str, str]]:
    """Return app label and codename of each permission of a role."""
    group = Group.objects.get(name=role)
    return set(group.permissions.values_list("content_type__app_label", "codename"))


def enter(client: Client, role: str) -> User:
    user = make_user(role)
    client.force_login(user)
    return user


class TestTheyAreMadeOnMigrate:
    @pytest.mark.parametrize("role", ROLES)
    def test_each_holds_exactly_what_it_says(self, role):
        expected = {(label, codename) for label, codenames in ROLES[role].items() for codename in codenames}
        assert held_by(role) == expected

    def test_a_second_migrate_changes_nothing(self):
        before = {group.pk: held_by(group.name) for group in Group.objects.all()}
        call_command("migrate", verbosity=0)
        assert {group.pk: held_by(group.name) for group in Group.objects.all()} == before

    def test_what_an_earlier_release_gave_is_taken_away(self):
        before = held_by("Author")
        Group.objects.get(name="Author").permissions.add(Permission.objects.get(codename="publish_article"))
        make_roles()
        assert held_by("Author") == before

    def test_a_lost_role_comes_back_without_its_members(self):
        Group.objects.get(name="Moderator").delete()
        make_roles()
        assert held_by("Moderator") == {("feedback", "view_answer"), ("feedback", "change_answer")}

    def test_members_and_the_groups_of_staff_are_left_alone(self):
        member = make_user("Author")
        own = Group.objects.create(name="Proofreaders")
        own.permissions.add(Permission.objects.get(codename="view_tag"))
        make_roles()
        assert member.groups.get().name == "Author"
        assert held_by("Proofreaders") == {("insights", "view_tag")}

    @pytest.mark.parametrize("role", ROLES)
    def test_none_holds_rights_over_accounts_groups_tasks_or_settings(self, role):
        assert {label for label, _ in held_by(role)} <= {"insights", "newsletter", "feedback"}
        assert not {codename for _, codename in held_by(role) if codename.endswith(("_user", "_sitesettings"))}


class TestWhatEachRoleFindsInTheAdmin:
    @pytest.mark.parametrize("account", SEEN)
    def test_its_own_pages_and_no_others(self, client, account):
        client.force_login(make_account(account))
        answer = client.get("/admin/")
        assert answer.status_code == 200
        models = {model["object_name"] for app in answer.context["app_list"] for model in app["models"]}
        assert models == SEEN[account]

    def test_rights_to_groups_and_tasks_open_neither(self, client):
        """A10: a group made by staff cannot give away the administrators' pages.

        Accounts are another matter (`tests/insights/admin/test_accounts.py`).
        """
        user = enter(client, "Editor")
        names = ("change_user", "view_user", "change_group", "add_group", "view_group", "view_dbtaskresult")
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        for page in ("auth/group/", "auth/group/add/", "django_tasks_database/dbtaskresult/"):
            assert client.get(f"/admin/{page}").status_code == 403

    def test_a_closed_account_is_out_at_its_next_request(self, client):
        user = enter(client, "Editor")
        assert client.get("/admin/").status_code == 200
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert client.get("/admin/").status_code == 302
        assert client.post("/admin/markdown/preview/", {"content": "x"}).status_code == 403

    def test_who_leaves_a_role_loses_it_at_once(self, client):
        user = enter(client, "Newsletter manager")
        assert client.get("/admin/newsletter/subscriber/").status_code == 200
        user.groups.clear()
        assert client.get("/admin/newsletter/subscriber/").status_code == 403

    def test_two_roles_add_up(self, client):
        enter(client, "Author").groups.add(Group.objects.get(name="Moderator"))
        assert client.get("/admin/insights/article/").status_code == 200
        assert client.get("/admin/feedback/answer/").status_code == 200
        assert client.get("/admin/newsletter/subscriber/").status_code == 403


class TestTheyAreEnoughForTheWork:
    def test_from_an_author_s_picture_to_an_editor_s_publication(self, client):
        author = enter(client, "Author")
        byline = make_author("A Desk", user=author)
        code = client.post("/admin/markdown/upload/", FORMS["image"](None)).json()["image_code"]
        send(client, None, "_submit", title="From draft to page", body=f"Words.\n\n{code}\n")
        article = Article.objects.get()
        assert article.status() == "review"
        enter(client, "Editor")
        send(client, article, "_publish")
        article.refresh_from_db()
        assert article.status() == "published"
        assert [row.author for row in article.live_version().bylines.all()] == [byline]
        assert Client().get(article.get_absolute_url()).status_code == 200

    def test_a_moderator_lets_an_answer_through(self, client):
        answer = make_answer(make_article(), "Some words.")
        enter(client, "Moderator")
        decision = {"decision": "approve", f"seen-{answer.pk}": answer.changed_at.isoformat()}
        client.post(f"/admin/feedback/answer/{answer.pk}/change/", decision)
        answer.refresh_from_db()
        assert answer.status == "approved"

    def test_a_newsletter_manager_takes_the_list_out(self, client):
        """X01: a file, and an audit entry with account, time, filter and count."""
        make_subscriber("one@example.com", status="confirmed")
        make_subscriber("two@example.com")
        manager = enter(client, "Newsletter manager")
        answer = client.post("/admin/newsletter/subscriber/export/?q=one@example.com")
        text = answer.getvalue().decode()
        assert "one@example.com" in text
        assert "two@example.com" not in text
        entry = AuditEntry.objects.get(verb="exported subscribers")
        assert (entry.actor, entry.details["count"]) == (manager, 1)
        assert "one@" not in str(entry.details)


class TestWhatIsPostedBesideTheForm:
    """A09: ignored or 403, and nothing of it in the database."""

    def test_an_author_cannot_reach_another_s_article_by_its_id(self, client):
        author = enter(client, "Author")
        own = make_article("Own", published=None, user=author)
        other = make_article("Other", published=None, user=make_user("Author"))
        stolen = {"id": other.pk, "pk": other.pk, "instance": other.pk, "uid": str(other.uid)}
        send(client, own, title="Changed", slug="own", **stolen)
        send(client, None, title="Another one", slug="", **stolen)
        assert other.newest_version().title == "Other"
        assert own.newest_version().title == "Changed"
        assert Article.objects.count() == 3

    def test_an_author_cannot_publish_by_any_field(self, client):
        author = enter(client, "Author")
        own = make_article("Own", published=None, user=author)
        past = "2020-01-01T00:00"
        send(
            client, own, title="Changed", status="published", state="published", publish_at=past,
            publish_at_0="2020-01-01", publish_at_1="00:00", published_at=past, live_from=past, listed_at=past,
            unpublished_at=past, takes_feedback="", views=99, created_by=make_user().pk, is_default="on",
        )  # fmt: skip
        own.refresh_from_db()
        assert (own.status(), own.views, own.takes_feedback, own.created_by) == ("draft", 0, True, author)
        assert own.live_version() is None

    @pytest.mark.parametrize("button", ["_publish", "_save&_publish", "_submit&_publish", "_saveasnew&_publish"])
    def test_an_author_has_no_button_to_publish(self, client, button):
        own = make_article("Own", published=None, user=enter(client, "Author"))
        pressed = dict.fromkeys(button.split("&"), "1")
        values = form_values(client, change_url(own)) | {"title": "Changed"}
        assert client.post(change_url(own), values | pressed).status_code == 403
        assert own.newest_version().title == "Own"
        assert own.status() == "draft"

    def test_an_author_cannot_pin_a_step_nor_sign_for_others(self, client):
        own = make_article("Own", published=None, user=enter(client, "Author"))
        step, name = make_step(), make_author()
        send(client, own, title="Changed", pinned_step=step.pk, authors=name.pk, authors_0=name.pk, author=name.pk)
        version = own.newest_version()
        assert (version.title, version.pinned_step, version.bylines.count()) == ("Changed", None, 0)

    def test_an_author_s_picture_is_the_author_s(self, client):
        author, other = enter(client, "Author"), make_user("Author")
        fields = {"uploaded_by": other.pk, "user": other.pk, "file": "../evil.html", "uid": "0" * 32, "name": "x"}
        client.post("/admin/insights/picture/add/", FORMS["picture"](None) | fields)
        picture = Picture.objects.get()
        assert picture.uploaded_by == author
        assert picture.file.name.endswith(f"{picture.uid.hex}.png")
        assert picture.uid.int

    def test_an_editor_cannot_give_an_account_a_byline(self, client):
        """An account with a byline reads and writes its drafts, so only administrators may assign it."""
        editor, name = enter(client, "Editor"), make_author()
        values = FORMS["byline"](None) | {"user": editor.pk, "user_id": editor.pk}
        assert client.post(f"/admin/insights/author/{name.pk}/change/", values).status_code == 302
        assert client.post("/admin/insights/author/add/", values | {"name": "C", "slug": "c"}).status_code == 302
        assert not Author.objects.filter(user__isnull=False).exists()

    def test_a_moderator_cannot_put_words_into_a_mouth(self, client):
        answer = make_answer(make_article(), "Their words.")
        enter(client, "Moderator")
        client.post(
            f"/admin/feedback/answer/{answer.pk}/change/",
            {"decision": "approve", f"seen-{answer.pk}": answer.changed_at.isoformat(), "message": "Mine",
             "helpful": "", "name": "Staff", "email": "x@example.com"},
        )  # fmt: skip
        stored = Answer.objects.get()
        assert (stored.message, stored.helpful, stored.name, stored.email) == ("Their words.", True, "", "")

    def test_a_newsletter_manager_cannot_confirm_a_reader_by_hand(self, client):
        reader = make_subscriber("waits@example.com")
        enter(client, "Newsletter manager")
        values = {
            "confirmed_at": "2020-01-01",
            "confirmed_at_0": "2020-01-01",
            "status": "confirmed",
            "email": "x@x.co",
        }
        client.post(f"/admin/newsletter/subscriber/{reader.pk}/change/", values)
        client.post("/admin/newsletter/subscriber/", values | {"action": "confirm", "_selected_action": reader.pk})
        stored = Subscriber.objects.get()
        assert (stored.status, stored.confirmed_at, stored.email) == ("pending", None, "waits@example.com")

    @pytest.mark.parametrize("account", ROLE_OF)
    def test_no_role_makes_itself_an_administrator(self, client, account):
        """A10: not by the password page either."""
        user = make_account(account)
        client.force_login(user)
        more = {"is_superuser": "on", "is_staff": "on", "groups": Group.objects.get(name="Editor").pk}
        client.post("/admin/password_change/", FORMS["password"](None) | more)
        client.post(f"/admin/insights/user/{user.pk}/change/", FORMS["account"](None) | more)
        stored = User.objects.get(pk=user.pk)
        assert not stored.is_superuser
        assert [group.name for group in stored.groups.all()] == [ROLE_OF[account]]

    def test_an_action_that_a_role_may_not_choose_does_nothing(self, client):
        answer, reader = make_answer(make_article(), "Some words."), make_subscriber()
        enter(client, "Moderator")
        chosen = {"action": "delete_selected", "_selected_action": answer.pk, "post": "yes", "index": 0}
        client.post("/admin/feedback/answer/", chosen)
        client.post(
            "/admin/newsletter/subscriber/", chosen | {"action": "erase_selected", "_selected_action": reader.pk}
        )
        assert Answer.objects.count() == Subscriber.objects.count() == 1


class TestRules:
    @pytest.mark.parametrize("account", ["author", "moderator", "manager"])
    def test_only_editors_change_them(self, client, account):
        """R07: 403, and the rule is unchanged."""
        step = make_step("course", keywords="course")
        world = type("World", (), {"step": step})
        client.force_login(make_account(account))
        values = FORMS["step"](world) | {"rule-0-keywords": "everything"}
        assert client.post(f"/admin/insights/step/{step.pk}/change/", values).status_code == 403
        assert Rule.objects.get(step=step).keywords == "course"

    def test_a_change_is_in_the_history_with_who_and_what(self, client):
        """R07: in the row's own history, and in the audit log that outlives the account."""
        step = make_step("course", keywords="course")
        world = type("World", (), {"step": step})
        editor = enter(client, "Editor")
        values = FORMS["step"](world) | {"rule-0-keywords": "course\nlesson", "heading": "Learn"}
        client.post(f"/admin/insights/step/{step.pk}/change/", values)
        assert Rule.objects.get(step=step).keywords == "course\nlesson"
        logged = LogEntry.objects.get()
        assert logged.user_id == editor.pk
        assert "Keywords" in logged.change_message
        entry = AuditEntry.objects.get(verb="changed next step")
        assert entry.actor_name == editor.name
        assert {"Heading", "Keywords"} <= set(entry.details["fields"])
        assert "Keywords" in client.get(f"/admin/insights/step/{step.pk}/history/").content.decode()
