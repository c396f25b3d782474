"""Smaller pages of the admin: taxonomy, bylines, pictures, accounts, settings, audit."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from insights import signals
from insights.models import AuditEntry, Author, Category, Picture, Redirect, User
from insights.publishing.drafts import import_version
from tests.factories import (
    make_article,
    make_audit_entry,
    make_author,
    make_category,
    make_picture,
    make_series,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = make_user(superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def listings_changed():
    heard = []

    def hear(sender, **kwargs):
        heard.append(sender)

    signals.listing_changed.connect(hear)
    yield heard
    signals.listing_changed.disconnect(hear)


class TestAddresses:
    @pytest.mark.parametrize("kind", ["category", "tag", "author", "series"])
    def test_a_changed_one_leads_on(self, client, editor, kind, listings_changed):
        make = {"category": make_category, "tag": make_tag, "author": make_author, "series": make_series}[kind]
        row = make("Old name")
        name = "title" if kind == "series" else "name"
        values = {name: "Old name", "slug": "new-name", "text": "", "position": "0", "initials": "ON", "line": ""}
        url = f"/admin/insights/{kind}/{row.pk}/change/"
        assert client.post(url, {**values, "picture": "", "avatar": ""}).status_code == 302
        answer = client.get(f"/insights/{kind}/old-name/")
        assert (answer.status_code, answer.url) == (301, f"/insights/{kind}/new-name/")
        assert client.get(answer.url).status_code == 200
        assert listings_changed == [type(row)]
        assert AuditEntry.objects.filter(verb=f"changed {kind}", actor=editor).exists()

    def test_what_is_filed_elsewhere_by_now_is_counted_there(self, client, editor):
        before, after = make_category("Before"), make_category("After")
        article = make_article(category=before)
        import_version(article, {"category": after}, user=editor)
        article.publish(article.working_version())
        rows = client.get("/admin/insights/category/").context["cl"].result_list
        assert {str(row): row.filed for row in rows} == {"Before": 0, "After": 1}

    def test_a_taken_one_is_refused_beside_the_field(self, client, editor):
        make_category("One")
        answer = client.post("/admin/insights/category/add/", {"name": "Two", "slug": "one", "position": "0"})
        assert answer.status_code == 400
        assert "already exists" in answer.content.decode()

    def test_a_category_in_use_is_not_deleted(self, client, editor):
        category = make_category()
        make_article(category=category)
        assert client.post(f"/admin/insights/category/{category.pk}/delete/", {"post": "yes"}).status_code in {403, 409}
        assert Category.objects.filter(pk=category.pk).exists()


class TestAnAddressMadeFromTheName:
    @pytest.mark.parametrize(("kind", "field"), [("category", "name"), ("tag", "name"), ("series", "title"),
                                                 ("author", "name")])  # fmt: skip
    def test_it_is_made_or_asked_for_in_words(self, client, editor, kind, field):
        url, values = f"/admin/insights/{kind}/add/", {"slug": "", "text": "", "position": "0", "initials": "ON"}
        assert client.post(url, {**values, field: "Open models"}).status_code == 302
        assert client.get(f"/insights/{kind}/open-models/").status_code == 200
        answer = client.post(url, {**values, field: "中国"})
        assert answer.status_code == 400
        assert "no Latin letters" in " ".join(answer.context["adminform"].form.errors["slug"])
        assert client.post(url, {**values, field: "中国", "slug": "china"}).status_code == 302

    def test_one_that_is_taken_is_refused(self, client, editor):
        make_category("Open models", slug="open-models")
        answer = client.post("/admin/insights/category/add/", {"name": "Open Models!", "slug": "", "position": "0"})
        assert answer.status_code == 400
        assert "slug" in answer.context["adminform"].form.errors


class TestAnOldSlug:
    URL = "/admin/insights/redirect/add/"

    def test_is_made_by_hand(self, client, editor):
        article = make_article(slug="present")
        assert client.post(self.URL, {"kind": "article", "slug": "past", "article": article.pk}).status_code == 302
        assert client.get("/insights/past/").url == "/insights/present/"

    def test_needs_what_it_leads_to(self, client, editor):
        answer = client.post(self.URL, {"kind": "article", "slug": "past", "category": make_category().pk})
        assert answer.status_code == 400
        assert "Choose the article" in answer.content.decode()
        assert not Redirect.objects.exists()

    def test_is_no_present_one(self, client, editor):
        article = make_article(slug="present")
        other = make_article(slug="other")
        answer = client.post(self.URL, {"kind": "article", "slug": "other", "article": article.pk})
        assert answer.status_code == 400
        assert client.get(other.get_absolute_url()).status_code == 200


class TestAPicture:
    def test_that_is_used_stays(self, client, editor):
        picture = make_picture()
        article = make_article("Shows it", body=f"![x]({picture.reference})\n")
        url = f"/admin/insights/picture/{picture.pk}"
        assert client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
        assert "Shows it" in client.get(f"{url}/change/").content.decode()
        assert "1 article" in client.get("/admin/insights/picture/").content.decode()
        assert client.get(article.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize("use", ["avatar", "category"])
    def test_that_stands_beside_a_name_stays(self, client, editor, use):
        picture = make_picture()
        make_author(avatar=picture) if use == "avatar" else make_category(picture=picture)
        client.post(f"/admin/insights/picture/{picture.pk}/delete/", {"post": "yes"})
        assert Picture.objects.exists()

    def test_that_nothing_shows_is_deleted_with_its_file(self, client, editor, django_capture_on_commit_callbacks):
        picture = make_picture()
        storage, name = picture.file.storage, picture.file.name
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/admin/insights/picture/{picture.pk}/delete/", {"post": "yes"})
        assert not Picture.objects.exists()
        assert not storage.exists(name)

    def test_an_author_sees_but_does_not_change(self, client):
        """E13: a published picture. One of another author's draft is in test_picture_library.py."""
        client.force_login(make_user("Author"))
        picture = make_picture()
        make_article("Shown", cover=picture, cover_alt="A card")
        url = f"/admin/insights/picture/{picture.pk}/change/"
        assert picture.reference in client.get(url).content.decode()
        assert client.post(url, {"alt": "Changed"}).status_code == 403


