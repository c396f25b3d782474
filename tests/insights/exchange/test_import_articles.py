"""Import of articles: everything or nothing, and no changes the second time."""

import datetime as dt

import pytest
from django.core.management import CommandError
from django.utils import timezone

from insights.models import Article, AuditEntry, Author, Picture, Redirect, Tag
from insights.next_step.decisions import decision_of
from insights.publishing.drafts import autosave_draft, import_version
from tests.factories import make_article, make_author, make_user
from tests.insights.exchange.article_files import refused, run, write_article, write_picture

pytestmark = pytest.mark.django_db


def only_article():
    return Article.objects.get()


class TestOneFile:
    def test_becomes_an_article_with_everything_it_names(self, tmp_path):
        write_picture(tmp_path / "images/card.png")
        path = write_article(
            tmp_path,
            title="How to read a model card",
            date="2026-05-25T09:00:00+00:00",
            updated="2026-06-01T10:00:00+00:00",
            status="published",
            category="Analysis",
            authors="[AI Scope Hub, Second Desk]",
            tags="[evaluation, safety]",
            series="Reading evaluations",
            series_part="2",
            excerpt="One sentence.",
            cover="images/card.png",
            cover_alt="A card",
            cover_caption="Caption",
            cover_credit="Credit",
            seo_title="SEO",
            seo_description="Description",
            canonical="https://example.org/x",
            aliases="[old-slug]",
            next_step="newsletter",
        )
        assert "1 new, 0 changed, 0 unchanged." in run("import_articles", path)
        article = only_article()
        version = article.live_version()
        assert article.slug == "how-to-read-a-model-card"
        assert article.published_at == version.live_from == dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC)
        assert version.updated_at == dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC)
        assert [str(row) for row in version.bylines.all()] == ["AI Scope Hub", "Second Desk"]
        assert [str(row) for row in version.version_tags.all()] == ["evaluation", "safety"]
        assert (version.category.slug, version.series.slug, version.series_part) == (
            "analysis",
            "reading-evaluations",
            2,
        )
        assert (version.cover.name, version.cover_alt) == ("card.png", "A card")
        assert version.cover.alt == "A card"
        assert (version.seo_title, version.canonical) == ("SEO", "https://example.org/x")
        assert decision_of(version).line() == "editor: newsletter · confidence: 1.00 · source: editor"
        assert Redirect.objects.get(slug="old-slug").article == article
        assert [use.picture for use in version.picture_uses.all()] == [version.cover]

    def test_is_a_draft_unless_it_says_otherwise(self, tmp_path):
        run("import_articles", write_article(tmp_path))
        assert only_article().status() == "draft"

    @pytest.mark.parametrize("status", ["draft", "review", "published", "withdrawn"])
    def test_gets_the_status_it_names(self, tmp_path, status):
        path = write_article(tmp_path, status=status)
        run("import_articles", path)
        assert only_article().status() == status
        assert "0 new, 0 changed, 1 unchanged." in run("import_articles", path)

    def test_with_a_date_to_come_is_scheduled(self, tmp_path):
        date = (timezone.now() + dt.timedelta(days=2)).replace(microsecond=5)
        path = write_article(tmp_path, status="published", date=date.isoformat())
        run("import_articles", path)
        assert only_article().status() == "scheduled"
        assert only_article().published_at == date
        later = date + dt.timedelta(days=1)
        path = write_article(tmp_path, status="published", date=later.isoformat(), body="Better.\n")
        run("import_articles", path)
        article = only_article()
        assert article.status() == "scheduled"
        assert article.status(later) == "published"
        assert article.live_version(later).body == "Better.\n"
        assert article.live_version(date) is None

    def test_a_second_time_changes_nothing(self, tmp_path):
        write_picture(tmp_path / "x.png")
        path = write_article(
            tmp_path, status="published", tags="[b, a]", authors="[B, A]", body="![A](x.png)\n", aliases="[was]"
        )
        run("import_articles", path)
        entries, version = AuditEntry.objects.count(), only_article().versions.values().get()
        assert "0 new, 0 changed, 1 unchanged." in run("import_articles", path)
        assert only_article().versions.values().get() == version
        assert Picture.objects.count() == 1
        assert AuditEntry.objects.count() == entries

    def test_by_a_byline_of_the_publication_itself_gets_its_tagline(self, tmp_path):
        run("import_articles", write_article(tmp_path, author="AI Scope Hub"))
        author = Author.objects.get(name="AI Scope Hub")
        assert (author.initials, author.line.casefold()) == ("AI", "ai research & analysis")

    def test_with_a_title_that_gives_no_address_asks_for_one(self, tmp_path):
        path = write_article(tmp_path, title="中国的人工智能")
        assert "slug: No slug can be made from the title. Write a slug in Latin letters." in refused(path)
        run("import_articles", write_article(tmp_path, title="中国的人工智能", slug="china-ai"))
        assert only_article().slug == "china-ai"

    @pytest.mark.parametrize("slug", ["search", "feed", "a b", "../x", "a" * 81, "ä"])
    def test_with_an_address_that_cannot_be_is_refused(self, tmp_path, slug):
        assert "slug:" in refused(write_article(tmp_path, slug=slug))

    def test_that_is_no_markdown_file_is_refused(self, tmp_path):
        (tmp_path / "x.txt").write_text("x")
        assert "neither a folder nor a Markdown file" in refused(tmp_path / "x.txt")
        assert "does not exist" in refused(tmp_path / "y.md")

    def test_that_is_too_large_is_refused(self, tmp_path):
        assert "is too large. The limit is 1 MB." in refused(write_article(tmp_path, body="x" * 1_000_001))
        assert "larger than 200 kB" in refused(write_article(tmp_path, body="word " * 50_000))

    @pytest.mark.parametrize("content", [b"---\ntitle: \xff\n---\n", "---\ntitle: x\n---\n".encode("utf-16")])
    def test_that_is_not_utf_8_is_refused(self, tmp_path, content):
        (tmp_path / "a.md").write_bytes(content)
        assert "a.md: The file is not UTF-8. Save it as UTF-8." in refused(tmp_path / "a.md")

    def test_with_values_that_are_too_long_names_the_keys(self, tmp_path):
        output = refused(
            write_article(tmp_path, title="x" * 201, excerpt="x" * 601, canonical="http://example.org", slug="x")
        )
        for key in ("title:", "excerpt:", "canonical:"):
            assert f", line {2 if key == 'title:' else 3 if key == 'excerpt:' else 4}: {key}" in output

    def test_with_an_unknown_step_names_it(self, tmp_path):
        output = refused(write_article(tmp_path, next_step="nowhere"))
        assert output.startswith(
            "article.md, line 3: next_step: There is no next step “nowhere”. Use one of: newsletter."
        )

    def test_with_a_picture_of_another_host_is_refused(self, tmp_path):
        assert "is not on this site. Upload" in refused(
            write_article(tmp_path, body="![x](https://example.org/x.png)\n")
        )


