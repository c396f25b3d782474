"""Details of the admin: named covers, messages with a link, deletion of drafts, headings."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from insights.models import Article, SiteSettings
from tests.factories import make_article, make_category, make_picture, make_user
from tests.feedback.factories import make_answer
from tests.insights.article_form import change_url, form_values, send

pytestmark = pytest.mark.django_db


def checks(client, **typed) -> str:
    return client.post("/admin/insights/article/checks/", {"title": "T", "body": "Words.", **typed}).json()["findings"]


class TestTheCover:
    """Fault C5: a chosen file is included in the checks, and a refusal names it."""

    def test_the_checks_know_of_a_chosen_file(self, client, editor):
        assert "The cover “sea.png” has no alt text." in checks(client, cover_chosen="sea.png")
        assert "alt text" not in checks(client, cover_chosen="sea.png", cover_alt="The sea")
        described = make_picture(alt="A field")
        assert "“new.png” has no alt text" in checks(client, cover=described.pk, cover_chosen="new.png")
        assert "alt text" not in checks(client, cover=described.pk, cover_chosen="")

    def test_publishing_names_it(self, client, editor):
        article = make_article(published=None)
        with make_picture().file.open() as stored:
            file = SimpleUploadedFile("sea.png", stored.read(), "image/png")
        values = {**form_values(client, change_url(article)), "cover_alt": "", "cover_file": file, "_publish": "1"}
        refused = client.post(change_url(article), values)
        assert refused.status_code == 400
        page = refused.content.decode()
        assert 'Can\'t publish yet: 1 problem. Please fix: <a href="#id_cover_alt">Cover alt text</a>.' in page

    def test_the_form_posts_to_itself_without_a_fragment(self, client, editor):
        """Fault C2: an empty action would keep the fragment of the page through every save."""
        article = make_article()
        page = BeautifulSoup(client.get(f"{change_url(article)}?x=1").content, "html.parser")
        assert page.find("form", id="article_form")["action"] == f"{change_url(article)}?x=1"


class TestMessages:
    def test_a_save_links_to_its_page(self, client, editor):
        """Fault C11: a published article is one click away. A draft has its preview, a category its list."""
        article = make_article("Tides", published=None)

        def said(answer) -> str:
            soup = BeautifulSoup(client.get(answer.url).content, "html.parser")
            return str(soup.select_one(".messagelist"))

        preview = f'<a href="/admin/insights/article/{article.pk}/preview/">Preview</a>'
        assert preview in said(send(client, article, body="More words."))
        assert '<a href="/insights/tides/">View on site</a>' in said(send(client, article, "_publish"))
        category = make_category("Chips")
        values = {"name": "Chips", "slug": "chips", "position": "0"}
        answer = client.post(f"/admin/insights/category/{category.pk}/change/", values)
        assert '<a href="/insights/category/chips/">View on site</a>' in said(answer)
        article.unpublish()
        answer = client.post(f"/admin/insights/article/{article.pk}/republish/")
        assert '<a href="/insights/tides/">View on site</a>' in said(answer)

    def test_an_approved_no_does_not_read_as_a_refusal(self, client):
        """Fault C7: "Approved: No by …" was taken for "not approved"."""
        client.force_login(make_user("Moderator"))
        answer = make_answer(make_article(), helpful=False, message="Too short.", name="Ann")
        page = client.get(f"/admin/feedback/answer/{answer.pk}/change/")
        form = BeautifulSoup(page.content, "html.parser").find("button", value="approve").find_parent("form")
        values = {field["name"]: field.get("value", "") for field in form.find_all("input") if field.get("name")}
        response = client.post(
            form.get("action") or page.request["PATH_INFO"], {**values, "decision": "approve"}, follow=True
        )
        assert "Approved: the comment by Ann." in response.content.decode()
        assert "Approved: No" not in response.content.decode()


class TestAuthors:
    @pytest.fixture
    def author(self, client):
        user = make_user("Author")
        client.force_login(user)
        return user

    def test_an_own_draft_is_deleted(self, client, author):
        """Fault C7: an author deletes an own draft, but neither another's nor a published one."""
        own = make_article("Own", published=None, user=author)
        url = f"/admin/insights/article/{own.pk}/delete/"
        assert url in client.get(change_url(own)).content.decode()
        assert "Delete" in client.get(url).content.decode()
        assert client.post(url, {"post": "yes"}).status_code == 302
        assert not Article.objects.filter(pk=own.pk).exists()
        other = make_article("Other", published=None, user=make_user("Author"))
        out = make_article("Out", user=author)
        for kept in (other, out):
            assert client.post(f"/admin/insights/article/{kept.pk}/delete/", {"post": "yes"}).status_code == 403
        assert Article.objects.count() == 2

    def test_is_not_advised_to_pin(self, client, author):
        """Fault C11: only accounts that can pin a next step get this advice."""
        assert "Pin a next step" not in checks(client)
        assert "Name the topic in the title" in checks(client)
        client.force_login(make_user("Editor"))
        assert "Pin a next step" in checks(client)


def test_the_login_has_a_heading(client):
    """Fault C8: the login page has an h1, once."""
    page = BeautifulSoup(client.get("/admin/login/").content, "html.parser")
    assert [heading.get_text() for heading in page.find_all("h1")] == ["Log in"]


def test_lists_name_every_column(client):
    """Fault C8: no column of the picture list is without a header."""
    client.force_login(make_user(superuser=True))
    make_picture()
    page = BeautifulSoup(client.get("/admin/insights/picture/").content, "html.parser")
    assert all(cell.get_text(strip=True) for cell in page.select("#result_list thead th"))


def test_what_scrolls_can_be_reached_and_has_a_name(client, editor):
    """Fault C8: tables in a box of their own take the keyboard. No list is a status. Names contain the visible text."""
    article = make_article()
    send(client, article, seo_title="Other")
    old, new = article.versions.order_by("pk").values_list("pk", flat=True)
    compared = client.get(f"/admin/insights/article/{article.pk}/compare/?from={old}&to={new}")
    pages = [client.get(change_url(article)), compared]
    boxes = [BeautifulSoup(page.content, "html.parser").select_one("#scores, .results") for page in pages]
    for box in boxes:
        assert box["tabindex"] == "0"
        assert box["role"] == "region"
        assert box["aria-label"]
    soup = BeautifulSoup(pages[0].content, "html.parser")
    assert not soup.select("ul[role=status], ol[role=status]")
    for button in soup.select("[role=toolbar] button"):
        shown = re.sub(r"[^\w ]", "", button.get_text()).strip().lower()
        assert shown in button["aria-label"].lower().replace(".", ""), button


def test_the_score_table_is_no_live_region(client, editor):
    """Fault F2: a sentence beside it is, and the line of the bar is not read out at each save."""
    page = BeautifulSoup(client.get(change_url(make_article())).content, "html.parser")
    assert "aria-live" not in page.select_one("#scores").attrs
    assert page.select_one("[data-scores-status]")["role"] == "status"
    assert "role" not in page.select_one("[data-save-state]").attrs


def test_staff_emails_come_from_the_site(settings):
    """Fault C11: a review notification is no issue of the newsletter."""
    from insights.mail.message import from_site

    settings.MAIL_FROM = "AI Scope Weekly <weekly@hub.example.com>"
    assert from_site(SiteSettings().name) == "AI Scope Hub <weekly@hub.example.com>"
    assert from_site("Chips, & more") == '"Chips, & more" <weekly@hub.example.com>'
    assert from_site("Maß") == "Maß <weekly@hub.example.com>"
