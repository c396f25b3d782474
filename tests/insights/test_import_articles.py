"""Articles from files: everything or nothing, and a second time nothing."""

import datetime as dt

import pytest
from django.core.management import CommandError
from django.utils import timezone

from insights.drafting import write
from insights.models import Article, AuditEntry, Author, Category, FormerSlug, Picture, Recomputation, Series, Step, Tag
from tests.factories import make_article, make_author, make_picture, make_user
from tests.insights.article_files import run, stored_files, write_article, write_picture

pytestmark = pytest.mark.django_db


def refused(path, *arguments):
    """What the importer said when it refused; it must have changed nothing."""
    before = Article.objects.count(), Picture.objects.count(), Category.objects.count(), AuditEntry.objects.count()
    with pytest.raises(CommandError) as caught:
        run("import_articles", path, *arguments)
    now = Article.objects.count(), Picture.objects.count(), Category.objects.count(), AuditEntry.objects.count()
    assert now == before
    return str(caught.value)


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
        assert version.choice.line() == "editor: newsletter · confidence: 1.00 · source: editor"
        assert FormerSlug.objects.get(slug="old-slug").article == article
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
        moment = (timezone.now() + dt.timedelta(days=2)).replace(microsecond=5)
        path = write_article(tmp_path, status="published", date=moment.isoformat())
        run("import_articles", path)
        assert only_article().status() == "scheduled"
        assert only_article().published_at == moment
        later = moment + dt.timedelta(days=1)
        path = write_article(tmp_path, status="published", date=later.isoformat(), body="Better.\n")
        run("import_articles", path)
        article = only_article()
        assert article.status() == "scheduled"
        assert article.status(later) == "published"
        assert article.live_version(later).body == "Better.\n"
        assert article.live_version(moment) is None

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
        author = Author.objects.get()
        assert (author.initials, author.line) == ("AI", "AI research & analysis")

    def test_with_a_title_that_gives_no_address_asks_for_one(self, tmp_path):
        path = write_article(tmp_path, title="中国的人工智能")
        assert "slug: The title gives no address; write a slug" in refused(path)
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
        assert "is larger than 1 MB" in refused(write_article(tmp_path, body="x" * 1_000_001))
        assert "larger than 200 kB" in refused(write_article(tmp_path, body="word " * 50_000))

    @pytest.mark.parametrize("content", [b"---\ntitle: \xff\n---\n", "---\ntitle: x\n---\n".encode("utf-16")])
    def test_that_is_not_utf_8_is_refused(self, tmp_path, content):
        (tmp_path / "a.md").write_bytes(content)
        assert "a.md: The file is not written in UTF-8." in refused(tmp_path / "a.md")

    def test_with_values_that_are_too_long_names_the_keys(self, tmp_path):
        told = refused(
            write_article(tmp_path, title="x" * 201, excerpt="x" * 601, canonical="http://example.org", slug="x")
        )
        for key in ("title:", "excerpt:", "canonical:"):
            assert f", line {2 if key == 'title:' else 3 if key == 'excerpt:' else 4}: {key}" in told

    def test_with_an_unknown_step_names_it(self, tmp_path):
        told = refused(write_article(tmp_path, next_step="nowhere"))
        assert told.startswith("article.md, line 3: next_step: There is no step “nowhere”. There are: newsletter.")

    def test_with_a_picture_of_another_host_is_refused(self, tmp_path):
        assert "is not one of ours" in refused(write_article(tmp_path, body="![x](https://example.org/x.png)\n"))


