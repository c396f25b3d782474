"""Import of folders of articles and publication.yaml: all of their content, or nothing."""

import pytest

from insights.models import Article, AuditEntry, Author, Category, Picture, Recalculation, Redirect, Series, Step, Tag
from insights.next_step.decisions import decision_of
from tests.factories import make_article, make_author
from tests.insights.exchange.article_files import refused, run, stored_files, write_article, write_picture

pytestmark = pytest.mark.django_db


def only_article():
    return Article.objects.get()


class TestAFolder:
    def test_is_brought_in_whole_or_not_at_all(self, tmp_path):
        write_article(tmp_path, "good.md", title="Good", category="New category")
        write_article(tmp_path, "bad.md", title="Bad", next_step="nowhere")
        write_article(tmp_path, "worse.md", head="title: A: B")
        write_article(tmp_path, "unknown.md", title="U", lang="en")
        output = refused(tmp_path)
        assert output.splitlines() == [
            "bad.md, line 3: next_step: There is no next step “nowhere”. Use one of: newsletter.",
            "unknown.md, line 3: lang: Unknown key. Correct or remove it.",
            'worse.md, line 2: The text of “title” has a colon and needs quotes: title: "…"',
            "Nothing was changed.",
        ]

    def test_is_only_looked_at_in_a_dry_run(self, tmp_path, settings):
        make_article("Second", body="Old.\n")
        write_picture(tmp_path / "x.png")
        write_article(tmp_path, "a.md", title="First", status="published", body="![A](x.png)\n", category="C")
        write_article(tmp_path, "b.md", title="Second", status="published", body="New.\n")
        entries = AuditEntry.objects.count()
        output = run("import_articles", tmp_path, "--dry-run")
        assert "new       a.md" in output
        assert "changed   b.md  (body)" in output
        assert "1 new, 1 changed, 0 unchanged. Nothing was changed: this was a dry run." in output
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
        assert refused(tmp_path).splitlines()[0] == (
            "b.md, line 2: title: “a.md” also has the slug “same”, made from the title. Add a different slug."
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

    def test_is_recorded_in_the_audit_log(self, tmp_path):
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
        assert "authors: “Twin” matches more than one entry. Write the slug instead." in refused(tmp_path)
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
        output = run("import_articles", tmp_path)
        assert "author Desk: new" in output
        author = Author.objects.get(slug="desk")
        assert (author.initials, author.line, author.avatar.name) == ("DK", "A line", "me.png")
        assert Redirect.objects.get(kind="author").slug == "old-desk"
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
        ("text", "expected"),
        [
            ("authors:\n- {nam: x}", "line 2: nam: Unknown key in “authors”. Did you mean “name”?"),
            ("writers: []", "line 1: writers: Unknown section. Use one of: "),
            ("authors: x", "line 1: authors: This must be a list of entries. Begin each entry with a dash."),
            ("steps:\n- {slug: s, kind: link, heading: H, target_url: 'javascript:1'}", "target_url: Enter a URL"),
            (
                "steps:\n- {slug: s, kind: article, heading: H, target_article: no}",
                "There is no article with the slug “no”.",
            ),
            ("steps:\n- {slug: s, kind: dance, heading: H}", "kind: Value 'dance' is not a valid choice."),
            ("steps:\n- {slug: s, kind: feedback, heading: H, threshold: NaN}", "threshold: Write a number"),
            ("steps:\n- {slug: s, kind: feedback, heading: H, rule: {title_weight: -1}}", "title_weight: "),
            ("steps:\n- {slug: newsletter, is_default: no}", "No next step is the default."),
            (
                "site: {navigation: [{label: A, address: 'javascript:1'}]}",
                "“javascript:1” must begin with https:// or a single /.",
            ),
            ("site: {navigation: [{address: /a/}]}", "Enter a label."),
            ("site: {social_links: [{label: A, address: /a/}]}", "Enter a full URL that begins with https://."),
            (
                "site: {social_links: [a]}",
                "social_links: This value has the wrong form. Compare it with an exported publication.yaml.",
            ),
            (
                "site: {privacy_text: '![x](picture:6b0c0000-0000-4000-8000-000000000000)'}",
                "This text can't contain pictures.",
            ),
            ("site: {logo: images/none.png}", "none.png"),
            ("site: {time_zone: Mars/Base}", "time_zone: “Mars/Base” is not a time zone"),
            (
                "authors:\n- {name: A, avatar: ../../x.png}",
                "avatar: “../../x.png” is outside the folder. Move the file into the folder.",
            ),
            ("categories:\n- {name: 分}", "slug: No slug can be made from the name."),
        ],
    )
    def test_that_is_wrong_changes_nothing(self, tmp_path, text, expected):
        """R02, R06, R07: a broken set of rules changes nothing."""
        write_article(tmp_path, "a.md")
        (tmp_path / "publication.yaml").write_text(text)
        assert expected in refused(tmp_path)
        assert list(Step.objects.values_list("slug", "is_default")) == [("newsletter", True)]

    def test_with_changed_rules_recalculates_all_articles(self, tmp_path, run_tasks):
        article = make_article("About gardens")
        write_article(tmp_path, "a.md", title="Another about gardens", status="published")
        (tmp_path / "publication.yaml").write_text(
            "steps:\n- {slug: garden, kind: feedback, heading: H, rule: {keywords: [gardens]}}\n"
        )
        run("import_articles", tmp_path)
        assert decision_of(Article.objects.get(slug="another-about-gardens").live_version()).slug == "garden"
        assert Recalculation.objects.count() == 1
        run_tasks()
        assert decision_of(article.live_version()).slug == "garden"
