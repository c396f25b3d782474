"""URLs of rows: invalid ones are refused when typed or imported, and never become a link on a page."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import CommandError, call_command

from insights.models import Article, SiteSettings, Step, Version
from insights.text.web_urls import is_https_url, is_link_target
from tests.factories import make_article, make_user
from tests.html_forms import form_values
from tests.insights.article_form import send

pytestmark = pytest.mark.django_db

NO_URL = [
    'https://evil.example/"><script>', "https://evil.example/'\"onload=", "https://evil.example/<b>",
    "https://evil.example/a b", "https://evil.example/\ta", "https://evil.example/a\n", "https://evil.example/\x00",
    "https://evil.example/\xa0", "https://evil.example/\u200bx", "https://evil.example/\u202ex", "https://evil.example/\\x",
    "https://evil.example/{x}", "https://evil.example/|", "https://evil.example/`", "https://evil.example/^",
    "https://user@evil.example/", "https://user:secret@evil.example/", "https://hub.example.com@evil.example/",
    "http://evil.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
    "//evil.example/",
    "/\\evil.example", "https:evil.example", "https:/evil.example", "https://", "https:///x",
    "ftp://evil.example/", "evil.example",
    "https://evil .example/", "https://[::1/", "java\nscript:alert(1)",
]  # fmt: skip
HTTPS = [
    "https://example.com", "https://example.com/", "https://example.com:8443/a?b=c&d=%20e#f", "https://münchen.example/straße",
    "https://xn--mnchen-3ya.example/%C3%9F", "https://例え.テスト/道", "https://example.com/Moore's_law_(1965)",
    "https://example.com/a,b;c=d~e!$*+@f", "https://192.0.2.1/", "https://[2001:db8::1]/x",
]  # fmt: skip


@pytest.mark.parametrize("url", NO_URL)
def test_what_is_no_url_is_none(url):
    """E13: characters that no URL has, user names, other schemes."""
    assert not is_https_url(url)
    assert not is_link_target(url)


@pytest.mark.parametrize("url", HTTPS)
def test_urls_of_the_whole_world_are_fine(url):
    """E13: international names, percent signs, apostrophes, ports."""
    assert is_https_url(url)
    assert is_link_target(url)


@pytest.mark.parametrize("path", ["/", "/insights/", "/insights/über-uns/?q=a%20b#c", "/a@b"])
def test_a_path_of_the_site_is_a_target_and_no_page_elsewhere(path):
    """E13: of navigation and next steps."""
    assert is_link_target(path)
    assert not is_https_url(path)


class TestWhereItIsTyped:
    @pytest.mark.parametrize("url", NO_URL)
    def test_the_canonical_url_of_an_article(self, client, editor, url):
        """E13: beside its field, as it was typed. The field drops a blank at the end."""
        article = make_article("Out")
        answer = send(client, article, canonical=url)
        if url != url.strip():
            assert answer.status_code == 302
            return
        assert answer.status_code == 400
        assert answer.context["adminform"].form.errors["canonical"]
        assert Version.objects.filter(canonical="").count() == Version.objects.count()

    @pytest.mark.parametrize("url", HTTPS)
    def test_a_canonical_url_that_is_one(self, client, editor, url):
        """E13: it is in the page as it was typed."""
        article = make_article("Out")
        assert send(client, article, "_publish", canonical=url, excerpt="An excerpt.").status_code in {302, 400}
        Version.objects.update(canonical=url)
        assert (
            f'rel="canonical" href="{url.replace("&", "&amp;").replace("'", "&#x27;")}"'
            in client.get("/insights/out/").text
        )

    @pytest.mark.parametrize(
        "url", ['https://evil.example/"><script>', "https://user@evil.example/", "javascript:alert(1)"]
    )
    def test_in_a_file_that_is_imported(self, tmp_path, url):
        """E13: nothing of it is imported."""
        (tmp_path / "a.md").write_text(f"---\ntitle: A\ncanonical: {json.dumps(url)}\n---\nWords.\n")
        with pytest.raises(CommandError, match="canonical"):
            call_command("import_articles", str(tmp_path), verbosity=0)
        assert not Article.objects.exists()

    @pytest.mark.parametrize("field", ["navigation", "social_links"])
    @pytest.mark.parametrize(
        "url", ['https://evil.example/"><script>', "https://user@evil.example/", "https://a.example/a b"]
    )
    def test_in_the_settings(self, client, field, url):
        """E13: beside the field; nothing is stored."""
        client.force_login(make_user(superuser=True))
        page = "/admin/insights/sitesettings/1/change/"
        typed = form_values(client.get(page).text, "sitesettings_form")
        answer = client.post(page, {**typed, f"{field}-0-label": "x", f"{field}-0-address": url})
        assert answer.status_code == 400
        assert answer.context["adminform"].form.errors[field]
        assert not SiteSettings.objects.exists()


STORED = [url for url in NO_URL if "\x00" not in url]  # which no column of PostgreSQL takes
BY_SQL = [*STORED, 5, None, ["https://a.example/"], {"a": 1}]


class TestWhatWasWrittenPastTheForms:
    """A row that SQL, a restored backup or an older version left behind."""

    @pytest.fixture
    def article(self):
        return make_article("Out", slug="out")

    @pytest.mark.parametrize("url", BY_SQL)
    def test_is_no_link_in_navigation_and_footer(self, client, article, url):
        """E13: nor in the structured data. The links beside it stay."""
        good = {"label": "Fine", "address": "https://fine.example/"}
        rows = [{"label": "Bad", "address": url}, good, "x", {"label": "Bad"}, {"address": "https://fine.example/"}]
        SiteSettings().save()
        SiteSettings.objects.update(navigation=rows, social_links=rows)
        SiteSettings.forget()
        for page in (client.get(path).text for path in ("/", "/insights/out/", "/newsletter/", "/no-such-page/")):
            assert page.count('href="https://fine.example/">Fine</a>') == 2
            assert ">Bad<" not in page
        data = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get("/").text)
        assert data
        assert json.loads(data[1])["@graph"][0]["publisher"]["sameAs"] == ["https://fine.example/"]

    @pytest.mark.parametrize("url", STORED)
    def test_is_no_link_of_a_next_step(self, client, article, url):
        """E13: its text stays, without a button."""
        Step.objects.update(kind="link", target_url=url, heading="Read on", button="Go")
        page = client.get("/insights/out/").text
        assert "Read on" in page
        assert ">Go</a>" not in page

    @pytest.mark.parametrize("url", STORED)
    def test_is_no_canonical_url(self, client, article, url):
        """E13: neither of the page, nor of its Markdown, its feeds or its structured data."""
        Version.objects.update(canonical=url)
        page, twin = client.get("/insights/out/"), client.get("/insights/out.md")
        own = "https://hub.example.com/insights/out/"
        assert f'<link rel="canonical" href="{own}">' in page.text
        assert f'"mainEntityOfPage":"{own}"' in page.text
        assert twin["Link"] == f'<{own}>; rel="canonical"'
        assert "external_url" not in client.get("/insights/feed.json").json()["items"][0]
        for text in (page.text, twin.text, client.get("/insights/feed.xml").text):
            assert "evil.example" not in text
            assert "alert(1)" not in text
