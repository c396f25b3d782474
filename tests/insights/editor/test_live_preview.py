"""The live preview: the page that readers would get, for the frame of the admin only."""

from __future__ import annotations

import re

import pytest

from insights.models import Article, Version
from insights.publishing.rendering import render_text
from tests.cpu import cpu_seconds
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag, make_user

URL = "/admin/insights/article/page/"
FEATURES = (
    "## One\n\nWords *and* `code`.[^1]\n\n- a\n- b\n\n  more\n\n1. x\n\n> said\n\n```py\nx = 1\n```\n\n    indented\n\n"
    "| a | b |\n|---|--:|\n| 1 | 2 |\n\n---\n\n### Two\n\nEnd  \nof it.\n\n[^1]: A note.\n"
)

pytestmark = pytest.mark.django_db


def typed(client, article: Article | None = None, **values) -> dict:
    address = f"{URL}?article={article.pk}" if article else URL
    answer = client.post(address, {"title": "A title", "excerpt": "", "body": "", **values})
    assert answer.status_code == 200
    return answer.json()


def without_lines(html: str) -> str:
    return re.sub(r' data-line="\d+"', "", html)


class TestWhatItShows:
    def test_everything_that_is_typed_and_chosen(self, client, editor):
        article = make_article("Before", body="Before.\n", published=None)
        category, tag, series = make_category("Policy"), make_tag("safety"), make_series("Reading")
        first, second, cover = make_author("Ann"), make_author("Ben"), make_picture(alt="A field")
        page = typed(
            client, article, title="After", body="## Heading\n\nSome words.\n", category=category.pk, tags=[tag.pk],
            series=series.pk, series_part=2, authors_0=second.pk, authors_1=first.pk, cover=cover.pk,
            cover_caption="A caption",
        )["page"]  # fmt: skip
        for shown in ("After</h1>", "Some words.", "Policy", "safety", "Part 2", cover.file.url, "A caption"):
            assert shown in page, shown
        assert page.index("Ben</a>") < page.index("Ann</a>")
        assert "Before" not in page

    def test_it_is_the_same_tree_as_the_published_page_but_for_the_lines(self, client, editor):
        """M12: the frame has the published tree, each block with its line."""
        article = make_article(body=FEATURES)
        page = typed(client, article, title=article.slug, body=FEATURES)["page"]
        published = Version.objects.get(article=article).html
        assert published in without_lines(page)
        assert without_lines(render_text(FEATURES, with_lines=True).html) == published
        assert 'data-line="' not in client.get(article.get_absolute_url()).content.decode()

    def test_each_block_names_its_line(self):
        picture = make_picture()
        text = f"One\nline\n\n![A field]({picture.reference})\n\n## Two\n\n- a\n- b\n\n```\nx\n```\n"
        html = render_text(text, with_lines=True).html
        found = re.findall(r'<(\w+) data-line="(\d+)"', html)
        assert found == [("p", "0"), ("figure", "3"), ("h2", "5"), ("ul", "7"), ("li", "7"), ("li", "8"), ("pre", "10")]

    def test_words_and_minutes_by_the_rule_of_the_page(self, client, editor):
        result = typed(client, body="word " * 600)
        assert (result["words"], result["minutes"]) == (600, 3)

    def test_what_would_be_refused_is_said(self, client, editor):
        result = typed(client, body="![x](https://evil.example/a.png)\n\nWords.")
        assert "is not on this site. Upload the file" in result["problems"][0]
        assert "Words." in result["page"]

    def test_the_next_step_of_what_is_typed(self, client, editor):
        page = typed(client, title="China AI tokens", body="China, AI, tokens, models")["page"]
        assert "source: rule" in page

    def test_a_field_that_cannot_be_read_counts_as_stored(self, client, editor):
        category = make_category("Policy")
        article = make_article(category=category, published=None)
        page = typed(client, article, category="999999", authors_0="x", cover="y", series_part="z", tags=["q"])["page"]
        assert "Policy" in page

    def test_the_stored_page_before_anything_is_typed(self, client, editor):
        article = make_article("Stored title", body="Stored words.\n", published=None)
        page = client.get(f"{URL}?article={article.pk}").content.decode()
        assert "Stored title</h1>" in page
        assert 'data-line="0"' in page
        assert client.get(URL).status_code == 200

    def test_no_script_stands_in_it(self, client, editor):
        evil = "<script>alert(1)</script>"
        article = make_article("Stored", published=None)
        for page in (
            client.get(f"{URL}?article={article.pk}").content.decode(),
            typed(client, article, title=evil, excerpt=evil, body=evil, cover_caption=evil, slug=evil)["page"],
        ):
            assert "<script" not in page

    def test_nothing_is_stored(self, client, editor, django_assert_max_num_queries):
        article, cover = make_article("Before"), make_picture()
        before = list(Version.objects.values())
        with django_assert_max_num_queries(25) as asked:
            typed(client, article, title="After", body="After.", slug="after", cover=cover.pk)
        asked_for = [query["sql"] for query in asked.captured_queries if "django_session" not in query["sql"]]
        assert [sql for sql in asked_for if sql.startswith(("UPDATE", "INSERT", "DELETE"))] == []
        assert list(Version.objects.values()) == before

    @pytest.mark.parametrize("text", ["[" * 20_000, "[a](<" * 2_500, "> " * 2_000, "- " * 300 + "x", "x\n\n" * 30_000])
    def test_hostile_text_is_answered(self, client, editor, text):
        """U21: 20,000 brackets and similar texts are answered in under 3 s."""
        assert cpu_seconds(lambda: typed(client, body=text)) < 3

    def test_a_text_that_is_too_large(self, client, editor):
        assert "200 kB" in typed(client, body="x" * 200_001)["problems"][0]


class TestWhoGetsIt:
    @pytest.mark.parametrize("role", ["", "Moderator", "Newsletter manager"])
    def test_not_without_the_permission(self, client, role):
        client.force_login(make_user(role))
        assert client.get(URL).status_code == 403
        assert client.post(URL, {"body": "x"}).status_code == 403

    def test_not_without_an_account(self, client):
        assert client.get(URL).status_code == 403

    def test_an_author_sees_no_article_of_another_author(self, client):
        user = make_user("Author")
        client.force_login(user)
        own, other = make_article(published=None, user=user), make_article("Theirs", published=None)
        assert client.get(f"{URL}?article={own.pk}").status_code == 200
        assert client.get(f"{URL}?article={other.pk}").status_code == 403
        assert client.post(f"{URL}?article={other.pk}", {"body": "x"}).status_code == 403

    @pytest.mark.parametrize("name", ["999999", "x", "-1", "9" * 30, "1 or 1=1"])
    def test_an_article_that_is_none(self, client, editor, name):
        assert client.get(URL, {"article": name}).status_code == 404

    def test_only_the_admin_may_frame_it(self, client, editor):
        """H02: the frame's own answer says 'self', and lets no script run. All other pages say 'none'."""
        article = make_article()
        answer = client.get(f"{URL}?article={article.pk}")
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "script-src 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        form = client.get(f"/admin/insights/article/{article.pk}/change/")
        assert "frame-src 'self'" in form.headers["Content-Security-Policy"]
        for other in (form, client.get(article.get_absolute_url()), client.get("/admin/")):
            assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
            assert other.headers["X-Frame-Options"] == "DENY"
        assert "frame-src" not in client.get("/").headers["Content-Security-Policy"]