class TestAnArticleThatExists:
    def test_is_found_by_its_id_and_moves_to_the_files_slug(self, tmp_path):
        article = make_article("Old title")
        run(
            "import_articles", write_article(tmp_path, id=article.uid, slug="new-slug", title="New", status="published")
        )
        article = only_article()
        assert article.slug == "new-slug"
        assert article.live_version().title == "New"
        assert Redirect.objects.get(slug="old-title").article == article

    def test_is_found_by_its_slug(self, tmp_path):
        uid = make_article("Old title").uid
        run("import_articles", write_article(tmp_path, slug="old-title", title="New", status="published"))
        assert only_article().uid == uid
        assert only_article().live_version().title == "New"

    def test_keeps_its_publication_date_and_its_earlier_text(self, tmp_path):
        date = timezone.now() - dt.timedelta(days=9)
        make_article("Title", published=date, body="Before.\n")
        output = run("import_articles", write_article(tmp_path, title="Title", status="published", body="After.\n"))
        assert "changed   article.md  (body)" in output
        article = only_article()
        assert article.published_at == date
        assert [version.body for version in article.versions.order_by("pk")] == ["Before.\n", "After.\n"]
        assert article.live_version().live_from > date

    def test_gets_another_publication_date_if_the_file_has_one(self, tmp_path):
        make_article("Title", tags=[], authors=[make_author("A")])
        date = dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
        run(
            "import_articles",
            write_article(tmp_path, title="Title", status="published", author="A", date=date.isoformat()),
        )
        article = only_article()
        version = article.live_version()
        assert article.published_at == version.listed_at == version.bylines.get().listed_at == date

    def test_that_is_out_cannot_be_dated_into_the_future(self, tmp_path):
        make_article("Title")
        output = refused(write_article(tmp_path, title="Title", status="published", date="2099-01-01"))
        assert "date: The article is already published" in output

    def test_is_taken_from_readers_and_given_back(self, tmp_path):
        run("import_articles", write_article(tmp_path, status="published"))
        run("import_articles", write_article(tmp_path, status="withdrawn"))
        assert only_article().status() == "withdrawn"
        assert only_article().versions.count() == 1
        run("import_articles", write_article(tmp_path, status="published"))
        assert only_article().status() == "published"

    def test_keeps_an_editor_s_draft_when_a_changed_file_is_published(self, tmp_path):
        article = make_article("Title")
        import_version(article, {"body": "Half a thought"}, user=make_user("Editor"))
        run("import_articles", write_article(tmp_path, title="Title", status="published", body="Changed.\n"))
        assert article.live_version().body == "Changed.\n"
        assert article.working_version().body == "Half a thought"

    def test_gets_a_draft_beside_its_live_text(self, tmp_path):
        make_article("Title", body="Live.\n")
        path = write_article(tmp_path, title="Title", status="review", body="Coming.\n")
        run("import_articles", path)
        article = only_article()
        assert article.live_version().body == "Live.\n"
        assert article.working_version().body == "Coming.\n"
        assert article.working_version().submitted_at
        assert "1 unchanged" in run("import_articles", path)

    def test_is_published_by_a_file_that_was_a_draft(self, tmp_path):
        run("import_articles", write_article(tmp_path, status="draft"))
        run("import_articles", write_article(tmp_path, status="published"))
        assert only_article().status() == "published"
        assert only_article().versions.count() == 1

    def test_does_not_take_the_address_of_another(self, tmp_path):
        first = make_article("First")
        make_article("Second")
        path = write_article(tmp_path, id=first.uid, slug="second")
        with pytest.raises(CommandError, match="“second” is the slug of another article"):
            run("import_articles", path)

    @pytest.mark.parametrize("alias", ["second", "left-by-second", "first", "a b"])
    def test_does_not_take_an_old_address_that_leads_elsewhere(self, tmp_path, alias):
        make_article("First")
        Redirect.objects.leave("article", "left-by-second", article=make_article("Second"))
        path = write_article(tmp_path, title="First", status="published", aliases=f"[{alias}]")
        with pytest.raises(CommandError, match="aliases: "):
            run("import_articles", path)


