"""Checks of an import: published articles pass the editor's checks.

Links between files become links between articles.
"""

from __future__ import annotations

import unicodedata

import pytest
from django.core.management import call_command

from insights.models import Article, Author, Picture, SiteSettings, Tag
from tests.factories import make_article
from tests.insights.exchange.article_files import refused, run, write_article, write_picture

pytestmark = pytest.mark.django_db


def body_of(slug: str) -> str:
    article = Article.objects.get(slug=slug)
    version = article.live_version() or article.working_version()
    return version.body


def two(folder, **keys):
    """Make the article that others link to."""
    write_article(folder, "two.md", title="Linked two", status="published", body="## A part\n\nWords.\n", **keys)


class TestLinksBetweenFiles:
    @pytest.mark.parametrize(
        ("written", "stored"),
        [
            ("[x](two.md)", "[x](/insights/linked-two/)"),
            ("[x](./two.md#a-part)", "[x](/insights/linked-two/#s-a-part)"),
            ("[x](two.md#s-a-part)", "[x](/insights/linked-two/#s-a-part)"),
            ("[x](two)", "[x](/insights/linked-two/)"),
            ("[x](/two.md)", "[x](/insights/linked-two/)"),
            ('[x](<two.md> "Title")', '[x](</insights/linked-two/> "Title")'),
            ("[x][r]\n\n[r]: two.md\n", "[x][r]\n\n[r]: /insights/linked-two/\n"),
            ("[x](two.md?plain=1)", "[x](two.md?plain=1)"),
            ("`[x](two.md)`", "`[x](two.md)`"),
            ("## Own\n\n[x](#own)", "## Own\n\n[x](#s-own)"),
        ],
    )
    def test_become_links_between_articles(self, tmp_path, written, stored):
        """Fault A9: they were imported unchanged and answered 404."""
        two(tmp_path)
        write_article(tmp_path, "one.md", title="One", body=f"See {written}\n" if "##" not in written else written)
        run("import_articles", tmp_path)
        assert stored.strip() in body_of("one")
        assert "2 unchanged" in run("import_articles", tmp_path)

    def test_of_folders_with_other_names_and_slugs(self, tmp_path):
        """Fault A9: Hugo's bundles, blanks and accents in names, an article's own slug."""
        write_article(tmp_path, "posts/zwei/index.md", title="Zwei", slug="number-two", status="published")
        write_article(tmp_path, unicodedata.normalize("NFD", "Über uns.md"), title="About", status="published")
        body = "[a](../zwei/) [b](../../Über%20uns.md) [c](../zwei/index.md)\n"
        write_article(tmp_path, "posts/eins/index.md", title="Eins", status="published", body=body)
        run("import_articles", tmp_path)
        assert body_of("eins") == "[a](/insights/number-two/) [b](/insights/about/) [c](/insights/number-two/)\n"

    def test_of_one_file_alone_lead_to_what_is_there(self, tmp_path):
        """Fault A9: the file beside it is on the site already, or is missing there."""
        two(tmp_path)
        path = write_article(tmp_path, "one.md", title="One", status="published", body="[x](two.md)\n")
        assert "one.md, line 5: “/insights/linked-two/” is not a page on this site." in refused(path)
        run("import_articles", tmp_path / "two.md")
        run("import_articles", path)
        assert body_of("one") == "[x](/insights/linked-two/)\n"

    def test_to_a_heading_that_is_missing_are_named(self, tmp_path):
        """Fault A9: the article exists, the heading does not."""
        two(tmp_path)
        write_article(tmp_path, "one.md", title="One", body="\n[x](two.md#nowhere)\n")
        assert "one.md, line 5: “two.md#nowhere”: “two.md” has no heading “nowhere”" in run("import_articles", tmp_path)


class TestChecks:
    @pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
    def test_refuse_what_would_be_published(self, tmp_path, arguments):
        """Fault A9: `links/`, by the import and by --dry-run alike."""
        two(tmp_path)
        write_picture(tmp_path / "a.png")
        body = "[two](two.md)\n[file](files/report.pdf)\n[abs](/posts/two/)\n[![p](a.png)](a.png)\n"
        write_article(tmp_path, "one.md", title="One", status="published", date="2024-01-01", body=body)
        lines = refused(tmp_path, *arguments).splitlines()
        assert [line.partition("” is ")[0] for line in lines[:3]] == [
            "one.md, line 7: “files/report.pdf", "one.md, line 8: “/posts/two/", "one.md, line 9: “a.png",
        ]  # fmt: skip
        assert lines[-2:] == [
            "To import an article that is not ready to be published, write “status: draft”.", "Nothing was changed.",
        ]  # fmt: skip

    @pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
    def test_name_the_same_of_a_draft_and_take_it(self, tmp_path, arguments):
        """Fault A9: an editor may save such a draft, too."""
        write_article(tmp_path, "one.md", title="One", body="A.[^1]\n\n[file](files/report.pdf)\n<b>x</b>\n")
        output = run("import_articles", tmp_path, *arguments)
        for words in (
            "one.md, line 4: The footnote [^1] has no text.",
            "one.md, line 6: “files/report.pdf” is not a page on this site.",
            "one.md, line 7: The HTML “<b>” is shown as text.",
            "one.md: excerpt: The excerpt is missing.",
            "1 new, 0 changed, 0 unchanged.",
        ):
            assert words in output

    def test_name_the_line_of_a_picture_of_another_host(self, tmp_path):
        """Fault A9: the message at save says where, in the file's own lines."""
        write_article(tmp_path, "one.md", title="One", body="Words.\n\n![A](https://other.example/a.png)\n")
        assert refused(tmp_path).startswith(
            "one.md, line 6: The picture “https://other.example/a.png” is not on this site."
        )

    def test_let_an_export_be_restored_as_it_was(self, tmp_path):
        """Fault A9: text from before a rule, or with a target that is gone, is restored."""
        make_article("Old", body="[gone](/insights/gone/)\n")
        run("export_articles", tmp_path)
        Article.objects.all().delete()
        assert "1 new" in run("import_articles", tmp_path)
        path = next(tmp_path.rglob("*.md"))
        path.write_text(path.read_text() + "\n[more](/insights/more/)\n")
        assert "“/insights/more/” is not a page on this site." in refused(tmp_path)


