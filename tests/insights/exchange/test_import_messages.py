"""Messages of an import: one for each fault, with its line and the way to fix it."""

from __future__ import annotations

import pytest

from insights.models import Article, Category, Redirect
from tests.factories import make_article
from tests.insights.exchange.article_files import refused, run, write_article, write_picture
from tests.insights.exchange.test_front_matter import complaint, read

pytestmark = pytest.mark.django_db


def messages(folder, *arguments: str) -> list[str]:
    """Return the lines with which an import was refused, without the last one."""
    *lines, last = refused(folder, *arguments).splitlines()
    assert last == "Nothing was changed."
    return lines


class TestFaultsOfOtherFiles:
    @pytest.mark.parametrize(
        "fault",
        [
            {"next_step": "nowhere"},
            {"aliases": "[a b]"},
            {"slug": "search"},
            {"status": "published", "body": "![x](https://a.example/x.png)\n"},
            {"body": "# [x](picture:00000000-0000-4000-8000-000000000000)\n", "status": "review"},
            {"lang": "en"},
            {"tags": "[a"},
        ],
    )
    @pytest.mark.parametrize("names", [("a.md", "b.md"), ("b.md", "a.md")])
    def test_a_picture_that_a_faulty_file_shows_too_is_no_second_fault(self, tmp_path, fault, names):
        """The faulty file is rolled back, and its picture is recorded again for the other one."""
        write_picture(tmp_path / "bundle/cover.jpg")
        bad, good = names
        write_article(tmp_path, f"bundle/{bad}", **{"title": "Bad", "cover": "cover.jpg", "cover_alt": "A", **fault})
        write_article(tmp_path, f"bundle/{good}", title="Good", status="published", body="![A](cover.jpg)\n")
        lines = messages(tmp_path)
        assert len(lines) == 1
        assert lines[0].startswith(f"bundle/{bad}")
        assert "There is no picture" not in lines[0]

    def test_a_picture_with_new_words_is_no_second_fault(self, tmp_path):
        """Alt texts from a manifest are rolled back with the file that has them."""
        source, target = tmp_path / "in", tmp_path / "out"
        write_picture(source / "x.png")
        write_article(source, "a.md", title="One", status="published", body="![A](x.png)\n")
        write_article(source, "b.md", title="Two", status="published", body="![B](x.png)\n")
        run("import_articles", source)
        run("export_articles", target)
        manifest = target / "manifest.yaml"
        manifest.write_text(manifest.read_text().replace("alt: A", "alt: Another"))
        first = target / "one.md"
        first.write_text(first.read_text().replace("title: One", "title: One, next_step: nowhere"))
        (line,) = messages(target)
        assert "nowhere" in line


class TestPicturesOfABody:
    def test_a_missing_picture_is_named_with_its_line(self, tmp_path):
        """The line of the file is counted, front matter included."""
        write_article(tmp_path, "bad.md", body="One.\n\nTwo ![A](images/nope.png).\n\n![B](gone.png)\n")
        assert messages(tmp_path) == [
            "bad.md, line 6: The file “images/nope.png” is missing or cannot be read. Check its path and permissions.",
            "bad.md, line 8: The file “gone.png” is missing or cannot be read. Check its path and permissions.",
        ]

    def test_a_file_that_is_no_picture_is_named_with_its_line(self, tmp_path):
        """The URL of a reference is in its definition."""
        (tmp_path / "x.png").write_bytes(b"no picture")
        write_article(tmp_path, "bad.md", body="![A][r]\n\n[r]: x.png\n")
        (line,) = messages(tmp_path)
        assert line.startswith("bad.md, line 6: “x.png”")


