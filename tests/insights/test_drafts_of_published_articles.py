"""Drafts over published texts, scheduled changes and scheduled unpublishing: the public pages, by the clock alone.

No task runs in these tests unless a test says so: `run_tasks` is used before the time, never after it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from insights.models import Article
from insights.public import related
from insights.public.share_images import image_of
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_author, make_category, make_series, make_tag, make_user

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
OLD, NEW = "Zebras at rest", "Giraffes in motion"


@pytest.fixture
def world(run_tasks) -> dict[str, Any]:
    """Make a published article, with a neighbor in its series and by its tags, and all tasks run."""
    tag, series, author, category = make_tag("Savannah"), make_series("Animals"), make_author("Zoe"), make_category()
    filed: dict[str, Any] = {"tags": [tag], "series": series, "authors": [author], "category": category}
    with time_machine.travel(timezone.now() - 9 * HOUR):
        article = make_article(
            OLD, slug="animals", excerpt="About zebras.", body="The zebra sleeps.\n", series_part=1, **filed
        )
        neighbor = make_article("Beside it", slug="beside", series_part=2, **filed)
    run_tasks()
    related.update_due_related()
    return {"article": article, "neighbor": neighbor, "tag": tag, "series": series, "author": author,
            "category": category}  # fmt: skip


def change(article: Article, **more: Any) -> Any:
    return import_version(
        article, {"title": NEW, "excerpt": "About giraffes.", "body": "The giraffe runs.\n", **more}, user=None
    )


def places(world: dict[str, Any]) -> Iterator[str]:
    """Yield every URL at which readers see the title."""
    yield "/"
    yield "/insights/"
    for kind in ("tag", "author", "category", "series"):
        yield world[kind].get_absolute_url()
    for feed in ("feed.xml", "feed.json"):
        yield f"/insights/{feed}"
        yield f"{world['tag'].get_absolute_url()}{feed}"
    yield "/llms.txt"
    yield "/insights/animals/"
    yield "/insights/animals.md"
    yield world["neighbor"].get_absolute_url()  # in its series, and under "Read next"


def titles_at(world: dict[str, Any]) -> dict[str, str]:
    """Return the title that each place shows: "old", "new", "both" or "none"."""
    shown = {}
    for place in places(world):
        text = Client().get(place).content.decode()
        seen = [name for name, title in (("old", OLD), ("new", NEW)) if title in text]
        shown[place] = "both" if len(seen) == 2 else seen[0] if seen else "none"
    return shown


def everywhere(world: dict[str, Any], which: str) -> dict[str, str]:
    return dict.fromkeys(places(world), which)


def finds(word: str) -> bool:
    return "/insights/animals/" in Client().get(f"/insights/search/?q={word}").content.decode()


def lastmod() -> str:
    for page in re.findall(r"<loc>[^<]*(/sitemap[^<]*)</loc>", Client().get("/sitemap.xml").content.decode()):
        entry = re.search(
            r"/insights/animals/</loc><lastmod>([^<]*)", Client().get(page).content.decode().replace("\n", "")
        )
        if entry:
            return entry[1]
    return ""


def share_image() -> Any:
    return Client().get("/insights/animals/").context["version"]


class TestADraft:
    def test_is_seen_nowhere_while_it_is_written(self, world):
        """H14: page, lists, search, feeds, sitemap and the rest keep the published text."""
        before = lastmod()
        draft = change(world["article"])
        assert titles_at(world) == everywhere(world, "old")
        assert finds("zebra")
        assert not finds("giraffe")
        assert lastmod() == before
        assert Client().get(f"/insights/{draft.pk}/").status_code == 404

    def test_replaces_the_live_text_in_one_step(self, world, run_tasks):
        world["article"].publish(change(world["article"]))
        assert titles_at(world) == everywhere(world, "new")  # before any task ran
        assert finds("giraffe")
        assert not finds("zebra")


class TestAScheduledChange:
    def test_takes_effect_everywhere_on_time_without_a_job(self, world):
        """H14: and nowhere before it."""
        scheduled_at = timezone.now() + HOUR
        world["article"].publish(change(world["article"]), scheduled_at)
        with time_machine.travel(scheduled_at - dt.timedelta(seconds=1), tick=False):
            assert titles_at(world) == everywhere(world, "old")
            assert finds("zebra")
            assert not finds("giraffe")
            before, image = lastmod(), image_of(share_image()).url
        with time_machine.travel(scheduled_at, tick=False):
            assert titles_at(world) == everywhere(world, "new")
            assert finds("giraffe")
            assert not finds("zebra")
            assert lastmod() == scheduled_at.replace(microsecond=0).isoformat() != before
            assert image_of(share_image()).url != image
            answer = Client().get(image.replace("http://127.0.0.1:8000", "").replace("http://testserver", ""))
            assert answer.status_code == 302  # the picture of the old title

    def test_changes_category_and_tags_on_time(self, world):
        scheduled_at, other, tag = timezone.now() + HOUR, make_category("Elsewhere"), make_tag("Motion")
        version = import_version(world["article"], {"title": NEW, "category": other}, tags=[tag])
        world["article"].publish(version, scheduled_at)
        for where in (other, tag):
            assert "/insights/animals/" not in Client().get(where.get_absolute_url()).content.decode()
        with time_machine.travel(scheduled_at, tick=False):
            for where in (other, tag):
                assert NEW in Client().get(where.get_absolute_url()).content.decode()
            for where in (world["category"], world["tag"]):
                assert "/insights/animals/" not in Client().get(where.get_absolute_url()).content.decode()

    def test_keeps_the_publication_date_and_the_place_in_lists(self, world):
        article = world["article"]
        scheduled_at, published = timezone.now() + HOUR, article.published_at
        article.publish(change(article), scheduled_at)
        with time_machine.travel(scheduled_at + HOUR):
            article.refresh_from_db()
            assert article.published_at == published
            assert article.live_version().listed_at == published

    def test_taken_off_the_schedule_never_comes(self, world):
        """H14: not even where the change was prepared beforehand."""
        scheduled_at = timezone.now() + HOUR
        world["article"].publish(change(world["article"]), scheduled_at)
        world["article"].unschedule()
        with time_machine.travel(scheduled_at + HOUR, tick=False):
            assert titles_at(world) == everywhere(world, "old")
            assert finds("zebra")
            assert not finds("giraffe")

    def test_rescheduled_to_a_later_time_waits_for_it(self, world):
        scheduled_at, version = timezone.now() + HOUR, change(world["article"])
        world["article"].publish(version, scheduled_at)
        world["article"].publish(version, scheduled_at + HOUR)
        with time_machine.travel(scheduled_at, tick=False):
            assert titles_at(world) == everywhere(world, "old")
        with time_machine.travel(scheduled_at + HOUR, tick=False):
            assert titles_at(world) == everywhere(world, "new")

    def test_in_place_of_another_leaves_no_gap(self, world):
        scheduled_at, article = timezone.now() + HOUR, world["article"]
        article.publish(change(article), scheduled_at)
        article.publish(import_version(article, {"title": f"{NEW} again"}), scheduled_at + HOUR)
        for hours, title in ((0, OLD), (1, f"{NEW} again")):
            with time_machine.travel(scheduled_at + hours * HOUR, tick=False):
                assert article.live_version().title == title

    def test_may_be_written_on_beside_what_waits(self, world):
        scheduled_at = timezone.now() + HOUR
        article = world["article"]
        article.publish(change(article), scheduled_at)
        import_version(article, {"title": "Third thoughts"})
        with time_machine.travel(scheduled_at, tick=False):
            assert titles_at(world) == everywhere(world, "new")


class TestAScheduledWithdrawal:
    @staticmethod
    def gone(world: dict[str, Any]) -> None:
        own = {"/insights/animals/", "/insights/animals.md"}
        shown = titles_at(world)
        assert {shown[place] for place in shown if place not in own} == {"none"}
        for place in own:
            assert Client().get(place).status_code == 410
        assert not finds("zebra")
        assert lastmod() == ""

    def test_takes_effect_everywhere_on_time_without_a_job(self, world):
        """H14: an unpublished article."""
        scheduled_at = timezone.now() + HOUR
        image = image_of(share_image()).url
        world["article"].unpublish(scheduled_at)
        with time_machine.travel(scheduled_at - dt.timedelta(seconds=1), tick=False):
            assert titles_at(world) == everywhere(world, "old")
        with time_machine.travel(scheduled_at, tick=False):
            self.gone(world)
            assert Client().get(re.sub(r"https?://[^/]+", "", image)).status_code == 404

    def test_answers_as_a_withdrawal_of_today(self, world):
        world["article"].unpublish()
        self.gone(world)

    def test_outlives_the_publication_of_a_change(self, world):
        scheduled_at = timezone.now() + HOUR
        world["article"].unpublish(scheduled_at)
        world["article"].publish(change(world["article"]))
        assert titles_at(world) == everywhere(world, "new")
        with time_machine.travel(scheduled_at, tick=False):
            self.gone(world)

    def test_called_off_leaves_it_where_it_is(self, world):
        scheduled_at = timezone.now() + HOUR
        world["article"].unpublish(scheduled_at)
        world["article"].republish()
        with time_machine.travel(scheduled_at + HOUR, tick=False):
            assert titles_at(world) == everywhere(world, "old")

    def test_of_a_change_that_comes_after_it_is_taken_up_by_that(self, world):
        """Unpublished at one time, published again with another text at a later one."""
        scheduled_at = timezone.now() + HOUR
        world["article"].unpublish(scheduled_at)
        world["article"].publish(change(world["article"]), scheduled_at + HOUR)
        shown = {}
        for hours in (0, 1):
            with time_machine.travel(scheduled_at + hours * HOUR, tick=False):
                shown[hours] = Client().get("/insights/animals/").status_code
        assert shown == {0: 404, 1: 200}

    @pytest.mark.parametrize("sooner", [None, HOUR / 2])
    def test_that_a_change_took_up_stands_again_when_the_change_comes_sooner(self, world, sooner):
        article, scheduled_at = world["article"], timezone.now() + HOUR
        version = change(article)
        article.unpublish(scheduled_at)
        article.publish(version, scheduled_at + HOUR)
        article.publish(version, sooner and timezone.now() + sooner)
        with time_machine.travel(scheduled_at - dt.timedelta(seconds=1), tick=False):
            assert NEW in Client().get("/insights/animals/").content.decode()
        with time_machine.travel(scheduled_at, tick=False):
            assert Client().get("/insights/animals/").status_code == 410


class TestExportAndImport:
    def test_give_the_live_text_and_leave_the_draft_alone(self, world, tmp_path):
        """A second import of an export changes nothing, with a draft over the published text."""
        article = world["article"]
        user = make_user("Editor")
        draft = import_version(article, {"title": NEW, "body": "The giraffe runs.\n"}, user=user)
        call_command("export_articles", str(tmp_path / "out"))
        files = {path.name: path.read_text() for path in (tmp_path / "out").rglob("*.md")}
        count = article.versions.count()
        call_command("import_articles", str(tmp_path / "out"))
        article.refresh_from_db()
        assert article.versions.count() == count
        assert article.live_version().title == OLD
        assert article.working_version() == draft
        assert any("The zebra sleeps." in text for text in files.values())
