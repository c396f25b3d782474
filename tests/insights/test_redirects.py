"""Redirects from old URLs: one hop, for any number of changes. Editors see the target."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from insights.models import Article, AuditEntry, Redirect
from tests.factories import make_article, make_author, make_category, make_series, make_tag, make_user
from tests.insights.article_form import change_url, send

pytestmark = pytest.mark.django_db
LIST = "/admin/insights/redirect/"
ADD = f"{LIST}add/"
MAKERS = {"category": make_category, "tag": make_tag, "author": make_author, "series": make_series}


@pytest.fixture
def editor():
    return make_user("Editor", name="Ada Editor")


@pytest.fixture
def editor_client(client, editor):
    client.force_login(editor)
    return client


def leads(client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, answer.headers.get("Location", "")


def move(editor_client, kind: str, row, slug: str) -> None:
    """Change a URL in the row's form in the admin."""
    if kind == "article":
        assert send(editor_client, row, "_publish", slug=slug).status_code == 302
        return
    name = {"title": row.title} if kind == "series" else {"name": row.name}
    more = {"category": {"position": "0"}, "author": {"initials": "AD"}}.get(kind, {})
    answer = editor_client.post(f"/admin/insights/{kind}/{row.pk}/change/", {**name, **more, "slug": slug})
    assert answer.status_code == 302


@pytest.fixture(params=["article", *MAKERS])
def kind(request) -> str:
    return request.param


def make(kind: str, slug: str):
    if kind == "article":
        return make_article("A thing", slug=slug)
    return MAKERS[kind]("A thing", slug=slug)


def under(kind: str, slug: str) -> str:
    return f"/insights/{slug}/" if kind == "article" else f"/insights/{kind}/{slug}/"


class TestChangingASlugInTheAdmin:
    def test_every_old_address_leads_on_in_one_hop(self, editor_client, kind):
        row = make(kind, "a")
        for slug in ("b", "c"):
            move(editor_client, kind, row, slug)
        assert (
            leads(editor_client, under(kind, "a")) == leads(editor_client, under(kind, "b")) == (301, under(kind, "c"))
        )
        assert leads(editor_client, under(kind, "c")) == (200, "")

    def test_moving_back_leaves_no_loop(self, editor_client, kind):
        row = make(kind, "a")
        for slug in ("b", "a"):
            move(editor_client, kind, row, slug)
        assert leads(editor_client, under(kind, "a")) == (200, "")
        assert leads(editor_client, under(kind, "b")) == (301, under(kind, "a"))
        assert Redirect.objects.count() == 1

    def test_an_address_that_another_left_can_be_taken_over_and_left_again(self, editor_client, kind):
        first = make(kind, "a")
        move(editor_client, kind, first, "b")
        second = make_article("Another", slug="x") if kind == "article" else MAKERS[kind]("Another", slug="x")
        move(editor_client, kind, second, "a")
        assert leads(editor_client, under(kind, "a")) == (200, "")
        assert leads(editor_client, under(kind, "b")) == (200, "")
        move(editor_client, kind, second, "c")
        assert (
            leads(editor_client, under(kind, "a")) == leads(editor_client, under(kind, "x")) == (301, under(kind, "c"))
        )

    def test_it_is_known_who_moved_it(self, editor_client, kind, editor):
        move(editor_client, kind, make(kind, "a"), "b")
        assert Redirect.objects.get().created_by == editor

    def test_feeds_and_the_markdown_follow(self, editor_client, kind):
        row = make(kind, "a")
        for slug in ("b", "c"):
            move(editor_client, kind, row, slug)
        if kind == "article":
            assert leads(editor_client, "/insights/a.md") == (301, "/insights/c.md")
            status, location = leads(editor_client, "/insights/a/share-0.png")
            assert (status, location.startswith("/insights/c/share-")) == (301, True)
        elif kind != "series":
            assert leads(editor_client, f"/insights/{kind}/a/feed.xml") == (301, f"/insights/{kind}/c/feed.xml")
            assert leads(editor_client, f"/insights/{kind}/a/feed.json") == (301, f"/insights/{kind}/c/feed.json")


