"""The picture library of the writing view, where pictures are used, and the protection of used ones."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Permission
from django.db.models import ProtectedError
from django.utils import timezone

from insights.models import Picture, Version
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag, make_user
from tests.insights.article_form import send

URL = "/admin/insights/picture/library/"

pytestmark = pytest.mark.django_db


def names(client, words: str = "", **more) -> list[str]:
    answer = client.get(URL, {"q": words, **more})
    assert answer.status_code == 200
    return re.findall(r'data-name="([^"]*)"', answer.content.decode())


def page_of(picture: Picture) -> str:
    return f"/admin/insights/picture/{picture.pk}/change/"


class TestTheLibrary:
    def test_each_word_is_looked_for_in_name_alt_text_caption_and_credit(self, client, editor):
        make_picture(name="field.png", alt="A blue field", caption="At noon", credit="Drawing: Ann")
        make_picture(name="sea.png", alt="A blue sea", credit="Photo: Ben")
        assert names(client, "blue") == ["sea.png", "field.png"]
        assert names(client, "ANN blue noon") == ["field.png"]
        assert names(client, "sea.png") == ["sea.png"]
        assert "No results." in client.get(URL, {"q": "green"}).content.decode()

    def test_the_markdown_to_insert_and_what_belongs_to_it(self, client, editor):
        picture = make_picture(alt='A "blue" field', caption="At noon", credit="Drawing: Ann")
        make_article("Shows it", body=f"![x]({picture.reference})\n")
        shown = client.get(URL).content.decode()
        assert f"![A &quot;blue&quot; field]({picture.reference} &quot;At noon&quot;)" in shown
        for expected in ("Drawing: Ann", "Shows it", f"{picture.width} × {picture.height}", page_of(picture)):
            assert expected in shown, expected

    def test_some_at_once_and_then_more(self, client, editor):
        for number in range(30):
            make_picture(name=f"{number}.png")
        first, second = names(client), names(client, page="2")
        assert (len(first), len(second)) == (24, 6)
        assert len({*first, *second}) == 30
        assert names(client, page="3") == []

    @pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 40, "²"])
    def test_a_page_that_is_none_is_the_first(self, client, editor, number):
        make_picture(name="one.png")
        assert names(client, page=number) == ["one.png"]

    def test_what_was_typed_is_text(self, client, editor):
        """M09: name, alt text, credit and titles with markup are text in the library."""
        evil = '"><script>alert(1)</script>'
        picture = make_picture(name=evil, alt=evil, caption=evil, credit=evil)
        make_article(evil, slug="evil", body=f"![x]({picture.reference})\n")
        assert "<script" not in client.get(URL).content.decode()

    def test_queries_do_not_grow_with_the_pictures(self, client, editor, django_assert_max_num_queries):
        for number in range(20):
            make_article(f"Article {number}", body=f"![x]({make_picture().reference})\n")
        with django_assert_max_num_queries(16):
            client.get(URL)

    @pytest.mark.parametrize("role", ["", "Moderator", "Newsletter manager"])
    def test_only_for_who_may_see_pictures(self, client, role):
        client.force_login(make_user(role))
        assert client.get(URL).status_code == 403
        assert client.post(URL).status_code == 405


class TestWhatAnAuthorSees:
    """E13: file names and alt texts of other authors' drafts are private."""

    @pytest.fixture
    def author(self, client):
        user = make_user("Author")
        client.force_login(user)
        return user

    @pytest.fixture
    def pictures(self, author) -> dict[str, Picture]:
        """Return pictures by what an author may know of each."""
        other = make_user("Author")
        make = {name: make_picture(name=f"{name}.png", uploaded_by=other) for name in (
            "hidden", "in-draft", "cover-of-draft", "withdrawn", "scheduled", "earlier", "public", "public-cover",
            "portrait", "of-own-article")}  # fmt: skip
        make["own"] = make_picture(name="own.png", uploaded_by=author)
        shows = {name: f"![x]({picture.reference})\n" for name, picture in make.items()}
        make_article("Draft", published=None, user=other, body=shows["in-draft"])
        make_article("Covered", published=None, user=other, cover=make["cover-of-draft"])
        make_article("Gone", user=other, body=shows["withdrawn"]).unpublish()
        make_article("Soon", published=timezone.now() + dt.timedelta(days=1), user=other, body=shows["scheduled"])
        replaced = make_article("Replaced", user=other, body=shows["earlier"])
        replaced.publish(import_version(replaced, {"body": "No picture.\n"}, user=other))
        make_article("Out", user=other, body=shows["public"], cover=make["public-cover"])
        make_author("A portrait", avatar=make["portrait"])
        make_article("Own", published=None, user=author, cover=make["of-own-article"])
        return make

    KNOWN = {"own.png", "of-own-article.png", "public.png", "public-cover.png", "portrait.png"}

    def test_in_the_library_of_the_writing_view(self, client, pictures):
        """E13: for any search text."""
        assert set(names(client)) == self.KNOWN
        assert names(client, "hidden") == []

    def test_in_the_list_and_in_the_search_of_a_cover(self, client, pictures):
        """E13: the list of pictures, and the picture search field, by its name and by its alt text."""
        listed = client.get("/admin/insights/picture/?q=png").text
        assert {name for name in (f"{name}.png" for name in pictures) if name in listed} == self.KNOWN
        asked = {"app_label": "insights", "model_name": "version", "field_name": "cover", "term": "png"}
        found = client.get("/admin/autocomplete/", asked).json()["results"]
        assert {entry["text"] for entry in found} == self.KNOWN

    @pytest.mark.parametrize("name", ["hidden", "in-draft", "cover-of-draft", "withdrawn", "scheduled", "earlier"])
    def test_by_guessing_its_number(self, client, pictures, name):
        """E13: neither the picture's page, nor a form or the checks with it as the cover, shows its name."""
        picture = pictures[name]
        Picture.objects.update(alt="")
        assert client.get(page_of(picture)).status_code == 403
        typed = {"title": "Mine", "body": "Words.\n", "cover": picture.pk}
        for url in ("add/", "autosave/", "checks/", "page/", "scores/"):
            answer = client.post(f"/admin/insights/article/{url}", typed)
            assert f"{name}.png" not in answer.text
            assert picture.file.url.replace("/", "\\/") not in answer.text.replace("/", "\\/")
        assert not Version.objects.filter(title="Mine", cover=picture).exists()

    def test_an_editor_sees_all(self, client, pictures):
        """E13: an account that edits others' articles needs their pictures. So does one that manages pictures."""
        keeper = make_user(is_staff=True)
        keeper.user_permissions.set(Permission.objects.filter(codename__in=["view_picture", "change_picture"]))
        for user in (make_user("Editor"), keeper):
            client.force_login(user)
            assert len(names(client)) == len(pictures)
            assert client.get(page_of(pictures["hidden"])).status_code == 200