class TestAnArticleThatExists:
    def test_is_found_by_its_id_and_moves_to_the_files_slug(self, tmp_path):
        article = make_article("Old title")
        run(
            "import_articles", write_article(tmp_path, id=article.uid, slug="new-slug", title="New", status="published")
        )
        article = only_article()
        assert article.slug == "new-slug"
        assert article.live_version().title == "New"
        assert FormerSlug.objects.get(slug="old-title").article == article

    def test_is_found_by_its_slug(self, tmp_path):
        uid = make_article("Old title").uid
        run("import_articles", write_article(tmp_path, slug="old-title", title="New", status="published"))
        assert only_article().uid == uid
        assert only_article().live_version().title == "New"

    def test_keeps_its_publication_moment_and_its_former_text(self, tmp_path):
        moment = timezone.now() - dt.timedelta(days=9)
        make_article("Title", published=moment, body="Before.\n")
        told = run("import_articles", write_article(tmp_path, title="Title", status="published", body="After.\n"))
        assert "changed   article.md  (body)" in told
        article = only_article()
        assert article.published_at == moment
        assert [version.body for version in article.versions.order_by("pk")] == ["Before.\n", "After.\n"]
        assert article.live_version().live_from > moment

    def test_gets_another_moment_when_the_file_has_one(self, tmp_path):
        make_article("Title", tags=[], authors=[make_author("A")])
        moment = dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
        run(
            "import_articles",
            write_article(tmp_path, title="Title", status="published", author="A", date=moment.isoformat()),
        )
        article = only_article()
        version = article.live_version()
        assert article.published_at == version.listed_at == version.bylines.get().listed_at == moment

    def test_that_is_out_cannot_be_dated_into_the_future(self, tmp_path):
        make_article("Title")
        told = refused(write_article(tmp_path, title="Title", status="published", date="2099-01-01"))
        assert "date: The article is out already" in told

    def test_is_taken_from_readers_and_given_back(self, tmp_path):
        run("import_articles", write_article(tmp_path, status="published"))
        run("import_articles", write_article(tmp_path, status="withdrawn"))
        assert only_article().status() == "withdrawn"
        assert only_article().versions.count() == 1
        run("import_articles", write_article(tmp_path, status="published"))
        assert only_article().status() == "published"

    def test_keeps_somebodys_draft_when_a_changed_file_is_published(self, tmp_path):
        article = make_article("Title")
        write(article, {"body": "Half a thought"}, user=make_user("Editor"))
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
        with pytest.raises(CommandError, match="“second” is the address of another article"):
            run("import_articles", path)

    @pytest.mark.parametrize("alias", ["second", "left-by-second", "first", "a b"])
    def test_does_not_take_an_old_address_that_leads_elsewhere(self, tmp_path, alias):
        make_article("First")
        FormerSlug.objects.leave("article", "left-by-second", article=make_article("Second"))
        path = write_article(tmp_path, title="First", status="published", aliases=f"[{alias}]")
        with pytest.raises(CommandError, match="aliases: "):
            run("import_articles", path)


class TestAFolder:
    def test_is_brought_in_whole_or_not_at_all(self, tmp_path):
        write_article(tmp_path, "good.md", title="Good", category="New category")
        write_article(tmp_path, "bad.md", title="Bad", next_step="nowhere")
        write_article(tmp_path, "worse.md", head="title: A: B")
        write_article(tmp_path, "unknown.md", title="U", lang="en")
        told = refused(tmp_path)
        assert told.splitlines() == [
            "bad.md, line 3: next_step: There is no step “nowhere”. There are: newsletter.",
            "unknown.md, line 3: lang: This key is not known. Is “tags” meant?"
            if "Is “tags”" in told
            else "unknown.md, line 3: lang: This key is not known.",
            'worse.md, line 2: The text of “title” has a colon and needs quotes: title: "…"',
            "Nothing was changed.",
        ]

    def test_is_only_looked_at_in_a_dry_run(self, tmp_path, settings):
        make_article("Second", body="Old.\n")
        write_picture(tmp_path / "x.png")
        write_article(tmp_path, "a.md", title="First", status="published", body="![A](x.png)\n", category="C")
        write_article(tmp_path, "b.md", title="Second", status="published", body="New.\n")
        entries = AuditEntry.objects.count()
        told = run("import_articles", tmp_path, "--dry-run")
        assert "new       a.md" in told
        assert "changed   b.md  (body)" in told
        assert "1 new, 1 changed, 0 unchanged. Nothing was changed: this was a dry run." in told
        assert [article.slug for article in Article.objects.all()] == ["second"]
        assert (Picture.objects.count(), Category.objects.count(), AuditEntry.objects.count()) == (0, 0, entries)
        assert stored_files(settings.MEDIA_ROOT) == set()

    def test_leaves_no_picture_behind_when_it_fails(self, tmp_path, settings):
        """D04: a failed import leaves neither rows nor files."""
        write_picture(tmp_path / "x.png")
        write_article(tmp_path, "a.md", title="First", body="![A](x.png)\n")
        write_article(tmp_path, "b.md", title="Second", next_step="nowhere")
        refused(tmp_path)
        assert stored_files(settings.MEDIA_ROOT) == set()

    def test_with_two_files_about_one_article_is_refused(self, tmp_path):
        write_article(tmp_path, "a.md", title="Same", status="published")
        write_article(tmp_path, "b.md", title="Same", status="published")
        assert "b.md, line 2: slug: “a.md” is about the same article." in refused(tmp_path).replace(
            "b.md: ", "b.md, line 2: "
        )

    def test_with_a_live_text_and_its_draft_keeps_both(self, tmp_path):
        write_article(tmp_path, "a.md", slug="same", status="published", body="Live.\n")
        write_article(tmp_path, "a.draft.md", slug="same", status="draft", body="Draft.\n")
        run("import_articles", tmp_path)
        assert only_article().live_version().body == "Live.\n"
        assert only_article().working_version().body == "Draft.\n"
        assert "2 unchanged" in run("import_articles", tmp_path)

    def test_without_anything_to_read_is_refused(self, tmp_path):
        assert "There is no Markdown file" in refused(tmp_path)

    def test_is_told_of_in_the_audit_and_to_the_house(self, tmp_path):
        write_article(tmp_path, "a.md", status="published")
        run("import_articles", tmp_path)
        entry = AuditEntry.objects.get(verb="imported articles")
        assert entry.details == {"new": 1, "changed": 0, "unchanged": 0}
        assert entry.actor_name == "command line"

    def test_matches_names_in_any_case_and_never_guesses(self, tmp_path):
        Tag.objects.create(name="AI", slug="ai")
        Series.objects.create(title="S", slug="s")
        make_author("Twin", slug="twin")
        make_author("Twin", slug="twin-2")
        write_article(tmp_path, "a.md", title="A", tags="[ai, C++, C]", series="s")
        run("import_articles", tmp_path)
        assert sorted(Tag.objects.values_list("name", "slug")) == [("AI", "ai"), ("C", "c-2"), ("C++", "c")]
        write_article(tmp_path, "b.md", title="B", author="Twin")
        assert "authors: “Twin” means more than one here; write the slug instead." in refused(tmp_path)
        write_article(tmp_path, "b.md", title="B", author="twin-2")
        run("import_articles", tmp_path)
        assert Article.objects.get(slug="b").working_version().authors.get().slug == "twin-2"