def test_a_hostile_title_is_text_on_the_page(client, tmp_path):
    """M09: title, excerpt, tag and alt text are escaped everywhere."""
    evil = '"><script>alert(1)</script>'
    write_picture(tmp_path / "x.png")
    path = write_article(
        tmp_path, slug="evil", title=f"'{evil}'", excerpt=f"'{evil}'", tags=f"['{evil}']", author=f"'{evil}'",
        cover="x.png", cover_alt=f"'{evil}'", status="published", body=f"![{evil}](x.png)\n",
    )  # fmt: skip
    run("import_articles", path)
    for address in ("/insights/evil/", "/insights/", Tag.objects.get().get_absolute_url()):
        page = client.get(address, secure=True).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("status", ["review", "published", "withdrawn"])
def test_a_draft_that_says_what_the_file_says_goes_no_further_with_what_is_refused(tmp_path, status):
    """An autosaved draft can have the same refused text."""
    run("import_articles", write_article(tmp_path, title="Title", status="draft"))
    article = only_article()
    body = "![x](https://evil.example/a.png)\n"
    autosave_draft(article, {"body": body}, typed=None, apart=False, user=None)
    output = refused(write_article(tmp_path, title="Title", status=status, body=body))
    assert "evil.example" in output
    version = article.versions.get()
    assert (version.live_from, version.submitted_at, version.body) == (None, None, body)