class TestUsedIn:
    def test_every_kind_of_place_with_its_link(self, client, editor):
        picture = make_picture()
        article = make_article("In its text", body=f"![x]({picture.reference})\n")
        covered = make_article("As its cover", cover=picture)
        author, category = make_author("A portrait", avatar=picture), make_category("A category", picture=picture)
        tag, series = make_tag("a tag"), make_series("A series")
        for row in (tag, series):
            row.picture = picture
            row.save()
        page = client.get(page_of(picture)).content.decode()
        for address, expected in (
            (f"/admin/insights/article/{article.pk}/change/", "In its text"),
            (f"/admin/insights/article/{covered.pk}/change/", "As its cover"),
            (f"/admin/insights/author/{author.pk}/change/", "Author: A portrait"),
            (f"/admin/insights/category/{category.pk}/change/", "Category: A category"),
            (f"/admin/insights/tag/{tag.pk}/change/", "Tag: a tag"),
            (f"/admin/insights/series/{series.pk}/change/", "Series: A series"),
        ):
            assert f'<a href="{address}">{expected}</a>' in page
        assert "2 articles and 4 pages" in client.get("/admin/insights/picture/").content.decode()

    def test_an_author_sees_no_title_of_another_author_s_draft(self, client):
        user = make_user("Author")
        client.force_login(user)
        picture = make_picture()
        make_article("Secret draft", published=None, body=f"![x]({picture.reference})\n")
        make_article("Out for all", slug="out", body=f"![x]({picture.reference})\n")
        for address in (URL, page_of(picture)):
            shown = client.get(address).content.decode()
            assert "Secret draft" not in shown
            assert "An article by another author" in shown
            assert '<a href="/insights/out/"' in shown

    def test_no_link_leads_to_a_page_the_account_may_not_open(self, client):
        client.force_login(make_user("Author"))
        picture = make_picture()
        make_category("Analysis", picture=picture)
        for address in (URL, page_of(picture)):
            shown = client.get(address).content.decode()
            assert "Category: Analysis" in shown
            assert "/admin/insights/category/" not in shown

    def test_a_page_names_twenty_places_and_counts_the_rest(self, client, editor):
        picture = make_picture()
        for number in range(22):
            make_article(f"Number {number}", cover=picture)
        page = client.get(page_of(picture)).content.decode()
        assert page.count(">Number ") == 20
        assert "and 2 more" in page


class TestWhatIsUsedStays:
    @pytest.fixture
    def uses(self):
        return {
            "text": lambda picture: make_article(body=f"![x]({picture.reference})\n"),
            "cover": lambda picture: make_article(cover=picture),
            "portrait": lambda picture: make_author(avatar=picture),
            "category": lambda picture: make_category(picture=picture),
        }

    @pytest.mark.parametrize("kind", ["text", "cover", "portrait", "category"])
    def test_in_the_admin(self, client, editor, uses, kind):
        picture = make_picture()
        uses[kind](picture)
        assert client.get(page_of(picture).replace("change", "delete")).status_code == 403
        assert client.post(page_of(picture).replace("change", "delete"), {"post": "yes"}).status_code == 403
        answer = client.post(
            "/admin/insights/picture/", {"action": "delete_selected", "_selected_action": picture.pk, "post": "yes"}
        )
        assert answer.status_code < 500
        assert Picture.objects.filter(pk=picture.pk).exists()

    @pytest.mark.parametrize("kind", ["text", "cover", "portrait", "category"])
    def test_by_whatever_way_else(self, uses, kind):
        picture = make_picture()
        uses[kind](picture)
        for delete in (picture.delete, Picture.objects.filter(pk=picture.pk).delete):
            with pytest.raises(ProtectedError):
                delete()
        assert Picture.objects.filter(pk=picture.pk).exists()

    def test_also_when_only_an_old_version_shows_it(self, client, editor):
        picture = make_picture()
        article = make_article(body=f"![x]({picture.reference})\n")
        send(client, article, "_publish", body="No picture any more.\n")
        assert Version.objects.filter(article=article).count() == 2
        assert client.post(page_of(picture).replace("change", "delete"), {"post": "yes"}).status_code == 403

    def test_what_nothing_uses_goes(self, client, editor):
        picture = make_picture()
        assert client.post(page_of(picture).replace("change", "delete"), {"post": "yes"}).status_code == 302
        assert not Picture.objects.filter(pk=picture.pk).exists()
