"""Front matter as other people and programs write it: read as intended, or refused with a message."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from textwrap import dedent

import pytest

from insights.exchange.front_matter import parse_front_matter
from insights.models import Article, Author, Series, Tag
from tests.insights.exchange.article_files import refused, run
from tests.insights.exchange.test_front_matter import complaint, read

NAMES = "Ann Lee, Bo Wu"


class TestLists:
    @pytest.mark.parametrize(
        "written", ["a, b, c", "a,b , c,", "a,\n  b,\n  c", "[a, b, c]", "\n- a\n- b\n- c", ">\n  a, b, c"]
    )
    def test_a_comma_list_is_a_list(self, written):
        """Fault A8: `tags: a, b, c` was one tag."""
        assert read(f"title: T\ntags: {written}").tags == ["a", "b", "c"]

    @pytest.mark.parametrize("key", ["authors", "author"])
    def test_a_comma_list_of_names_is_a_list(self, key):
        """Fault A8: `authors: Ann Lee, Bo Wu` was one author."""
        assert read(f"title: T\n{key}: {NAMES}").authors == ["Ann Lee", "Bo Wu"]

    @pytest.mark.parametrize(
        "written",
        [
            "Lee, Ann",
            "Sammy Davis, Jr.",
            "Ann Lee, Ph.D.",
            "Ann Lee and Bo Wu",
            "Ann Lee & Bo Wu",
            "Ann Lee; Bo Wu",
            f'"{NAMES}"',
        ],
    )
    def test_names_that_could_mean_two_things_are_refused_in_words(self, written):
        """Fault A8: a comma within a name, and other punctuation between names."""
        output = complaint(f"title: T\nauthors: {written}")
        assert re.match(r"a\.md, line 3: authors: This can be one (author|entry) or several\. Write ", output)

    @pytest.mark.parametrize("written", ['"a, b"', "'a, b'", "classic hollywood", "a; b"])
    def test_tags_that_could_mean_two_things_are_refused_in_words(self, written):
        """Fault A8: quoted lists (dev.to), lists between blanks (Jekyll), semicolons."""
        output = complaint(f"title: T\ntags: {written}")
        assert output.startswith("a.md, line 3: tags: ") and "[" in output

    def test_in_a_list_an_entry_is_taken_as_it_is(self):
        """Fault A8: how one entry with a comma or a blank is written."""
        article = read('title: T\ntags: [machine learning, "a, b", "#c"]\nauthor: ["Sammy Davis, Jr."]')
        assert article.tags == ["machine learning", "a, b", "#c"]
        assert article.authors == ["Sammy Davis, Jr."]

    def test_one_word_is_one_entry(self):
        """Fault A8: no list, no separator."""
        article = read("title: T\ntags: inference\nauthor: AI Scope Hub")
        assert (article.tags, article.authors) == (["inference"], ["AI Scope Hub"])


class TestComments:
    @pytest.mark.parametrize(
        "head",
        [
            "title: What changed in release #5 of the model",
            "title: A # B",
            "title: T\nexcerpt: Rank #1",
            "title: T\ncover: photo #2.png",
            "title: T\ncategory: C #",
            "title: T\nseries: A\n  folded #title",
            "title: T\ntags: #ai, #safety",
            "title: T\ntags:\n  - #ai\n  - b",
            "title: T\nauthors:\n  - Ann #1",
            "title: #1 of ten",
            "title: T\nslug: #five",
        ],
    )
    def test_text_behind_an_unquoted_value_is_refused(self, head):
        """Fault A8: it was cut off as a comment, and the slug with it."""
        output = complaint(head)
        key = head.splitlines()[-1].split(":")[0] if ":" in head.splitlines()[-1] else ""
        assert "would be lost" in output and "quotes" in output
        assert "line " in output and (not key or f"{key}: " in output)

    def test_the_sentence_shows_how_to_write_it(self):
        """Fault A8: the better line is in the message."""
        assert complaint("title: Release #5 is out").endswith('Put a text with # in quotes: title: "Release #5 is out"')

    def test_comments_that_cut_nothing_are_taken(self):
        """Fault A8: lines of their own, after quotes and lists, and after values without a blank."""
        article = read(
            '# a line\ntitle: "T" # quoted\nstatus: published  # now\ndate: 2026-05-25 # day\ntags: [a] # list\n'
            "authors:   # ordered\n- A\ncanonical: https://a.example/#part"
        )
        assert (article.title, article.status, article.tags, article.authors) == ("T", "published", ["a"], ["A"])
        assert article.texts["canonical"] == "https://a.example/#part"

    def test_a_column_of_comments_is_one(self):
        """Fault A8: two blanks separate a comment. `release #5` has one, and no blank after the sign."""
        article = read(
            "title: How to read a model card     # the only key that must be there\n"
            "category: Analysis                  # made if missing\n"
            "cover: images/card.png              # relative to the file\n"
            "tags:\n- evaluation  # ours\n- safety\n"
        )
        assert article.texts["title"] == "How to read a model card"
        assert (article.category, article.tags) == ("Analysis", ["evaluation", "safety"])
        assert "would be lost" in complaint("title: Two blanks  #5 and no blank behind")


class TestNothing:
    @pytest.mark.parametrize("word", ["null", "~", "", "Null", "NULL"])
    def test_an_unquoted_null_is_empty(self, word):
        """Fault A8: rows named “null”, and the excerpt “~”."""
        article = read(
            f"title: T\ntags: [{word or '~'}, a]\nseries: {word}\nexcerpt: {word}\ncover: {word}\nauthor: {word}"
        )
        assert (article.tags, article.series, article.texts["excerpt"], article.cover) == (["a"], "", "", "")
        assert article.authors == []

    def test_a_quoted_null_is_a_word(self):
        """Fault A8: how the word itself is written."""
        assert read('title: "null"\nauthor: "Null"').authors == ["Null"]

    @pytest.mark.parametrize("word", ["null", "~", ""])
    def test_a_title_of_nothing_is_refused(self, word):
        """Fault A8."""
        assert complaint(f"title: {word}") == "a.md, line 2: title: Every article needs a title."


class TestTitles:
    @pytest.mark.parametrize("sign", [">", ">-", "|", ">+"])
    def test_a_folded_title_is_one_line(self, sign):
        """Fault A8: it was refused for a line break that was not written."""
        goes_on = "" if sign == "|" else "\n  goes on"
        assert read(f"title: {sign}\n  Folded title{goes_on}\nslug: x").title.startswith("Folded title")
        assert "\n" not in read(f"title: {sign}\n  Folded title{goes_on}").title

    def test_a_title_of_several_lines_is_refused(self):
        """Fault A8: those line breaks were written."""
        assert "line 2: title: This must be a single line." in complaint("title: |\n  one\n  two")
        assert "line 2: title: This must be a single line." in complaint("title: >\n  one\n\n  two")

    @pytest.mark.parametrize("value", ["2026", "No", "true", "3.10", "1e3", "0x1f", "12:30:45", "2026-05-25", "Null"])
    def test_numbers_and_truths_stay_the_text_that_was_written(self, value):
        """Fault A8: titles that YAML reads as another type."""
        assert read(f"title: {value}").title == value


class TestOtherPrograms:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("+++\ntitle = 'T'\n+++\nText\n", "TOML"),
            ('{\n"title": "T"\n}\nText\n', "JSON"),
            ("# A title\n\nCreated: May 1\nTags: a, b\n", "title: "),
            ("\n\n---\ntitle: T\n---\nText\n", "Remove the spaces or empty lines before the first"),
            ("---\ntitle: T\n\nText\n", "The second “---” is missing."),
            ("---\rtitle: T\r---\rText\r", "end with CR only"),
        ],
        ids=["Hugo TOML", "Hugo JSON", "Notion", "blank lines", "not closed", "old Mac"],
    )
    def test_files_without_readable_front_matter(self, tmp_path, text, words):
        """Fault A8: the message says which form it has and which is read."""
        (tmp_path / "a.md").write_text(text, newline="")
        output = complaint_of_file(text)
        assert output.startswith("a.md, line 1: ") and words in output

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("layout: post", "remove the line"),
            ("categories: [a, b]", "write “category”"),
            ("permalink: /a/", "Did you mean “slug”?"),
            ("published: false", "status: draft"),
            ("draft: true", "status: draft"),
            ("lastmod: 2026-01-01", "Did you mean “updated”?"),
            ("description: Words", "Did you mean “excerpt”?"),
            ("feature_image: a.png", "Did you mean “cover”?"),
            ("custom_excerpt: Words", "Did you mean “excerpt”?"),
            ("meta_title: T", "Did you mean “seo_title”?"),
            ("published_at: 2026-01-01", "Did you mean “date”?"),
            ("cssclasses: [a]", "remove the line"),
            ("created: 2026-01-01", "Did you mean “date”?"),
            ("Tags: a", "Did you mean “tags”?"),
            ("Created time: May 1", "Did you mean “date”?"),
            ("pubDatetime: 2026-01-01", "Did you mean “date”?"),
            ("cover_image: a.png", "Did you mean “cover”?"),
            ("SLUG: x", "Did you mean “slug”?"),
        ],
    )
    def test_keys_of_other_programs_are_named_with_ours(self, line, words):
        """Fault A8: Jekyll, Hugo, Ghost, Obsidian, Notion, Astro and dev.to."""
        output = complaint(f"title: T\n{line}")
        assert output.startswith(f"a.md, line 3: {line.split(':')[0]}: Unknown key.") and words in output

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("2015-11-17 16:16:01 -0600", "2015-11-17T22:16:01+00:00"),
            ("2024-01-01T10:00:00-05:00", "2024-01-01T15:00:00+00:00"),
            ("2024-03-03T03:03:03.000Z", "2024-03-03T03:03:03+00:00"),
            ('"2024-03-03"', "2024-03-02T23:00:00+00:00"),
            ("2026-03-29", "2026-03-28T23:00:00+00:00"),
        ],
        ids=["Jekyll", "Hugo", "Ghost", "quoted", "the day of a clock change"],
    )
    def test_dates_of_other_programs(self, written, expected):
        """Fault A8: shapes that mean one time."""
        assert read(f"title: T\ndate: {written}").date == dt.datetime.fromisoformat(expected)

    @pytest.mark.parametrize(
        "written",
        [
            "May 1, 2024 3:04 PM",
            "01/02/2024",
            "2024-1-2",
            "20240102",
            "[[2024-01-02]]",
            "1704067200",
            "2024-01-02 15:04:05 UTC",
        ],
    )
    def test_dates_that_would_be_guessed_are_refused(self, written):
        """Fault A8: the message names the value and how to write it."""
        output = complaint(f'title: T\ndate: "{written}"')
        assert output.startswith(f"a.md, line 3: date: “{written}” is not a valid date. Write a date like")

    @pytest.mark.parametrize(
        "head", ["title:\tT", "title: T\nstatus: published\t", "title: T\n\tslug: x", "title: T\ntags: [a,\tb]"]
    )
    def test_tabs_are_named(self, head):
        """Fault A8: the file looks right and is not."""
        output = complaint(head)
        assert "Replace the tab with spaces" in output and f"line {len(head.splitlines()) + 1}" in output

    @pytest.mark.parametrize(
        ("head", "line"),
        [("title: T\n...\nslug: x", 3), ("title: T\nno colon\nslug: x", 3), ("title: T\nslug：x\ndate: 2026-01-01", 3)],
    )
    def test_lines_that_are_no_keys_are_named(self, head, line):
        """Fault A8: the line itself, not the one after it."""
        assert complaint(head).startswith(f"a.md, line {line}: ")

    def test_windows_files_keep_their_lines(self):
        """Fault A8: BOM and CRLF, with the line of the fault."""
        assert complaint_of_file("\ufeff---\r\ntitle: T\r\ntitel: U\r\n---\r\nText\r\n").startswith(
            "a.md, line 3: titel: "
        )


def test_the_documented_example_is_read_as_it_stands():
    """Fault A8: its own comments lose nothing."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "writing.md").read_text()
    example = dedent(page[page.index("    ---\n    title:") : page.index("    The first paragraph")])
    article, problems = parse_front_matter(example, "a.md", dt.UTC)
    assert problems == []
    assert (article.title, article.category) == ("Reading a model card: a guide", "Analysis")
    assert (article.authors, article.tags, article.status) == (["AI Scope Hub"], ["evaluation", "safety"], "published")