class TestThePublicationFile:
    def test_brings_authors_taxonomy_steps_and_site(self, tmp_path):
        write_picture(tmp_path / "me.png")
        write_article(tmp_path, "a.md", title="Target", status="published", next_step="read")
        (tmp_path / "publication.yaml").write_text(
            "site:\n  name: Other Hub\n  time_zone: Europe/Berlin\n  navigation: [{label: About, address: /about/}]\n"
            "authors:\n- {name: Desk, initials: DK, line: A line, text: T, avatar: me.png, aliases: [old-desk]}\n"
            "categories:\n- {name: One, slug: one, text: About one}\n- {name: Two}\n"
            "tags:\n- {name: Tag, text: About}\nseries:\n- {title: Run, text: About}\n"
            "steps:\n- {slug: newsletter, is_default: no, kind: newsletter, heading: H}\n"
            "- {slug: read, kind: article, heading: Read, target_article: target, threshold: 2.5, is_default: yes,\n"
            "   rule: {keywords: [deep learning, 'c++'], title_weight: 2, title_cap: 3}}\n"
        )
        told = run("import_articles", tmp_path)
        assert "author Desk: new" in told
        desk = Author.objects.get()
        assert (desk.initials, desk.line, desk.avatar.name) == ("DK", "A line", "me.png")
        assert FormerSlug.objects.get(kind="author").slug == "old-desk"
        assert [(row.slug, row.position) for row in Category.objects.all()] == [("one", 1), ("two", 2)]
        read = Step.objects.get(slug="read")
        assert (read.target_article.slug, read.is_default, read.rule.keyword_list) == (
            "target",
            True,
            ["deep learning", "c++"],
        )
        assert Step.objects.filter(is_default=True).count() == 1
        assert run("import_articles", tmp_path).splitlines() == ["unchanged a.md", "0 new, 0 changed, 1 unchanged."]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("authors:\n- {nam: x}", "line 2: nam: This key is not known in “authors”. Is “name” meant?"),
            ("writers: []", "line 1: writers: This part is not known."),
            ("authors: x", "line 1: authors: A list of entries is expected"),
            ("steps:\n- {slug: s, kind: link, heading: H, target_url: 'javascript:1'}", "target_url: Write an address"),
            (
                "steps:\n- {slug: s, kind: article, heading: H, target_article: no}",
                "There is no article “no” to read next.",
            ),
            ("steps:\n- {slug: s, kind: dance, heading: H}", "kind: Value 'dance' is not a valid choice."),
            ("steps:\n- {slug: s, kind: feedback, heading: H, threshold: NaN}", "threshold: Write a number"),
            ("steps:\n- {slug: s, kind: feedback, heading: H, rule: {title_weight: -1}}", "title_weight: "),
            ("steps:\n- {slug: newsletter, is_default: no}", "None of the steps is the default"),
            ("site: {time_zone: Mars/Base}", "time_zone: “Mars/Base” is not a time zone"),
            ("authors:\n- {name: A, avatar: ../../x.png}", "avatar: “../../x.png” leads out of the folder."),
            ("categories:\n- {name: 分}", "slug: The name gives no address"),
        ],
    )
    def test_that_is_wrong_changes_nothing(self, tmp_path, text, told):
        """R02, R06, R07: a broken set of rules changes nothing."""
        write_article(tmp_path, "a.md")
        (tmp_path / "publication.yaml").write_text(text)
        assert told in refused(tmp_path)
        assert list(Step.objects.values_list("slug", "is_default")) == [("newsletter", True)]

    def test_with_other_rules_has_all_articles_decided_anew(self, tmp_path, run_tasks):
        article = make_article("About gardens")
        write_article(tmp_path, "a.md", title="Another about gardens", status="published")
        (tmp_path / "publication.yaml").write_text(
            "steps:\n- {slug: garden, kind: feedback, heading: H, rule: {keywords: [gardens]}}\n"
        )
        run("import_articles", tmp_path)
        assert Article.objects.get(slug="another-about-gardens").live_version().choice.slug == "garden"
        assert Recomputation.objects.count() == 1
        run_tasks()
        assert article.live_version().choice.slug == "garden"


