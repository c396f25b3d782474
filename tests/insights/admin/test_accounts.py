"""User managers cannot give away permissions they lack, and the last administrator stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission

from insights.models import User
from tests.factories import make_user
from tests.site import Site

URL = "/admin/insights/user/"


def values(user: User, **changes: Any) -> dict[str, Any]:
    """Return the account's form as it is, with changes. None removes a field."""
    data: dict[str, Any] = {"email": user.email, "name": user.name, "time_zone": user.time_zone}
    data |= {name: "on" for name in ("is_staff", "is_active", "is_superuser") if getattr(user, name)}
    data["groups"] = [group.pk for group in user.groups.all()]
    data.update(changes)
    return {name: value for name, value in data.items() if value is not None}


def new(**changes: Any) -> dict[str, Any]:
    password = "a-long-pass-word"
    return {"email": "new@example.com", "name": "New", "usable_password": "true", "password1": password,
            "password2": password, "is_staff": "on", **changes}  # fmt: skip


def page_of(user: User) -> str:
    return f"{URL}{user.pk}/change/"


def rights(*codenames: str) -> list[Permission]:
    return list(Permission.objects.filter(codename__in=codenames))


@pytest.fixture
def keeper(client, db) -> User:
    """Return a user manager: manages accounts, and may write articles, but is no administrator."""
    user = make_user("Author", name="Keeper")
    user.user_permissions.set(rights("view_user", "add_user", "change_user"))
    client.force_login(user)
    return user