class TestUnclosedSigns:
    @pytest.mark.parametrize(
        ("head", "line", "key", "sign"),
        [
            ("slug: x\ntags: [a, b\nstatus: draft", 4, "tags", "]"),
            ("tags: [a, b", 3, "tags", "]"),
            ("tags: [a, b}\nslug: x", 3, "tags", "]"),
            ("tags: [a, # b]\nslug: x", 3, "tags", "]"),
            ("tags:\n  - x\n  - [a, b\nslug: x", 5, "tags", "]"),
            ("tags: {a: b\nslug: x", 3, "tags", "}"),
            ('excerpt: "abc\nslug: x', 3, "excerpt", '"'),
            ('excerpt: "abc\nslug: "x"', 3, "excerpt", '"'),
            ('excerpt: "a \\" b\nslug: x', 3, "excerpt", '"'),
            ("excerpt: 'a''b\nslug: x", 3, "excerpt", "'"),
            ('tags: [\n  a,\n  "b,\n  c\nslug: x', 5, "tags", '"'),
            ('tags:\n- "a\n- b\nslug: x', 4, "tags", '"'),
            ('excerpt: |\n  "a [b\n  {c\ntags: [a', 6, "tags", "]"),
            ('excerpt: "a\n  b: c"\ntags: [a', 5, "tags", "]"),
            ("excerpt: it's [a\ntags: [it's, b\nslug: x", 4, "tags", "]"),
        ],
    )
    def test_the_sign_is_named_with_its_key_and_the_line_where_it_opened(self, head, line, key, sign):
        """The line below, where the parser notices it, is not named."""
        message = complaint(f"title: T\n{head}")
        assert message.startswith(f"a.md, line {line}: {key}: The ")
        assert f"has no closing {sign}. Add {sign} at the end." in message

    @pytest.mark.parametrize(
        ("head", "rest"),
        [
            ("excerpt: 'It's fine'", "s fine'"),
            ('excerpt: "A "big" one"', 'big" one"'),
            ("tags: [a, b] c", "c"),
            ("tags: [a, b]]", "]"),
        ],
    )
    def test_an_end_that_comes_too_early_is_named(self, head, rest):
        """The text after the end is repeated."""
        message = complaint(f"title: T\n{head}\nslug: x")
        assert message.startswith(f"a.md, line 3: {head.partition(':')[0]}: The ")
        assert f"ends before “{rest}”" in message

    def test_a_list_without_its_first_bracket_is_no_list_of_odd_names(self):
        """Else “b]” would be a tag."""
        assert complaint("title: T\ntags: a, b]") == "a.md, line 3: tags: The list has no opening [. Write [a, b]."
        assert read("title: T\ntags: a[1], b[2]").tags == ["a[1]", "b[2]"]

    def test_other_faults_keep_their_own_sentence(self):
        """An unclosed quote further below is not the first fault."""
        assert "has a colon and needs quotes" in complaint("title: a: b\ntags: [x")


class TestAliases:
    @pytest.mark.parametrize(
        "alias",
        [
            "old-name",
            "/insights/old-name/",
            "/insights/old-name",
            "insights/old-name/",
            "https://hub.example/insights/old-name/",
            "/insights/old-name/?x=1#s-y",
        ],
    )
    def test_a_path_of_an_article_here_is_its_slug(self, client, tmp_path, settings, alias):
        """Like old URLs in the admin, an alias may be a whole path."""
        settings.SITE_URL = "https://hub.example"
        path = write_article(tmp_path, title="New", status="published", aliases=f'["{alias}"]')
        run("import_articles", path)
        answer = client.get("/insights/old-name/", secure=True)
        assert (answer.status_code, answer["Location"]) == (301, "/insights/new/")
        assert "1 unchanged" in run("import_articles", path)
        assert Redirect.objects.count() == 1

    @pytest.mark.parametrize(
        ("alias", "instead"),
        [
            ("/old/hugo-post/", "Write “hugo-post” to redirect /insights/hugo-post/, or remove it and redirect"),
            ("/2020/01/A Post.html", "Write “a-post” to redirect /insights/a-post/, or remove it and redirect"),
            ("/insights/category/x/", "Write “x” to redirect /insights/x/"),
            ("https://elsewhere.example/insights/x/", "Write “x” to redirect /insights/x/"),
            ("/", "Remove it and redirect this path on the web server."),
            ("Another Name", "letters, digits and hyphens, such as “another-name” or /insights/another-name/."),
            ("日本", "letters, digits and hyphens, such as “old-name” or /insights/old-name/."),
            ("a" * 81, f"letters, digits and hyphens, such as “{'a' * 80}”"),
        ],
    )
    def test_any_other_is_named_once_with_what_can_be_written(self, tmp_path, alias, instead):
        """Paths outside /insights/ cannot be redirected by an import."""
        write_article(tmp_path, "a.md", title="New", aliases=f'["{alias}"]')
        (line,) = messages(tmp_path)
        refusal = "cannot be redirected." if "/" in alias else "is not a valid slug."
        assert line.startswith(f"a.md, line 3: aliases: “{alias}” {refusal}")
        assert instead in line
        assert line.count("cannot be redirected") + line.count("is not a valid slug") == 1

    def test_those_of_a_category_are_read_alike(self, tmp_path):
        """The same rule holds in publication.yaml, with the paths of its own kind."""
        file = tmp_path / "publication.yaml"
        file.write_text("categories:\n- {name: News, aliases: [/insights/category/old-news/]}\n")
        run("import_articles", tmp_path)
        assert Redirect.objects.get().target == Category.objects.get()
        file.write_text("categories:\n- {name: News, aliases: [/insights/old-news/]}\n")
        (line,) = messages(tmp_path)
        assert "An import redirects only paths like /insights/category/old-name/." in line

    def test_an_alias_of_another_article_is_still_refused(self, tmp_path):
        """A path does not take a URL away either."""
        make_article("Second")
        write_article(tmp_path, "a.md", title="New", aliases="[/insights/second/]")
        (line,) = messages(tmp_path)
        assert line.endswith("aliases: “second” already leads to another article. Remove it here.")
        assert Article.objects.count() == 1


def test_a_slug_that_is_none_is_refused_in_one_sentence(tmp_path):
    """Two checks of the same field say the same."""
    write_article(tmp_path, "a.md", title="New", slug="A Name")
    (line,) = messages(tmp_path)
    assert line.count("Enter a valid") == 1