class TestPictures:
    def test_only_real_pictures_of_the_text_are_taken(self, tmp_path):
        write_picture(tmp_path / "images/my pic.png")
        write_picture(tmp_path / "b.jpg", color="red")
        body = (
            '![Alt](<images/my pic.png> "Caption") and ![](images/my%20pic.png)\n\n'
            "`![Alt](b.jpg)`\n\n```\n![Alt](b.jpg)\n```\n\n    ![Alt](b.jpg)\n\n[link](b.jpg) \\![no](b.jpg)\n\n"
            "[![x][ref]](/insights/)\n\n[ref]: b.jpg 'T'\n"
        )
        run("import_articles", write_article(tmp_path, body=body))
        text = only_article().working_version().body
        first, second = Picture.objects.order_by("pk")
        assert (first.alt, first.name, second.name) == ("Alt", "my pic.png", "b.jpg")
        assert f'![Alt](<{first.reference}> "Caption") and ![]({first.reference})' in text
        assert f"[ref]: {second.reference} 'T'" in text
        assert text.count("b.jpg") == body.count("b.jpg") - 1

    def test_are_drawn_anew_without_what_they_carried(self, tmp_path, settings):
        """U18: what is brought in by a file passes the same door as an upload."""
        write_picture(tmp_path / "x.jpg", comment=b"SECRET")
        run("import_articles", write_article(tmp_path, body="![A](x.jpg)\n"))
        picture = Picture.objects.get()
        with picture.file.open() as stream:
            stored = stream.read()
        assert b"SECRET" not in stored
        assert picture.file.name.endswith(f"{picture.uid.hex}.jpg")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("x.png", b"\x89PNG\r\n\x1a\n and no more"),
            ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("x.gif", b"<script>alert(1)</script>"),
            ("x.jpg", b"%!PS-Adobe-3.0 EPSF-3.0"),
            ("x.png", b"\x89PNG" + b"x" * (10 * 1024 * 1024)),
        ],
    )
    def test_that_are_none_are_refused(self, tmp_path, name, content):
        """U06, U11, U12, U16, U19: in a folder as in an upload."""
        (tmp_path / name).write_bytes(content)
        told = refused(write_article(tmp_path, body=f"![A]({name})\n"))
        assert told.startswith(f"article.md: “{name}”")

    @pytest.mark.parametrize(
        "address", ["../x.png", "images/../../x.png", "link.png", "linked/x.png", "folder", "no.png"]
    )
    def test_from_outside_the_folder_are_refused(self, tmp_path, address):
        write_picture(tmp_path / "x.png")
        folder = tmp_path / "in"
        (folder / "folder").mkdir(parents=True)
        (folder / "link.png").symlink_to(tmp_path / "x.png")
        (folder / "linked").symlink_to(tmp_path)
        told = refused(write_article(folder, body=f"![A]({address})\n"))
        assert told.startswith("article.md: ")
        told = refused(write_article(folder, cover=address))
        assert told.startswith("article.md, line 3: cover: ")

    @pytest.mark.parametrize(
        "address", ["/etc/passwd", "file:///etc/passwd", "//example.org/x.png", "data:image/png;base64,AA"]
    )
    def test_by_an_absolute_address_are_refused(self, tmp_path, address):
        refused(write_article(tmp_path, cover=address))
        path = write_article(tmp_path, body=f"![A]({address})\n", status="published")
        if address.startswith("file:"):  # no picture to the parser either: shown as text
            run("import_articles", path)
            assert "<img" not in only_article().live_version().html
        else:
            assert "is not one of ours" in refused(path)

    def test_that_are_known_are_not_stored_again(self, tmp_path, settings):
        known = make_picture()
        with known.file.open() as stream:
            (tmp_path / "x.png").write_bytes(stream.read())
        run("import_articles", write_article(tmp_path, body="![A](x.png)\n"))
        assert only_article().working_version().body == f"![A]({known.reference})\n"
        assert stored_files(settings.MEDIA_ROOT) == {known.file.name}


def test_a_hostile_title_is_text_on_the_page(client, tmp_path):
    """M09: title, excerpt, tag and alt text are escaped wherever they stand."""
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