@pytest.mark.django_db
class TestAUserManager:
    def test_keeps_the_accounts_that_may_do_no_more(self, client, keeper):
        author, colleague = Group.objects.get(name="Author"), make_user()
        assert client.get(URL).status_code == 200
        assert client.post(f"{URL}add/", new(groups=[author.pk])).status_code == 302
        assert list(User.objects.get(email="new@example.com").groups.all()) == [author]
        assert client.post(page_of(colleague), values(colleague, groups=[author.pk])).status_code == 302
        assert client.post(page_of(colleague), values(colleague, is_active=None)).status_code == 302
        colleague.refresh_from_db()
        assert (list(colleague.groups.all()), colleague.is_active) == ([author], False)

    def test_is_offered_nothing_else(self, client, keeper):
        page = client.get(page_of(make_user()))
        assert "is_superuser" not in page.context["adminform"].form.fields
        offered = page.context["adminform"].form.fields["groups"].queryset
        assert [group.name for group in offered] == ["Author"]

    def test_makes_no_administrator_of_oneself_or_of_others(self, client, keeper):
        """A10: 403, and nothing of the form is stored."""
        for user in (keeper, make_user()):
            answer = client.post(page_of(user), values(user, is_superuser="on", name="Renamed"))
            assert answer.status_code == 403
        assert client.post(f"{URL}add/", new(is_superuser="on")).status_code == 403
        assert not User.objects.filter(is_superuser=True).exists()
        assert not User.objects.filter(name__in=["Renamed", "New"]).exists()

    @pytest.mark.parametrize("role", ["Editor", "Moderator", "Newsletter manager", "All of it"])
    def test_joins_no_group_and_gives_none_that_may_do_more(self, client, keeper, role):
        """A10: neither a role nor a group that staff made, for oneself, for others or for a new account."""
        group, _ = Group.objects.get_or_create(name=role)
        if role == "All of it":
            group.permissions.set(Permission.objects.all())
        for user in (keeper, make_user()):
            held = [known.pk for known in user.groups.all()]
            assert client.post(page_of(user), values(user, groups=[*held, group.pk])).status_code == 403
        assert client.post(f"{URL}add/", new(groups=[group.pk])).status_code == 403
        assert not User.objects.filter(groups=group).exists()

    def test_gives_no_single_right(self, client, keeper):
        """A10: the form has no field for it. A posted one is 403."""
        right = Permission.objects.get(codename="delete_article")
        answer = client.post(page_of(keeper), values(keeper, user_permissions=[right.pk]))
        assert answer.status_code == 403
        assert not keeper.user_permissions.filter(pk=right.pk).exists()

    @pytest.mark.parametrize("account", [{"superuser": True}, {"role": "Editor"}])
    def test_touches_no_account_that_may_do_more(self, client, keeper, account):
        """A10: changing its password would give its permissions."""
        other = make_user(**account)
        before = other.password
        password = {"usable_password": "true", "password1": "a-long-pass-word", "password2": "a-long-pass-word"}
        assert client.post(f"{URL}{other.pk}/password/", password).status_code == 403
        assert (
            client.post(page_of(other), values(other, email="mine@example.com", is_superuser=None)).status_code == 403
        )
        other.refresh_from_db()
        assert (other.password, other.email == "mine@example.com") == (before, False)

    def test_touches_none_that_was_given_a_single_right(self, client, keeper):
        other = make_user()
        other.user_permissions.set(rights("erase_everything", "delete_subscriber"))
        assert client.post(page_of(other), values(other, name="Renamed")).status_code == 403

    def test_opens_no_groups(self, client, keeper):
        keeper.user_permissions.add(*rights("view_group", "add_group", "change_group"))
        assert client.get("/admin/auth/group/").status_code == 403

    def test_of_a_name_s_account_is_the_administrators_to_say(self, client, keeper):
        """A permission for accounts is none for bylines."""
        assert client.get("/admin/insights/author/add/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["Editor", "Author", "Moderator", "Newsletter manager"])
def test_no_role_keeps_accounts(client, role):
    """A10: no role opens the accounts, or makes oneself an administrator."""
    user = make_user(role)
    client.force_login(user)
    for url in (URL, f"{URL}add/", page_of(user), f"{URL}{user.pk}/password/"):
        assert client.get(url).status_code == 403
    assert client.post(page_of(user), values(user, is_superuser="on")).status_code == 403
    assert not User.objects.get(pk=user.pk).is_superuser


@pytest.mark.django_db
class TestTheLastAdministrator:
    @pytest.mark.parametrize("field", ["is_active", "is_superuser", "is_staff"])
    def test_stays(self, client, field):
        """A12: 409, with a message. An inactive administrator, or one who may not log in, does not count."""
        last = make_user(superuser=True)
        make_user(superuser=True, is_active=False)
        make_user(superuser=True, is_staff=False)
        client.force_login(last)
        answer = client.post(page_of(last), values(last, **{field: None}))
        assert answer.status_code == 409
        assert "This is the last administrator. Make another account an administrator first." in answer.text
        make_user(superuser=True)
        assert client.post(page_of(last), values(last, **{field: None})).status_code == 302

    def test_is_not_deleted(self, client):
        """A12: 409. No account is ever deleted, so another one is 403."""
        last, other = make_user(superuser=True), make_user()
        client.force_login(last)
        assert client.post(f"{URL}{last.pk}/delete/", {"post": "yes"}).status_code == 409
        assert client.post(f"{URL}{other.pk}/delete/", {"post": "yes"}).status_code == 403
        assert User.objects.count() == 2

    def test_may_change_what_does_not_matter(self, client):
        last = make_user(superuser=True)
        client.force_login(last)
        assert client.post(page_of(last), values(last, name="Renamed", time_zone="Asia/Tokyo")).status_code == 302


@pytest.mark.django_db
def test_an_unknown_time_zone_is_refused_with_a_suggestion(client):
    administrator = make_user(superuser=True)
    client.force_login(administrator)
    answer = client.post(page_of(administrator), values(administrator, time_zone="Tokyo"))
    assert answer.status_code == 400
    assert "Did you mean Asia/Tokyo?" in answer.text


TWO = """
import json; from tests.factories import make_user
print(json.dumps([[user.pk, user.email, user.name] for user in (make_user(superuser=True) for _ in range(2))]))
"""
LOG_IN = """
from django.test import Client; from insights.models import User
client = Client(); client.force_login(User.objects.get(pk={pk})); print(client.cookies["__Host-session"].value)
"""
LEFT = "from insights.models import User; print(User.objects.in_charge().count())"


def test_of_two_who_take_each_other_away_one_stays(start_site: Callable[..., Site]) -> None:
    """A12: at the same time, and then again."""
    site, token = start_site(with_worker=False), "t" * 32
    for _ in range(2):
        site.shell("from insights.models import User; User.objects.all().update(is_superuser=False)")
        one, two = json.loads(site.shell(TWO))

        def demote(pair: tuple[list[Any], list[Any]]) -> int:
            (actor, *_), (pk, email, name) = pair
            session = site.shell(LOG_IN.format(pk=actor))
            headers = {"cookie": f"__Host-session={session}; __Host-csrf={token}", "x_csrftoken": token,
                       "referer": f"{site.url}/admin/"}  # fmt: skip
            data = {"email": email, "name": name, "time_zone": "", "is_staff": "on", "is_active": "on"}
            return site.post(f"/admin/insights/user/{pk}/change/", data, **headers).status

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(demote, [(one, two), (two, one)]))
        assert site.shell(LEFT) == "1"
        assert statuses[0] == 302
        assert statuses[1] in {302, 403, 409}


@pytest.mark.django_db
def test_the_forms_of_an_account_say_in_plain_words_what_it_may(admin_client):
    user = make_user("Author")
    page = admin_client.get(page_of(user)).content.decode()
    assert "Can do everything, also manage accounts and settings." in page
    assert "The account can do everything that its groups can do." in page
    assert "Superuser" not in page
    page = admin_client.get(f"{URL}add/").content.decode()
    assert "The account can do everything that its groups can do." in page
    assert "user options" not in page