def complaint_of_file(text: str) -> str:
    article, problems = parse_front_matter(text, "a.md", dt.UTC)
    assert article is None
    return "\n".join(map(str, problems))


@pytest.mark.django_db
class TestTheListedFiles:
    def test_come_in_as_they_are_meant(self, tmp_path):
        """Fault A8: `tags-comma/`, `title-folded/` and `null/`."""
        (tmp_path / "a.md").write_text(
            "---\ntitle: Tags comma\ntags: inference, china, tokens\nauthors: Ann Lee, Bo Wu\n---\nBody"
        )
        (tmp_path / "b.md").write_text("---\ntitle: >\n  Folded title\n  goes on\n---\nB")
        (tmp_path / "c.md").write_text("---\ntitle: Null\ntags:\ncategory:\nexcerpt: ~\nseries: null\n---\nB")
        assert "3 new" in run("import_articles", tmp_path)
        assert set(Tag.objects.values_list("name", flat=True)) == {"inference", "china", "tokens"}
        assert set(Author.objects.values_list("name", flat=True)) == {"Ann Lee", "Bo Wu"}
        assert not Series.objects.exists()
        assert set(Article.objects.values_list("slug", flat=True)) == {"tags-comma", "folded-title-goes-on", "null"}
        assert "3 unchanged" in run("import_articles", tmp_path)

    def test_are_refused_where_text_would_be_lost(self, tmp_path):
        """Fault A8: `title-hash/`, and the same in publication.yaml."""
        (tmp_path / "p.md").write_text("---\ntitle: What changed in release #5 of the model\n---\nBody")
        assert refused(tmp_path).startswith("p.md, line 2: title: “#5 of the model” would be lost")
        (tmp_path / "p.md").write_text('---\ntitle: "What changed in release #5 of the model"\n---\nBody')
        (tmp_path / "publication.yaml").write_text("categories:\n- name: Release #5\n  text: ~\n")
        assert refused(tmp_path).startswith("publication.yaml, line 2: name: “#5” would be lost")