class TestTakenOver:
    def test_until_the_newcomer_is_out_the_old_address_leads_on(self, client):
        make_article("First", slug="a").change_slug("b")
        make_article("Second", slug="a", published=None)
        assert leads(client, "/insights/a/") == (301, "/insights/b/")

    def test_unpublishing_the_article_that_took_it_over_redirects_no_reader(self, client):
        make_article("First", slug="a").change_slug("b")
        second = make_article("Second", slug="a")
        assert leads(client, "/insights/a/") == (200, "")
        second.unpublish()
        assert leads(client, "/insights/a/") == leads(client, "/insights/a.md") == (410, "")

    def test_the_last_who_left_it_has_it_since_then(self):
        make_article("First", slug="a").change_slug("b")
        Redirect.objects.update(created_at=timezone.now() - dt.timedelta(days=9))
        second = make_article("Second", slug="a")
        second.change_slug("c")
        row = Redirect.objects.get(slug="a")
        assert row.article == second
        assert row.created_at > timezone.now() - dt.timedelta(hours=1)

    def test_the_list_says_so(self, editor_client):
        make_article("First", slug="a").change_slug("b")
        assert "Another page has this URL now" not in editor_client.get(LIST).content.decode()
        make_article("Second", slug="a")
        assert "Another page has this URL now" in editor_client.get(LIST).content.decode()


class TestAnAddressThatFollowsTheTitle:
    def test_takes_none_that_another_article_left(self, editor_client, client):
        """The new slug was made from the title, so it must not take over a redirect."""
        make_article("Open models", slug="open-models").change_slug("open-models-in-2026")
        draft = make_article("Models", published=None)
        send(editor_client, draft, title="Open models")
        draft.refresh_from_db()
        assert draft.slug == "open-models-2"
        draft.publish(draft.newest_version())
        assert leads(client, "/insights/open-models/") == (301, "/insights/open-models-in-2026/")

    def test_goes_on_following_it_when_a_number_stands_behind_a_long_one(self, editor_client):
        long = f"{'a' * 69} bc"  # cut for the number right behind a hyphen
        make_article(long)
        draft = make_article("Models", published=None)
        for title, slug in ((long, f"{'a' * 69}-2"), ("Short", "short")):
            send(editor_client, draft, title=title)
            draft.refresh_from_db()
            assert draft.slug == slug


class TestTheList:
    def test_it_shows_slug_target_date_and_account(self, editor_client):
        article = make_article("Article", slug="a")
        send(editor_client, article, "_publish", slug="b")
        page = editor_client.get(LIST).content.decode()
        for expected in ("/insights/a/", "/insights/b/", change_url(article), "Ada Editor"):
            assert expected in page

    def test_it_is_narrowed_by_kind_and_searched_by_old_and_new_name(self, editor_client):
        make_article("A long story", slug="a").change_slug("b")
        Redirect.objects.leave("tag", "old-tag", tag=make_tag("Safety"))
        assert "/insights/tag/old-tag/" not in editor_client.get(LIST, {"kind": "article"}).content.decode()
        for words, shown in (("old-tag", "tag/old-tag/"), ("Safety", "tag/old-tag/"), ("long story", "/insights/a/")):
            assert shown in editor_client.get(LIST, {"q": words}).content.decode()


