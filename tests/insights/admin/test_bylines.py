"""Bylines of accounts that write: offered with a new account, added later, and edited by their own author."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib.auth.models import Group

from insights.models import Article, AuditEntry, Author, User
from tests.factories import make_article, make_author, make_user
from tests.insights.article_form import ADD, change_url, form_values, send

pytestmark = pytest.mark.django_db

ADD_ACCOUNT = "/admin/insights/user/add/"
ACCOUNTS = "/admin/insights/user/"


@pytest.fixture
def superuser_client(client):
    client.force_login(make_user(superuser=True, name="Ada Admin"))
    return client


def add_account(superuser_client, role: str, name: str = "Bo Wu", **values) -> User:
    posted = {
        "email": f"{Author.objects.count()}{role[:3]}@example.com".lower(), "name": name, "usable_password": "false",
        "is_staff": "on", "groups": Group.objects.get(name=role).pk, **values,
    }  # fmt: skip
    answer = superuser_client.post(ADD_ACCOUNT, posted)
    assert answer.status_code == 302, answer.context["errors"]
    return User.objects.get(email=posted["email"])


class TestMaking:
    def test_adding_an_author_offers_it(self, superuser_client):
        """Fault C3: the form of a new account offers the byline, and makes it with name, slug and initials."""
        page = superuser_client.get(ADD_ACCOUNT)
        assert page.context["adminform"].form["makes_byline"].value() is True
        assert "Create an author for this account" in page.content.decode()
        account = add_account(superuser_client, "Author", makes_byline="on")
        author = Author.objects.get()
        assert (author.name, author.slug, author.initials, author.user) == ("Bo Wu", "bo-wu", "BW", account)
        listed = superuser_client.get(ACCOUNTS).content.decode()
        link = f'<a href="/admin/insights/author/{author.pk}/change/">The author “Bo Wu”</a>'
        assert f"{link} was created for this account." in listed
        assert AuditEntry.objects.filter(verb="added author").exists()

    def test_unticked_it_makes_none(self, superuser_client):
        add_account(superuser_client, "Author")
        assert not Author.objects.exists()

    def test_a_role_that_writes_nothing_gets_none(self, superuser_client):
        add_account(superuser_client, "Moderator", makes_byline="on")
        assert not Author.objects.exists()
        page = unescape(superuser_client.get(ACCOUNTS).content.decode())
        assert "No author was created: no group of this account can write articles. Choose one that can." in page

    @pytest.mark.parametrize(("name", "slug"), [("Bo Wu", "bo-wu-2"), ("Zoë Ångström", "zoe-angstrom")])
    def test_names_that_are_taken_or_accented(self, superuser_client, name, slug):
        make_author("Bo Wu")
        account = add_account(superuser_client, "Editor", name, makes_byline="on")
        assert account.author.slug == slug

    def test_a_name_without_latin_characters(self, superuser_client):
        account = add_account(superuser_client, "Author", "吴波", makes_byline="on")
        assert (account.author.name, account.author.slug) == ("吴波", f"author-{account.pk}")

    def test_later_by_the_account_s_own_form(self, superuser_client):
        """Fault C3: an existing author without a byline gets one. Others are not offered another."""
        account = make_user("Author", name="Cy Dee")
        url = f"{ACCOUNTS}{account.pk}/change/"
        values = {"email": account.email, "name": "Cy Dee", "is_active": "on", "is_staff": "on"}
        values |= {"groups": Group.objects.get(name="Author").pk, "makes_byline": "on"}
        assert superuser_client.post(url, values).status_code == 302
        assert account.author.name == "Cy Dee"
        assert "makes_byline" not in superuser_client.get(url).content.decode()
        superuser_client.post(url, values)
        assert Author.objects.count() == 1

    def test_for_many_by_the_list(self, superuser_client):
        """Fault C3: one action for all existing authors without one."""
        people = [make_user(role, name=f"{role} X") for role in ("Author", "Editor", "Moderator")]
        make_author("Has one", user=people[1])
        chosen = {"action": "make_bylines", "_selected_action": [person.pk for person in people]}
        answer = superuser_client.post(ACCOUNTS, chosen, follow=True)
        assert "Authors created: Author X." in answer.content.decode()
        assert {author.name for author in Author.objects.all()} == {"Author X", "Has one"}


class TestTheOwn:
    @pytest.fixture
    def author(self, client):
        user = make_user("Author", name="Bo Wu")
        client.force_login(user)
        return make_author("Bo Wu", user=user)

    def test_its_author_edits_it_and_no_other(self, client, author):
        """Fault C3: name, initials, tagline, text and portrait are the author's own. Slug and account are not."""
        other = make_author("Other")
        page = client.get("/admin/insights/author/").content.decode()
        assert "Bo Wu" in page
        assert "Other" not in page
        url = f"/admin/insights/author/{author.pk}/change/"
        assert not {"slug", "user"} & set(client.get(url).context["adminform"].form.fields)
        values = {"name": "Bo Wu", "initials": "BO", "line": "Writes on chips", "slug": "taken", "user": ""}
        assert client.post(url, values).status_code == 302
        author.refresh_from_db()
        assert (author.initials, author.line, author.slug) == ("BO", "Writes on chips", "bo-wu")
        assert author.user is not None
        for path in ("change/", "delete/", "history/"):
            assert client.get(f"/admin/insights/author/{other.pk}/{path}").status_code == 403
        assert client.post(f"/admin/insights/author/{other.pk}/change/", values).status_code == 403

    def test_the_form_says_why_there_is_none(self, client):
        """Fault C3: an author without a byline reads why, in the form and in the checks. A later save adds it."""
        user = make_user("Author", name="Cy Dee")
        client.force_login(user)
        page = client.get(ADD).content.decode()
        assert "This article has no author, because your account is not linked to one." in page
        send(client, None, title="Mine", body="Words.")
        article = Article.objects.get()
        assert (
            "Ask an administrator to create one for your account." in client.get(change_url(article)).content.decode()
        )
        byline = make_author("Cy Dee", user=user)
        assert "your account is not linked to one" not in client.get(change_url(article)).content.decode()
        send(client, article, body="More words.")
        assert [row.author for row in article.working_version().bylines.all()] == [byline]

    def test_editors_are_asked_to_choose(self, client):
        client.force_login(make_user("Editor"))
        article = make_article(published=None)
        page = client.get(change_url(article)).content.decode()
        assert "Choose one." in page
        assert "your account is not linked to one" not in page
        assert "authors_0" in form_values(client, change_url(article))


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ann Lee", "AL"), ("AI Desk", "AI"), ("Grace", "G"), ("Ann “Bo” Lee", "AL"), ("☆", "☆"), ("李小龙", "李")],
)
def test_initials_are_made_from_the_name_when_they_are_left_empty(superuser_client, name, initials):
    """The first steps lead to this form with a name and nothing else."""
    answer = superuser_client.post(
        "/admin/insights/author/add/", {"name": name, "slug": "one", "initials": "", "line": "", "text": ""}
    )
    assert answer.status_code == 302, answer.context["errors"]
    assert Author.objects.get().initials == initials


def test_initials_that_are_typed_stay(superuser_client):
    superuser_client.post("/admin/insights/author/add/", {"name": "Ann Lee", "slug": "", "initials": "X"})
    assert Author.objects.get().initials == "X"


def test_without_a_name_the_form_asks_for_the_name_alone(superuser_client):
    answer = superuser_client.post("/admin/insights/author/add/", {"name": "", "slug": "one", "initials": ""})
    assert answer.status_code == 400
    assert "initials" not in answer.context["adminform"].form.errors