class TestABylineSAccount:
    def test_is_the_administrators_to_say(self, client, editor):
        account = make_user("Author")
        author = make_author("A Desk")
        values = {"name": "A Desk", "slug": "a-desk", "initials": "AD", "user": account.pk}
        assert client.post(f"/admin/insights/author/{author.pk}/change/", values).status_code == 302
        author.refresh_from_db()
        assert author.user is None
        client.force_login(make_user(superuser=True))
        assert client.post(f"/admin/insights/author/{author.pk}/change/", values).status_code == 302
        assert Author.objects.get().user == account


class TestAccounts:
    URL = "/admin/insights/user/"

    def values(self, user: User, **changes):
        data = {"email": user.email, "name": user.name, "time_zone": "", "is_staff": "on", "is_active": "on"}
        data |= {"is_superuser": "on"} if user.is_superuser else {}
        data.update(changes)
        return {name: value for name, value in data.items() if value is not None}

    def test_a_new_one_logs_in_with_its_address(self, client, administrator):
        values = {"email": " New@Example.com ", "name": "New", "usable_password": "true",
                  "password1": "a-long-pass-word", "password2": "a-long-pass-word"}  # fmt: skip
        assert client.post(f"{self.URL}add/", values).status_code == 302
        user = User.objects.get(email="new@example.com")
        assert user.check_password("a-long-pass-word")

    def test_a_new_one_gets_its_role_at_once(self, client, administrator):
        form = client.get(f"{self.URL}add/").context["adminform"].form
        assert form["is_staff"].value() is True
        group = Group.objects.get(name="Author")
        values = {"email": "new@example.com", "name": "New", "usable_password": "true", "password1": "a-long-pass-word",
                  "password2": "a-long-pass-word", "is_staff": "on", "groups": [group.pk]}  # fmt: skip
        assert client.post(f"{self.URL}add/", values).status_code == 302
        user = User.objects.get(email="new@example.com")
        assert (user.is_staff, list(user.groups.all())) == (True, [group])
        client.force_login(user)
        assert client.get("/admin/insights/article/add/").status_code == 200

    def test_an_address_is_taken_in_any_case(self, client, administrator):
        make_user(email="one@example.com")
        values = {"email": "ONE@example.com", "name": "x", "usable_password": "true",
                  "password1": "a-long-pass-word", "password2": "a-long-pass-word"}  # fmt: skip
        assert client.post(f"{self.URL}add/", values).status_code == 400
        assert User.objects.filter(email__iexact="one@example.com").count() == 1

    def test_a_role_is_given_and_the_account_closed_not_deleted(self, client, administrator):
        user = make_user()
        group = Group.objects.get(name="Author")
        url = f"{self.URL}{user.pk}/change/"
        assert client.post(url, self.values(user, groups=[group.pk])).status_code == 302
        assert list(user.groups.all()) == [group]
        assert client.post(url, self.values(user, is_active=None)).status_code == 302
        assert not User.objects.get(pk=user.pk).is_active
        assert client.post(f"{self.URL}{user.pk}/delete/", {"post": "yes"}).status_code == 403


class TestTheAudit:
    def test_is_only_read(self, client, administrator):
        entry = make_audit_entry(administrator, "exported subscribers", "all", count=3)
        url = f"/admin/insights/auditentry/{entry.pk}"
        assert "exported subscribers" in client.get("/admin/insights/auditentry/").content.decode()
        assert "&quot;count&quot;: 3" in client.get(f"{url}/change/").content.decode()
        assert client.post(f"{url}/change/", {"verb": "nothing"}).status_code == 403
        assert client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
        assert client.get("/admin/insights/auditentry/add/").status_code == 403
