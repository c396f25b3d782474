"""The pre-publish checks, rule by rule."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict
from django.utils import timezone

from insights.editor.preflight_gate import check_post
from insights.models import Redirect, Tag, User
from insights.preflight import PreflightReport
from tests.cpu import cpu_seconds
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_picture,
    make_series,
    make_step,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


def checked(body: str = "Some words.\n", user: User | None = None, **typed: str) -> PreflightReport:
    """Return the panel for a text that is otherwise ready, as an editor sees it, or `user`."""
    data = QueryDict(mutable=True)
    data.update(
        {"title": "A title", "excerpt": "Two words.", "category": "1", "byline": "1", "slug": "this", "body": body}
    )
    data.update(typed)
    return check_post(data, user or make_user("Editor"))


def found(panel: PreflightReport, *rules: str) -> list[tuple[str, str, int, str]]:
    """Return level, field, line and message of the findings of some rules. None named: all but the next step's."""
    return [
        (one.level.value, one.name, one.line, one.near)
        for one in panel.findings
        if (one.rule in rules if rules else one.rule != "step")
    ]


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def test_a_text_that_is_ready_is_left_in_peace():
    assert found(checked("## One\n\nSome words.\n\n### Two\n\nMore of them.\n")) == []


class TestFields:
    def test_what_is_missing_is_named(self):
        panel = checked(excerpt=" ", category="", byline="")
        assert [one.rule for one in panel.warnings if one.rule != "step"] == ["excerpt", "category", "byline"]
        assert panel.errors == ()

    def test_of_nothing_there_is_nothing_to_check_yet(self):
        panel = checked("  \n", title="", excerpt="", category="", byline="")
        assert panel.summary == "There is nothing to check yet."
        assert panel.shown == () and panel.left_out == 0

    def test_a_title_without_a_text_or_a_text_without_a_title_does_not_go_out(self):
        assert found(checked(" \n")) == [("error", "body", 0, "")]
        assert found(checked(title=" ")) == [("error", "title", 0, "")]
        assert checked(title="").summary.startswith("Can't publish yet: 1 problem, ")

    def test_an_author_chosen_in_the_form_is_a_byline(self):
        assert not found(checked(byline="", authors_0="7"), "byline")

    def test_a_title_of_sixty_characters_passes_and_one_more_is_reported(self):
        assert not found(checked(title="a" * 60), "title")
        assert found(checked(title="a" * 61), "title") == [("warning", "title", 0, "")]

    def test_a_title_for_search_engines_stands_for_the_long_one(self):
        assert not found(checked(title="a" * 90, seo_title="Short"), "title")
        assert found(checked(seo_title="a" * 61), "title") == [("warning", "seo_title", 0, "")]

    def test_a_description_of_161_characters_is_reported(self):
        assert not found(checked(seo_description="a" * 160), "description")
        assert found(checked(seo_description="a" * 161), "description") == [("warning", "seo_description", 0, "")]


class TestHeadings:
    def test_a_skipped_heading_level_is_reported_with_its_line(self):
        assert found(checked("## One\n\nWords.\n\n#### Three\n")) == [("warning", "body", 5, "Three")]

    def test_the_first_heading_may_not_be_of_the_third_level(self):
        assert found(checked("### Deep\n")) == [("warning", "body", 1, "Deep")]

    def test_a_first_level_heading_is_reported_in_every_notation(self):
        assert found(checked("# One\n\nTwo\n===\n")) == [("warning", "body", 1, "One"), ("warning", "body", 3, "Two")]

    def test_going_up_by_several_levels_is_fine(self):
        assert not found(checked("## A\n\n### B\n\n#### C\n\n## D\n"))


MARKS = ["TK", "TKTK", "TO" + "DO", "FIX" + "ME", "XX" + "X"]


class TestLeftovers:
    @pytest.mark.parametrize("mark", MARKS)
    def test_a_mark_in_the_text_is_an_error_at_its_line(self, mark):
        assert found(checked(f"One.\n\nTwo\nthree {mark}, four.\n")) == [("error", "body", 4, mark)]

    @pytest.mark.parametrize("name", ["title", "excerpt", "cover_caption", "seo_title", "seo_description"])
    def test_a_mark_in_a_field_is_an_error(self, name):
        assert found(checked(**{name: "A TK here"})) == [("error", name, 0, "TK")]

    def test_what_is_written_as_code_is_meant(self):
        assert not found(checked("The word `TK` and:\n\n```\nTK\n```\n\n    TK\n"))

    def test_words_that_only_look_like_marks_pass(self):
        assert not found(checked("TKO, ATK, TK-421 and a todo list, Xxx.\n"))

    def test_a_mark_as_a_links_address_or_in_a_pictures_words_is_seen(self):
        picture = make_picture()
        body = f'See [there](TK).\n\n![TK]({picture.reference} "TK")\n'
        assert found(checked(body), "leftover", "link") == [
            ("error", "body", 1, "TK"), ("error", "body", 3, "TK"), ("error", "body", 3, "TK"),
        ]  # fmt: skip

    def test_footnotes_and_tables_are_read_too(self):
        body = "A word.[^1]\n\n| a | b |\n|---|---|\n| c | TK |\n\n[^1]: Source TK\n"
        assert found(checked(body), "leftover") == [("error", "body", 5, "TK"), ("error", "body", 7, "TK")]


