"""The link checker: collecting the links of published articles, checking them in turn, and their states."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insights.link_checker import checking, extraction
from insights.link_checker.checking import enqueue_due, fetch_and_record
from insights.link_checker.client import LinkResponse
from insights.link_checker.extraction import delete_ended, extract_new, links_in
from insights.link_checker.host_throttle import HostBusy, HostLease, take
from insights.link_checker.verdicts import record_response
from insights.models import ExternalHost, ExternalLink, ExternalLinkUse, LinksRead
from tests.cpu import cpu_seconds
from tests.factories import make_article, make_user
from tests.insights.link_checker.external_server import OtherSite, other_site

pytestmark = pytest.mark.django_db

FINE, BROKEN, SUSPICIOUS = ExternalLink.State.FINE, ExternalLink.State.BROKEN, ExternalLink.State.SUSPICIOUS
GONE, TROUBLE, THERE = (
    LinkResponse("gone", "404.", 404),
    LinkResponse("trouble", "503.", 503),
    LinkResponse("fine", "200.", 200),
)


def looks() -> list[DBTaskResult]:
    """Return the tasks that check a link."""
    return list(DBTaskResult.objects.filter(task_path="insights.link_checker.checking.check_link"))


def addresses() -> list[str]:
    return sorted(ExternalLink.objects.values_list("url", flat=True))


@pytest.fixture
def link() -> ExternalLink:
    """Return a link of a published article."""
    make_article("Links out", body="See [the paper](https://example.com/paper).\n")
    extract_new()
    return ExternalLink.objects.select_related("host").get()


class TestReading:
    def test_links_of_published_texts_are_written_down_once_with_their_words(self):
        one = make_article("One", body="[The *paper*](https://Example.com/a#part) and [b](https://example.com/b)\n")
        two = make_article("Two", body="[again](https://example.com/a)\n")
        assert extract_new() == 2
        assert extract_new() == 0
        assert addresses() == ["https://example.com/a", "https://example.com/b"]
        uses = ExternalLinkUse.objects.order_by("version", "pk").values_list("version__article", "words")
        assert sorted(uses) == [(one.pk, "The paper"), (one.pk, "b"), (two.pk, "again")]

    def test_our_own_addresses_and_mail_are_no_links_out(self, settings):
        settings.SITE_URL = "https://hub.example.com"
        html = (
            '<a href="/x/">a</a><a href="#b">b</a><a href="https://hub.example.com/y">c</a>'
            '<a href="https://hub.example.com:443/z">h</a>'
            '<a href="mailto:a@example.com">d</a><a href="https://[">e</a><a>f</a><a href="https://">g</a>'
        )
        assert links_in(html) == {}

    def test_hostile_html_is_bounded(self):
        html = "".join(f'<a href="https://example.com/{n}">{"w" * 300}</a>' for n in range(2000))
        found = links_in(html)
        assert len(found) == extraction.MOST
        assert max(map(len, found.values())) == 200
        assert links_in(f'<a href="https://example.com/{"a" * 3000}">b</a>') == {}
        assert links_in(f'<a href="https://{"a" * 300}.example/">b</a>') == {}

    def test_drafts_and_texts_to_come_are_not_read_until_they_are_out(self):
        make_article("Draft", published=None, body="[a](https://example.com/draft)\n")
        later = timezone.now() + dt.timedelta(days=1)
        make_article("Later", published=later, body="[a](https://example.com/later)\n")
        extract_new()
        assert addresses() == []
        with time_machine.travel(later + dt.timedelta(seconds=1)):
            extract_new()
        assert addresses() == ["https://example.com/later"]

    def test_links_of_a_text_that_was_replaced_are_let_go(self, link):
        article = link.uses.get().version.article
        version = article.live_version()
        version.pk, version.body, version.live_from, version.html = None, "", None, "<p>No link.</p>"
        version.save()
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=1)):
            article.publish(version)
            assert not ExternalLink.objects.linked().exists()
            extract_new()
            delete_ended()
        assert addresses() == []
        assert not ExternalHost.objects.exists()
        assert list(LinksRead.objects.values_list("version", flat=True)) == [version.pk]

    def test_what_is_ignored_stays_known(self, link):
        link.ignore(make_user("Editor"))
        ExternalLinkUse.objects.all().delete()
        delete_ended()
        assert addresses() == ["https://example.com/paper"]

    def test_links_of_a_withdrawn_article_are_not_looked_at(self, link):
        link.uses.get().version.article.unpublish()
        assert not ExternalLink.objects.due().exists()


class TestVerdicts:
    def after(self, link: ExternalLink, *answers: tuple[float, LinkResponse]) -> ExternalLink:
        """Return the link after answers, each so many hours after the one before."""
        now = timezone.now().replace(hour=1)
        for hours, answer in answers:
            now += dt.timedelta(hours=hours)
            record_response(link, answer, now)
        return ExternalLink.objects.get()

    def test_one_that_is_gone_is_looked_at_again_in_an_hour_before_it_is_dead(self, link):
        once = self.after(link, (0, GONE))
        assert (once.state, once.look_at - once.looked_at) == ("waiting", dt.timedelta(hours=1))
        twice = self.after(once, (1, GONE))
        assert (twice.state, twice.status, twice.reason, twice.since) == (BROKEN, 404, "404.", twice.looked_at)
        assert twice.look_at - twice.looked_at == dt.timedelta(days=1)

    def test_a_second_look_within_the_hour_is_none(self, link):
        assert self.after(link, (0, GONE), (0.5, GONE)).state == "waiting"
        assert self.after(link, (0, GONE), (1, THERE), (1, GONE)).state == FINE

    def test_what_may_pass_is_doubtful_after_failures_on_three_days(self, link):
        assert self.after(link, (0, TROUBLE), (1, TROUBLE), (1, TROUBLE), (24, TROUBLE)).state == "waiting"
        assert self.after(link, (48, TROUBLE)).state == SUSPICIOUS

    def test_a_dead_one_that_does_not_answer_stays_dead_and_one_that_answers_is_fine(self, link):
        dead = self.after(link, (0, GONE), (1, GONE))
        assert self.after(dead, (24, TROUBLE), (24, TROUBLE), (24, TROUBLE), (24, TROUBLE)).state == BROKEN
        fine = self.after(dead, (24, THERE))
        assert (fine.state, fine.failed_days, fine.failed_on) == (FINE, 0, None)

    def test_since_is_when_it_became_what_it_is(self, link):
        first = self.after(link, (0, THERE)).since
        assert self.after(link, (24, THERE)).since == first

    def test_a_host_that_wants_to_be_left_alone_longer_is(self, link):
        after = self.after(link, (0, LinkResponse("trouble", "429.", 429, 200_000)))
        assert after.look_at - after.looked_at == dt.timedelta(seconds=200_000)


class TestTheQueue:
    def test_each_address_is_enqueued_once_and_low(self, link):
        assert enqueue_due() == 1
        assert enqueue_due() == 0
        assert [row.priority for row in looks()] == [-40]

    def test_a_sweep_takes_a_few_and_of_each_host_one(self):
        body = "".join(f"[a](https://host{n % 8}.example.com/{n})\n\n" for n in range(40))
        make_article("Many", body=body)
        extract_new()
        assert enqueue_due() == checking.PER_SWEEP
        hosts = ExternalHost.objects.filter(free_at__gt=timezone.now())
        assert hosts.count() == checking.PER_SWEEP

    def test_one_that_a_killed_worker_had_in_hand_comes_up_again(self, link):
        """D13: by itself, and its host too."""
        enqueue_due()
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
            assert enqueue_due() == 1

    def test_a_task_whose_row_went_to_another_does_nothing(self, link, run_tasks):
        enqueue_due()
        ExternalLink.objects.update(look_at=timezone.now() + dt.timedelta(hours=3))
        run_tasks()
        assert ExternalLink.objects.get().looked_at is None

    def test_the_task_asks_no_machine_that_is_not_public(self, run_tasks):
        """The full path of a mistyped link: recorded, due, and requested from no host."""
        with other_site() as site:
            make_article("Local", body=f"[a]({site.address('/x')})\n")
            extract_new()
            enqueue_due()
            run_tasks()
        link = ExternalLink.objects.get()
        assert (link.state, site.seen) == ("unasked", [])
        assert link.reason == "Skipped: the URL does not lead to a public web server."
        assert [row.status for row in looks()] == ["SUCCESSFUL"]

    def test_the_sweep_does_nothing_where_it_is_switched_off(self, link, settings, monkeypatch):
        settings.CHECK_OUTSIDE_LINKS = False
        monkeypatch.setattr(checking, "_next_sweep", 0.0)
        checking.enqueue_due_links()
        assert looks() == []
        settings.CHECK_OUTSIDE_LINKS = True
        checking.enqueue_due_links()
        assert len(looks()) == 1

    def test_ignored_ones_are_not_looked_at(self, link):
        link.host.ignore(make_user("Editor"))
        assert enqueue_due() == 0
        link.host.unignore()
        link.ignore(make_user("Editor"))
        assert enqueue_due() == 0


class TestLooking:
    WAYS: dict[str, Any] = {"may_ask": lambda machine, port: str(machine) == "127.0.0.1", "seconds": 5.0}

    @pytest.fixture
    def there(self):
        with other_site() as site:
            yield site

    def linked(self, site: OtherSite, path: str = "/x") -> ExternalLink:
        make_article("Here", body=f"[a]({site.address(path)})\n")
        extract_new()
        return ExternalLink.objects.select_related("host").get(url=site.address(path))

    def test_what_was_found_is_kept(self, there):
        there.answers["/x"] = 410
        link = self.linked(there)
        fetch_and_record(link, pause=0.01, **self.WAYS)
        kept = ExternalLink.objects.get()
        assert (kept.status, kept.reason, kept.state) == (410, "410: page removed.", "waiting")
        assert kept.suspected_at == kept.looked_at

    def test_we_say_the_publications_name_and_address(self, there, settings):
        settings.SITE_URL = "https://hub.example.com"
        fetch_and_record(self.linked(there), **self.WAYS)
        assert there.asked[0].headers["User-Agent"] == "AI Scope Hub link check (+https://hub.example.com)"

    def test_between_two_requests_to_a_host_there_is_a_pause(self, there):
        there.answers |= {"/x": (302, {"Location": "/y"}), "HEAD /y": 405}
        link, begun = self.linked(there), time.monotonic()
        fetch_and_record(link, pause=0.15, **self.WAYS)
        assert len(there.asked) == 3
        assert time.monotonic() - begun >= 2 * 0.15  # both servers notice it in their own time

    def test_pauses_are_two_seconds_also_between_two_looks(self, there):
        link, begun = self.linked(there), timezone.now()
        fetch_and_record(link, **self.WAYS)
        left_alone = dt.timedelta(seconds=2)
        assert begun + left_alone <= ExternalHost.objects.get().free_at <= timezone.now() + left_alone

    def test_a_host_that_asks_for_a_pause_gets_it_for_all_its_links(self, there):
        there.answers["/x"] = (429, {"Retry-After": "3600"})
        first, second = self.linked(there), None
        make_article("Too", body=f"[a]({there.address('/y')})\n")
        extract_new()
        fetch_and_record(first, **self.WAYS)
        second = ExternalLink.objects.get(url=there.address("/y"))
        assert not ExternalLink.objects.due().filter(pk=second.pk).exists()
        assert ExternalLink.objects.due(timezone.now() + dt.timedelta(seconds=3601)).filter(pk=second.pk).exists()

    def test_a_redirect_to_a_host_that_another_worker_asks_is_put_off(self, there):
        with other_site() as busy:
            there.answers["/x"] = (302, {"Location": busy.address("/y")})
            link = self.linked(there)
            take(f"127.0.0.1:{busy.port}")
            fetch_and_record(link, **self.WAYS)
            kept = ExternalLink.objects.get()
            assert (busy.seen, kept.looked_at) == ([], None)
            assert dt.timedelta(0) < kept.look_at - timezone.now() <= checking.LATER

    def test_a_host_is_taken_by_one_worker_at_a_time(self):
        turns = HostLease("own.example")
        turns("a.example")
        with pytest.raises(HostBusy):
            take("a.example")
        turns.release()
        with pytest.raises(HostBusy):
            take("a.example")
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=3)):
            take("a.example")

    def test_an_email_task_waits_for_one_link_check_at_most(self):
        assert (checking.PER_SWEEP, checking.check_link.priority) == (5, -40)
        from insights.link_checker import client

        assert client.SECONDS == 10


def test_reading_a_great_text_is_quick():
    html = "".join(f'<p>Some words <a href="https://example.com/{n}">of a link</a>.</p>' for n in range(5000))
    assert cpu_seconds(lambda: links_in(html)) < 1
