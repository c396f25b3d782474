"""URLs of unpublished articles, and URLs in upper case."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from insights.models import Article
from tests.factories import make_article, make_author, make_category, make_series, make_tag

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


class TestAWithdrawnArticle:
    @pytest.mark.parametrize("slug", ["now", "then"])
    def test_answers_410_with_a_sentence_and_a_search(self, client, slug):
        """Fault B8: by its own slug and by an old one. The page shows nothing of the article and is cached nowhere."""
        article = make_article("Secret title", slug="then")
        article.change_slug("now")
        article.unpublish()
        page = client.get(f"/insights/{slug}/")
        assert page.status_code == 410
        assert "This article is no longer available" in page.text
        assert 'action="/insights/search/"' in page.text
        assert 'name="q"' in page.text
        assert "Secret" not in page.text
        assert page["Cache-Control"] == "no-store"
        assert 'content="noindex"' in page.text

    @pytest.mark.parametrize("slug", ["now", "then", "NOW"])
    def test_has_a_twin_that_says_so(self, client, slug):
        """Fault B8: the Markdown version answers 410 as plain text."""
        article = make_article("Secret title", slug="then")
        article.change_slug("now")
        article.unpublish()
        twin = client.get(f"/insights/{slug}.md")
        assert (twin.status_code, twin.text) == (410, "This article is no longer available.\n")
        assert twin["Content-Type"] == "text/plain; charset=utf-8"

    def test_is_in_no_feed_and_no_list(self, client):
        """Fault B8: feeds, search and lists answer as if it had never existed."""
        category = make_category("Policy")
        make_article("Secret title", category=category).unpublish()
        for path in (
            "/insights/feed.xml", "/insights/feed.json", "/insights/category/policy/feed.json", "/insights/",
            "/insights/search/?q=secret", "/sitemap.xml", "/llms.txt",
        ):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code == 200
            assert "Secret title" not in answer.text

    def test_answers_by_the_clock(self, client):
        """Fault B8: scheduled unpublishing changes nothing until its time. Publishing again restores the page."""
        article = make_article("One", slug="one")
        article.unpublish(timezone.now() + HOUR)
        assert client.get("/insights/one/").status_code == 200
        Article.objects.update(published_at=timezone.now() - 2 * HOUR, unpublished_at=timezone.now() - HOUR)
        assert client.get("/insights/one/").status_code == 410
        article.refresh_from_db()
        article.republish()
        assert client.get("/insights/one/").status_code == 200

    @pytest.mark.parametrize("state", ["draft", "future", "nothing"])
    def test_differs_from_one_that_was_never_published(self, client, state):
        """Fault B8: an article that was never public is 404, also if it was unpublished before its time."""
        published = timezone.now() + HOUR if state == "future" else None
        if state != "nothing":
            article = make_article("One", slug="one", published=published)
            assert client.get("/insights/one/").status_code == 404
            article.unpublish()
        assert client.get("/insights/one/").status_code == 404
        assert client.get("/insights/one.md").status_code == 404


class TestAUrlInCapitals:
    @pytest.mark.parametrize("slug", ["ON-TOKENS", "On-Tokens", "on-tokenS"])
    @pytest.mark.parametrize("ending", ["/", ".md"])
    def test_leads_to_the_article(self, client, slug, ending):
        """Fault D: 301 to lower case, in one hop."""
        make_article("On tokens", slug="on-tokens")
        answer = client.get(f"/insights/{slug}{ending}")
        assert (answer.status_code, answer["Location"]) == (301, f"/insights/on-tokens{ending}")

    def test_of_an_old_slug_leads_to_the_new_one_in_one_hop(self, client):
        """Fault D: as an old slug in lower case does."""
        make_article("On tokens", slug="on-tokens").change_slug("about-tokens")
        answer = client.get("/insights/ON-TOKENS/")
        assert (answer.status_code, answer["Location"]) == (301, "/insights/about-tokens/")

    @pytest.mark.parametrize("kind", ["category", "tag", "author", "series"])
    def test_of_a_list_and_its_feed_leads_there(self, client, kind):
        """Fault D: the same for each kind of list."""
        make = {"category": make_category, "tag": make_tag, "author": make_author, "series": make_series}[kind]
        make("Some thing", slug="some-thing")
        answer = client.get(f"/insights/{kind}/SOME-Thing/")
        assert (answer.status_code, answer["Location"]) == (301, f"/insights/{kind}/some-thing/")
        if kind != "series":
            answer = client.get(f"/insights/{kind}/Some-Thing/feed.xml")
            assert (answer.status_code, answer["Location"]) == (301, f"/insights/{kind}/some-thing/feed.xml")

    @pytest.mark.parametrize(
        ("path", "target"),
        [
            ("/INSIGHTS/", "/insights/"),
            ("/Insights/On-Tokens/", "/insights/on-tokens/"),
            ("/INSIGHTS/ON-TOKENS", "/insights/on-tokens/"),
            ("/INSIGHTS/?before=1-1", "/insights/?before=1-1"),
            ("/NEWSLETTER/", "/newsletter/"),
            ("/Privacy", "/privacy/"),
        ],
    )
    def test_of_the_whole_path_leads_there(self, client, path, target):
        """Fault D: upper case anywhere in the path of a public page, and the rest of the path stays."""
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (301, target)

    @pytest.mark.parametrize(
        "path", ["/insights/NOTHING/", "/NOTHING/", "/Preview/abc/", "/ADMIN/", "/Newsletter/Confirm/aB/"]
    )
    def test_of_nothing_public_is_not_found(self, client, path):
        """Fault D: no redirect to a missing page, nor to one whose URL contains a token."""
        assert client.get(path).status_code == 404

    def test_goes_to_no_draft(self, client):
        """Fault D: a draft is not revealed by a redirect."""
        make_article("Draft", slug="draft", published=None)
        assert client.get("/insights/DRAFT/").status_code == 404

    def test_wins_over_nothing_that_has_it(self, client):
        """Fault D: a slug in upper case that is in use is no mistake."""
        make_article("Other", slug="GPT-4")
        make_article("Lower", slug="gpt-4")
        assert client.get("/insights/GPT-4/").status_code == 200