class TestByHand:
    @pytest.mark.parametrize("typed", ["past", "/insights/past/", "https://old.example.com/blog/past/?x=1"])
    def test_an_old_address_is_added_however_it_is_pasted(self, editor_client, typed):
        article = make_article(slug="present")
        assert editor_client.post(ADD, {"kind": "article", "slug": typed, "article": article.pk}).status_code == 302
        assert leads(editor_client, "/insights/past/") == (301, "/insights/present/")
        assert AuditEntry.objects.get(verb="added redirect").subject == "/insights/past/"

    def test_every_kind_can_be_led_to(self, editor_client, kind):
        row = make(kind, "present")
        assert editor_client.post(ADD, {"kind": kind, "slug": "past", kind: row.pk}).status_code == 302
        assert leads(editor_client, under(kind, "past")) == (301, under(kind, "present"))

    def test_where_it_leads_can_be_changed_and_taken_away(self, editor_client):
        make_article(slug="one").change_slug("two")
        other = make_article(slug="other")
        row = Redirect.objects.get()
        changed = editor_client.post(f"{LIST}{row.pk}/change/", {"kind": "article", "slug": "one", "article": other.pk})
        assert changed.status_code == 302
        assert leads(editor_client, "/insights/one/") == (301, "/insights/other/")
        assert editor_client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 302
        assert leads(editor_client, "/insights/one/") == (404, "")
        verbs = set(AuditEntry.objects.values_list("verb", flat=True))
        assert {"changed redirect", "deleted redirect"} <= verbs

    @pytest.mark.parametrize(
        ("slug", "expected"),
        [
            ("present", "A page already uses this URL"),
            ("other", "A page already uses this URL"),
            ("search", "is reserved for a page of the site"),
            ("known", "already redirects to /insights/present/"),
            ("no slug!", "Use lowercase letters (a–z)"),
            ("http://[", "Use lowercase letters (a–z)"),
            ("", "This field is required"),
            ("a" * 81, "at most 80"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words_beside_the_field(self, editor_client, slug, expected):
        article = make_article(slug="present")
        make_article(slug="other")
        Redirect.objects.leave("article", "known", article=article)
        answer = editor_client.post(ADD, {"kind": "article", "slug": slug, "article": article.pk})
        assert answer.status_code == 400
        (words,) = answer.context["adminform"].form.errors["slug"]
        assert expected in words
        assert Redirect.objects.count() == 1

    def test_a_word_that_is_reserved_for_articles_may_be_an_old_tag(self, editor_client):
        assert (
            editor_client.post(ADD, {"kind": "tag", "slug": "search", "tag": make_tag("Safety").pk}).status_code == 302
        )

    def test_saving_a_row_unchanged_is_fine(self, editor_client):
        article = make_article(slug="one")
        article.change_slug("two")
        page = f"{LIST}{Redirect.objects.get().pk}/change/"
        assert editor_client.post(page, {"kind": "article", "slug": "one", "article": article.pk}).status_code == 302


class TestOnTheArticlesForm:
    @pytest.fixture
    def article(self) -> Article:
        article = make_article(slug="one")
        article.change_slug("two")
        return article

    def test_old_addresses_stand_beside_the_present_one_with_a_way_to_change_them(self, editor_client, article):
        page = editor_client.get(change_url(article)).content.decode()
        row = Redirect.objects.get()
        assert f'Old URLs that redirect here: <a href="{LIST}{row.pk}/change/">/insights/one/</a>' in page
        assert f"{ADD}?kind=article&amp;article={article.pk}" in page

    def test_the_way_to_add_one_has_the_article_chosen(self, editor_client, article):
        form = editor_client.get(f"{ADD}?kind=article&article={article.pk}").context["adminform"].form
        assert (form["kind"].value(), str(form["article"].value())) == ("article", str(article.pk))

    def test_a_draft_that_never_moved_is_not_bothered(self, editor_client):
        page = editor_client.get(change_url(make_article(published=None))).content.decode()
        assert "Old URLs that redirect here" not in page
        assert "Add a redirect" not in page

    def test_an_author_sees_them_and_cannot_change_them(self, client, article):
        user = make_user("Author")
        Article.objects.filter(pk=article.pk).update(created_by=user, published_at=None)
        client.force_login(user)
        page = client.get(change_url(article)).content.decode()
        assert "Old URLs that redirect here: /insights/one/." in page
        assert LIST not in page