class TestNames:
    @pytest.mark.parametrize(("on_disk", "in_text"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFD", "NFD")])
    def test_of_pictures_in_either_unicode_form(self, tmp_path, on_disk, in_text):
        """Fault A9: `nfd/`: é on disk, as macOS or zip programs store it, and é in the text."""
        write_picture(tmp_path / unicodedata.normalize(on_disk, "Bilder-Ü/Café.png"))
        name = unicodedata.normalize(in_text, "Bilder-Ü/Café.png")
        write_article(tmp_path, "a.md", title="A", cover=name, body=f"![x](<{name}>)\n")
        assert "1 new" in run("import_articles", tmp_path)
        assert Picture.objects.count() == 1

    def test_that_differ_by_more_are_not_guessed(self, tmp_path):
        """Fault A9: another character is another file."""
        write_picture(tmp_path / "Cafe.png")
        write_article(tmp_path, "a.md", title="A", body="![x](Café.png)\n")
        assert "The file “Café.png” is missing or cannot be read. Check its path and permissions." in refused(tmp_path)


class TestInvisibleCharacters:
    def test_are_removed_as_in_the_editor_and_named(self, tmp_path):
        """Fault A9: RLO and zero-width characters in titles, excerpts and names."""
        write_article(
            tmp_path, "a.md", title='"Safe \u202eetihw\u202c ti\u200btle"', excerpt='"An excerpt \u202e turned"',
            tags='["a\u200bi"]', author='"An\u2066n"',
        )  # fmt: skip
        output = run("import_articles", tmp_path)
        version = Article.objects.get(slug="safe-etihw-title").working_version()
        assert (version.title, version.excerpt) == ("Safe etihw title", "An excerpt  turned")
        assert Tag.objects.get().name == "ai" and Author.objects.get().name == "Ann"
        assert "a.md, line 2: title: 3 invisible characters were removed." in output
        assert "a.md, line 3: excerpt: 1 invisible character was removed." in output
        assert "1 unchanged" in run("import_articles", tmp_path)

    def test_alone_are_no_title(self, tmp_path):
        """Fault A9: a title that readers cannot see."""
        write_article(tmp_path, "a.md", title='"\u200b\u202e"', slug="a")
        assert "a.md, line 2: title: Every article needs a title." in refused(tmp_path)

    def test_that_join_stay(self, tmp_path):
        """Fault A9: emoji and scripts that need their joiners."""
        write_article(tmp_path, "a.md", title='"👩\u200d💻 می\u200cخواهم"', slug="a")
        run("import_articles", tmp_path)
        assert Article.objects.get().working_version().title == "👩\u200d💻 می\u200cخواهم"


class TestTwoFilesOfOneArticle:
    @pytest.mark.parametrize("statuses", [("draft", "draft"), ("published", "published"), ("published", "draft")])
    def test_by_their_titles_are_named_both(self, tmp_path, statuses):
        """Fault A9: it was reported as `id:`, or the draft was taken for one of the other article."""
        write_article(tmp_path, "a.md", title="Same", status=statuses[0])
        write_article(tmp_path, "b.md", title="Same!", status=statuses[1])
        assert refused(tmp_path).startswith("b.md, line 2: title: “a.md” also has the slug “same”, made from the title")

    def test_by_slug_or_id(self, tmp_path):
        """Fault A9: the shared key is the one that is named."""
        write_article(tmp_path, "a.md", title="A", slug="same")
        write_article(tmp_path, "b.md", title="B", slug="same")
        assert refused(tmp_path).startswith("b.md, line 3: slug: “a.md” also has the slug “same”.")
        uid = "11111111-1111-4111-8111-111111111111"
        write_article(tmp_path, "a.md", title="A", id=uid)
        write_article(tmp_path, "b.md", title="B", id=uid)
        assert refused(tmp_path).startswith("b.md, line 3: id: “a.md” has the same id")


class TestClockChanges:
    @pytest.mark.parametrize("key", ["date", "updated"])
    @pytest.mark.parametrize(
        ("time", "words"), [("2026-03-29T02:30", "does not exist"), ("2026-10-25 02:30", "exists twice")]
    )
    def test_are_refused_as_in_the_editor(self, tmp_path, key, time, words):
        """Fault A9: a time in the gap was accepted silently."""
        SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})
        SiteSettings.forget()
        write_article(tmp_path, "a.md", title="A", **{key: time})
        output = refused(tmp_path)
        assert (
            output.startswith(f"a.md, line 3: {key}: The clocks are set")
            and words in output
            and "Europe/Berlin" in output
        )
        write_article(tmp_path, "a.md", title="A", **{key: f"{time}+01:00"})
        run("import_articles", tmp_path)


def test_the_demo_passes_the_checks(settings):
    """Fault A9: the demo has to pass the same checks."""
    call_command("load_demo", verbosity=0)
    assert Article.objects.count() > 5