def test_a_link_without_a_url_is_reported_without_its_brackets():
    (finding,) = [one for one in checked("The [words]() lead nowhere.\n").findings if one.rule == "link"]
    assert finding.message == "The link “words” has no URL."
    assert finding.quote == ""


class TestPictures:
    def test_one_without_alt_text_is_an_error(self):
        picture = make_picture(alt="", width=1000)
        assert found(checked(f"Words.\n\n![]({picture.reference})\n")) == [("error", "body", 3, str(picture.uid))]

    def test_alt_text_of_the_picture_itself_is_enough(self):
        picture = make_picture(alt="A field", width=1000)
        assert not found(checked(f"![]({picture.reference})\n"))

    def test_a_cover_without_alt_text_is_an_error_in_its_field(self):
        cover = make_picture(alt="", width=1300)
        assert found(checked(cover=str(cover.pk))) == [("error", "cover_alt", 0, "")]

    def test_pictures_too_small_for_their_place_are_reported(self):
        small, inline = make_picture(width=639), make_picture(width=40)
        cover = make_picture(width=1199)
        body = f"![A field]({small.reference})\n\nAn icon ![sign]({inline.reference}) in a line.\n"
        assert found(checked(body, cover=str(cover.pk))) == [
            ("warning", "cover", 0, ""), ("warning", "body", 1, str(small.uid)),
        ]  # fmt: skip


class TestOwnLinks:
    def test_links_to_what_readers_can_open_pass(self):
        make_article("Other", category=make_category("Analysis"), tags=[make_tag("safety")])
        make_author("A Desk")
        make_series("Reading")
        for address in (
            "/", "/insights/", "/insights/other/", "/insights/other/#anything", "/insights/other.md", "/insights/other",
            "/insights/category/analysis/", "/insights/tag/safety/feed.xml", "/insights/author/a-desk/",
            "/insights/series/reading/", "/newsletter/", "/privacy/", "/sitemap.xml", "mailto:desk@example.com",
        ):  # fmt: skip
            assert not found(checked(f"[a]({address})\n")), address

    @pytest.mark.parametrize(
        "address",
        ["/insights/no-such/", "/insights/tag/no-such/", "/no-such-page/", "no-such/", "/newsletter/issues/", ""],
    )
    def test_one_that_leads_nowhere_is_an_error(self, address):
        assert [row[:3] for row in found(checked(f"Words.\n\nSee [a]({address}).\n"))] == [("error", "body", 3)]

    def test_a_host_without_https_is_given_one(self):
        (finding,) = checked("[a](www.example.com/x)\n").errors
        assert finding.fix == "https://www.example.com/x"

    def test_a_redirected_url_is_reported_with_the_current_one(self):
        Redirect.objects.leave("article", "old", article=make_article("New"))
        Redirect.objects.leave("category", "old", category=make_category("Fresh"))
        panel = checked("[a](/insights/old/#s-x) and\n[b](/insights/category/old/)\n")
        assert found(panel) == [
            ("warning", "body", 1, "/insights/old/#s-x"), ("warning", "body", 2, "/insights/category/old/"),
        ]  # fmt: skip
        assert [one.fix for one in panel.warnings if one.fix] == ["/insights/new/#s-x", "/insights/category/fresh/"]

    def test_an_old_address_of_a_withdrawn_article_is_dead(self):
        gone = make_article("Gone")
        Redirect.objects.leave("article", "old", article=gone)
        gone.unpublish()
        assert [row[0] for row in found(checked("[a](/insights/old/)\n\n[b](/insights/gone/)\n"))] == ["error", "error"]

    def test_a_link_to_a_later_article_is_reported_unless_this_one_is_later_still(self):
        make_article("Later", published=timezone.now() + dt.timedelta(days=3))
        make_article("Draft", published=None)
        soon, late = (timezone.now() + dt.timedelta(days=days) for days in (2, 4))
        body = "[a](/insights/later/)\n"
        typed = {"publish_at": f"{soon:%Y-%m-%dT%H:%M}"}
        assert found(checked(body)) == found(checked(body, **typed)) == [("warning", "body", 1, "/insights/later/")]
        assert not found(checked(body, publish_at=f"{late:%Y-%m-%dT%H:%M}"))
        assert [row[0] for row in found(checked("[a](/insights/draft/)\n"))] == ["warning"]

    def test_of_another_authors_draft_an_author_learns_nothing(self):
        """E13: a link to a guessed slug gets the same answer, whether or not there is such a draft."""
        author, other = make_user("Author"), make_user("Author")
        make_article("Draft", published=None, user=other)
        make_article("Soon", published=timezone.now() + dt.timedelta(days=1), user=other)
        make_article("Own", published=None, user=author)
        make_article("Out", user=other)

        def said(slug: str, **typed: str) -> list[str]:
            panel = checked(f"[a](/insights/{slug}/)\n", author, **typed)
            return [one.message.replace(slug, "…") for one in panel.findings if one.rule == "link"]

        nothing = said("none")
        assert nothing
        assert said("draft") == said("soon") == said("soon", publish_at="2090-01-01T09:00") == nothing
        assert said("own") not in ([], nothing)
        assert said("out") == []

    def test_the_sites_own_host_is_reported_with_the_path_as_the_fix(self):
        make_article("Other")
        panel = checked(f"[a]({SITE}/insights/other/?x=1#s-y)\n")
        assert found(panel) == [("warning", "body", 1, f"{SITE}/insights/other/?x=1#s-y")]
        assert [one.fix for one in panel.warnings if one.fix] == ["/insights/other/?x=1#s-y"]

    def test_the_sites_own_host_is_not_another_port_of_its_machine(self):
        assert not found(checked("[a](http://127.0.0.1:9999/x/)\n"))

    def test_a_dead_link_by_our_own_host_is_an_error_too(self):
        levels = [row[0] for row in found(checked(f"[a]({SITE}/insights/no-such/)\n"))]
        assert levels == ["error", "warning"]

    def test_places_within_the_text_have_to_be_there(self):
        body = "## One thing\n\n[a](#s-one-thing) [b](/insights/this/#s-one-thing) [c](#s-one-think)[^1]\n\n[^1]: x\n"
        panel = checked(body)
        assert found(panel) == [("error", "body", 3, "#s-one-think")]
        assert panel.errors[0].fix == "#s-one-thing"

    @pytest.mark.parametrize("address", ["/admin/", "/admin/insights/article/1/change/"])
    def test_a_link_to_the_admin_is_an_error(self, address):
        assert found(checked(f"[a]({address})\n")) == [("error", "body", 1, address)]

    def test_addresses_that_cannot_be_read_are_no_accident(self):
        for address in ("http://[", "//", "http://127.0.0.1:99999/", "/insights/%ff/", "/insights/" + "a" * 5000 + "/"):
            checked(f"[a](<{address}>)\n")


class TestNextStep:
    def test_the_default_is_a_weak_one_and_a_pin_is_not(self):
        step = make_step("course", keywords="zebra")
        assert found(checked("Nothing fits.\n"), "step") == [("warning", "pinned_step", 0, "")]
        assert not found(checked("Nothing fits.\n", pinned_step=str(step.pk)), "step")

    def test_low_confidence_is_reported_and_higher_is_not(self):
        make_step("course", keywords="zebra", threshold="1")
        assert [one.message for one in checked("A zebra.\n").findings] == [
            "The next step “course” was chosen with low confidence (0.10)."
        ]
        assert not checked("A zebra.\n", title="A zebra").findings


class TestCost:
    def test_a_panel_costs_three_queries_however_much_it_names(self, django_assert_num_queries):
        picture, cover = make_picture(width=1000), make_picture(width=1300)
        names = [make_article(f"Other {number}").slug for number in range(5)]
        links = "\n\n".join(f"[a](/insights/{name}/) [b](https://example.com/{name})" for name in names)
        body = f"![a]({picture.reference})\n\n{links}\n\n[c](/insights/tag/x/) [d](/insights/category/y/)\n"
        editor = make_user("Editor")
        assert editor.has_perm("insights.change_any_article")  # read once for the request
        with django_assert_num_queries(3):
            checked(body, editor, cover=str(cover.pk))

    @pytest.mark.parametrize(
        "text", ["[", "[a](/b/) ", "# a\n\n", "TK ", "![](picture:x) ", "*a ", "[a](#", "> ", "- a\n  "]
    )
    def test_hostile_text_is_answered_soon_and_briefly(self, text):
        """U21: 200 kB of it."""
        panels = []
        assert cpu_seconds(lambda: panels.append(checked((text * (190_000 // len(text)))[:190_000]))) < 3
        [panel] = panels
        assert len(panel.shown) <= 40
        assert len(panel.findings) < 500

    def test_a_text_beyond_the_limit_is_not_taken_apart(self):
        assert [one.rule for one in checked("a" * 300_000).findings] == ["unchecked"]

    def test_no_link_is_called_dead_that_was_one_too_many_to_look_up(self):
        tags = Tag.objects.bulk_create(Tag(name=f"tag {number}", slug=f"tag-{number}") for number in range(310))
        assert not found(checked("".join(f"[a]({tag.get_absolute_url()})\n\n" for tag in tags)))


def test_the_summary_counts():
    assert checked("TK TKTK\n", category="").summary.startswith("Can't publish yet: 2 problems, ")
    assert checked("TK\n").summary.startswith("Can't publish yet: 1 problem, ")
