"""Cached pages on a running site: two workers that answer from memory, and invalidate at once what has changed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import brotli
import pytest

from tests.site import Answer, Site, wait_until

ARTICLE = "/insights/kept/"


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Iterator[Site]:
    """Yield a site that speaks https itself, with sync workers: each connection is answered by one of two processes."""
    site = start_site(THREADS="1")
    site.shell(
        "from tests.factories import *; category = make_category('Chips');"
        "make_article('Kept', slug='kept', body='First text.', category=category, tags=[make_tag('Power')])"
    )
    yield site
    site.stop()


def everywhere(site: Site, path: str, **headers: str) -> list[Answer]:
    """Return enough answers at once that both workers gave some."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: site.get(path, **headers), range(16)))


def bodies(answers: list[Answer]) -> set[bytes]:
    return {answer.body for answer in answers}


PUBLISH = """
from insights.publishing.drafts import import_version; from insights.models import Article
article = Article.objects.get(slug='kept'); article.publish(import_version(article, {values!r}))
"""


SCHEDULE = """
import datetime as dt; from django.utils import timezone; from tests.factories import make_article
from insights.publishing.drafts import import_version; from insights.models import Article
soon = timezone.now() + dt.timedelta(seconds=30)
early = Article.objects.get(slug='early'); early.publish(import_version(early, {'title': 'Early worm'}), soon)
make_article('Late riser', slug='late', published=soon)
"""
SOONER = """
import datetime as dt; from django.utils import timezone; from insights.models import Version
for version in Version.objects.filter(live_from__gt=timezone.now()):
    version.article.publish(version, timezone.now() + dt.timedelta(seconds=2))
"""
WITHDRAW_SOON = """
import datetime as dt; from django.utils import timezone; from insights.models import Article
Article.objects.get(slug='late').unpublish(timezone.now() + dt.timedelta(seconds=2))
"""


class TestWhatIsKept:
    def test_a_page_is_the_same_bytes_for_everybody(self, site: Site) -> None:
        """H05: no cookie, no token, the same bytes for two visitors, also for staff."""
        staff = site.log_in(role="Editor")
        stranger = site.get(ARTICLE)
        answers = [*everywhere(site, ARTICLE), *everywhere(site, ARTICLE, cookie=staff["cookie"])]
        assert bodies(answers) == {stranger.body}
        assert "csrf" not in stranger.text
        for answer in answers:
            assert answer.status == 200
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")

    def test_a_kept_page_bears_every_header_of_a_rendered_one(self, site: Site) -> None:
        """H02: the security headers are there on a hit, and on a 304."""
        rendered = site.get(f"{ARTICLE}?unknown=1")
        assert "ETag" not in rendered.headers
        kept = site.get(ARTICLE)
        again = site.get(ARTICLE, if_none_match=kept.headers["ETag"])
        assert again.status == 304
        for name, value in rendered.headers.items():
            if name not in {"Date", "Content-Length", "Vary", "Cache-Control"}:
                assert kept.headers[name] == value
                if not name.startswith("Content-") or name == "Content-Security-Policy":
                    assert again.headers[name] == value
        assert kept.headers["Strict-Transport-Security"] == "max-age=31536000"

    def test_head_gives_the_headers_alone(self, site: Site) -> None:
        whole, head = site.get(ARTICLE), site.ask("HEAD", ARTICLE)
        assert head.body == b""
        assert head.headers["Content-Length"] == str(len(whole.body))
        assert head.headers["ETag"] == whole.headers["ETag"]

    @pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "localhost, evil.example", ""])
    def test_another_host_is_refused_however_warm_the_page(self, site: Site, host: str) -> None:
        """H01: wrong Host, two Hosts → 400, though the page is cached."""
        assert site.get(ARTICLE).status == 200
        assert {site.get(ARTICLE, host=host).status for _ in range(6)} == {400}

    def test_what_is_not_in_the_table_is_not_kept(self, site: Site) -> None:
        for path in ("/nothing/", "/admin/login/", "/insights/nothing/", "/newsletter/confirm/abc/", "/healthz"):
            answer = site.get(path)
            assert "ETag" not in answer.headers, path
            assert "s-maxage" not in answer.headers.get("Cache-Control", ""), path

    def test_a_parameter_that_no_page_knows_is_not_kept_but_a_sender_s_mark_is_left_out(self, site: Site) -> None:
        kept = site.get(ARTICLE)
        assert site.get(f"{ARTICLE}?utm_source=letter&fbclid=1").headers["ETag"] == kept.headers["ETag"]
        for query in ("before=1", "order=password", "q=a&q=b", "%00=1", "a", "utm_source=a&b=c"):
            assert "ETag" not in site.get(f"{ARTICLE}?{query}").headers, query
        assert "ETag" not in site.get("/insights/?before=nonsense").headers
        assert site.get("/insights/?" + "a&" * 2000).status == 400

    def test_a_post_reaches_its_view(self, site: Site) -> None:
        assert site.post(ARTICLE).status in {403, 405}
        assert site.post(f"{ARTICLE}view/").status == 204
        assert site.ask("DELETE", ARTICLE).status == 405


class TestEncodings:
    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("identity", None),
            ("*", "br"), ("gzip;q=0", None), ("br ; q=1.0", "br"), ("nonsense;;q=x", None),
        ],
    )  # fmt: skip
    def test_the_client_gets_what_it_takes(self, site: Site, accepted: str, encoding: str | None) -> None:
        plain = site.get(ARTICLE, accept_encoding="identity")
        answer = site.get(ARTICLE, accept_encoding=accepted)
        assert answer.headers.get("Content-Encoding") == encoding
        assert "Accept-Encoding" in answer.headers["Vary"]
        read = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
        assert read(answer.body) == plain.body
        assert len(answer.body) == int(answer.headers["Content-Length"])

    def test_each_encoding_has_its_own_strong_tag(self, site: Site) -> None:
        tags = [site.get(ARTICLE, accept_encoding=name).headers["ETag"] for name in ("br", "gzip", "identity")]
        assert len(set(tags)) == 3
        assert all(re.fullmatch(r'"[0-9a-f]{20}(-\w+)?"', tag) for tag in tags)


class TestConditionalRequests:
    def test_who_has_the_page_gets_304_without_it(self, site: Site) -> None:
        kept = site.get(ARTICLE)
        tag = kept.headers["ETag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = site.get(ARTICLE, if_none_match=known)
            assert (answer.status, answer.body) == (304, b"")
            assert answer.headers["ETag"] == tag
            assert answer.headers["Cache-Control"] == kept.headers["Cache-Control"]
            assert "Content-Length" not in answer.headers
        assert site.get(ARTICLE, if_none_match='"other"').status == 200
        assert site.get(ARTICLE, if_none_match=tag, accept_encoding="gzip").status == 200

    def test_a_date_counts_where_no_tag_is_given(self, site: Site) -> None:
        site.shell(PUBLISH.format(values={"body": "A text with a date."}))
        wait_until(lambda: site.get(ARTICLE).headers.get("Last-Modified") or site.shell("import insights.models as m;"
                   "m.Tag.objects.get().save()"), "a page that bears a date")  # fmt: skip
        since = site.get(ARTICLE).headers["Last-Modified"]
        assert site.get(ARTICLE, if_modified_since=since).status == 304
        assert site.get(ARTICLE, if_modified_since="Mon, 01 Jan 2024 00:00:00 GMT").status == 200
        assert site.get(ARTICLE, if_modified_since="yesterday").status == 200
        assert site.get(ARTICLE, if_modified_since=since, if_none_match='"other"').status == 200

    def test_cache_control_states_what_other_caches_may_do(self, site: Site) -> None:
        control = site.get(ARTICLE).headers["Cache-Control"]
        assert control == "public, max-age=0, s-maxage=10, stale-while-revalidate=30"

    def test_a_part_is_not_handed_out(self, site: Site) -> None:
        whole, part = site.get(ARTICLE), site.get(ARTICLE, range="bytes=0-9")
        assert (part.status, part.body) == (200, whole.body)


class TestForgetting:
    def test_a_new_text_shows_at_once_on_every_worker(self, site: Site) -> None:
        for number in range(5):
            everywhere(site, ARTICLE)
            everywhere(site, "/insights/")
            site.shell(PUBLISH.format(values={"title": f"Title {number}", "body": f"Text number {number}."}))
            assert all(f"Text number {number}." in answer.text for answer in everywhere(site, ARTICLE))
            for path in ("/", "/insights/", "/insights/category/chips/", "/insights/tag/power/"):
                assert all(f"Title {number}" in answer.text for answer in everywhere(site, path)), path

    def test_a_change_that_is_rolled_back_forgets_nothing(self, site: Site) -> None:
        before = site.get(ARTICLE)
        site.shell(
            "from django.db import transaction; from insights.models import *\n"
            "with transaction.atomic():\n"
            "    Article.objects.get(slug='kept').unpublish(); transaction.set_rollback(True)"
        )
        assert bodies(everywhere(site, ARTICLE)) == {before.body}

    def test_a_draft_is_never_shown(self, site: Site) -> None:
        """H14: a draft over the published text, before and after the page was cached."""
        site.shell("from insights.publishing.drafts import import_version; from insights.models import Article;"
                   "article = Article.objects.get(slug='kept');"
                   "import_version(article, {'body': 'Nobody may read this yet.'})")  # fmt: skip
        assert all("Nobody may read" not in answer.text for answer in everywhere(site, ARTICLE))

    def test_settings_show_at_once_on_every_worker(self, site: Site) -> None:
        for name in ("Morning Hub", "Evening Hub"):
            everywhere(site, "/")
            site.shell(f"from insights.models import SiteSettings; SiteSettings(name={name!r}).save()")
            for path in ("/", ARTICLE, "/newsletter/", "/privacy/"):
                assert all(name in answer.text for answer in everywhere(site, path)), path

    def test_approved_words_show_at_once_and_rejected_ones_go(self, site: Site) -> None:
        everywhere(site, ARTICLE)
        decide = (
            "from feedback.models import Answer; from feedback.moderation import moderate;"
            "answer = Answer.objects.get(); moderate(answer.pk, {!r}, seen=answer.changed_at, actor=None)"
        )
        site.shell(
            "from insights.models import Article; from feedback.models import Answer;"
            "Answer.objects.create(article=Article.objects.get(slug='kept'), message='Most enlightening.', helpful=1)"
        )
        assert all("Most enlightening" not in answer.text for answer in everywhere(site, ARTICLE))
        site.shell(decide.format("approve"))
        assert all("Most enlightening" in answer.text for answer in everywhere(site, ARTICLE))
        site.shell(decide.format("spam"))
        assert all("Most enlightening" not in answer.text for answer in everywhere(site, ARTICLE))

    def test_a_yes_shows_to_the_next_reader(self, site: Site) -> None:
        everywhere(site, ARTICLE)
        assert site.post(f"{ARTICLE}feedback/", {"helpful": "yes"}).status == 303
        assert len(bodies(everywhere(site, ARTICLE))) == 1
        assert "100%" in site.get(ARTICLE).text or "1 of 1" in site.get(ARTICLE).text

    def test_a_changed_rule_shows_after_the_recalculation(self, site: Site) -> None:
        everywhere(site, ARTICLE)
        site.shell(
            "from tests.factories import make_step; from insights.next_step import recalculation;"
            "make_step('read-on', keywords='text', content_weight=9, title_weight=9);"
            "recalculation.request_recalculation()"
        )
        wait_until(lambda: "rule: read-on" in site.get(ARTICLE).text, "the new step")
        assert all("rule: read-on" in answer.text for answer in everywhere(site, ARTICLE))

    def test_a_new_address_leads_on_and_the_old_page_is_gone(self, site: Site) -> None:
        site.shell("from tests.factories import make_article; make_article('Moving', slug='moving')")
        everywhere(site, "/insights/moving/")
        site.shell("from insights.models import Article; Article.objects.get(slug='moving').change_slug('moved')")
        assert {answer.status for answer in everywhere(site, "/insights/moving/")} == {301}
        assert {answer.status for answer in everywhere(site, "/insights/moved/")} == {200}


class TestScheduledTimes:
    def test_publication_change_and_withdrawal_happen_without_any_job(self, start_site: Callable[..., Site]) -> None:
        """H14: no worker runs. Before its time the text is shown nowhere, from then on everywhere, until it ends."""
        site = start_site(with_worker=False, THREADS="1")
        site.shell("from tests.factories import make_article; make_article('Early bird', slug='early')")
        everywhere(site, "/insights/")
        site.shell(SCHEDULE)
        assert all("Late riser" not in answer.text for answer in everywhere(site, "/insights/"))
        assert all("Early bird" in answer.text for answer in everywhere(site, "/insights/early/"))
        assert site.get("/insights/late/").status == 404
        control = site.get("/insights/").headers["Cache-Control"]
        assert sum(map(int, re.findall(r"(?:s-maxage|revalidate)=(\d+)", control))) <= 30
        site.shell(SOONER)
        wait_until(lambda: site.get("/insights/late/").status == 200, "the publication")
        for path in ("/", "/insights/", "/insights/late/"):
            assert all("Late riser" in answer.text for answer in everywhere(site, path)), path
        for path in ("/", "/insights/", "/insights/early/"):
            shown = "".join(answer.text for answer in everywhere(site, path))
            assert "Early worm" in shown, path
            assert "Early bird" not in shown, path
        site.shell(WITHDRAW_SOON)
        wait_until(lambda: site.get("/insights/late/").status == 410, "the withdrawal")
        for path in ("/", "/insights/"):
            assert all("Late riser" not in answer.text for answer in everywhere(site, path)), path
        site.stop()


class TestWithoutHttps:
    def test_http_is_led_to_https_however_warm_the_page(self, start_site: Callable[..., Site]) -> None:
        """H03, H13: a forged X-Forwarded-Proto changes nothing. A trusted proxy's does."""
        for trusted, status in (("", 301), ("127.0.0.1", 200)):
            site = start_site(behind_nginx=True, with_worker=False, TRUSTED_PROXIES=trusted)
            site.shell("from tests.factories import make_article; make_article('Kept', slug='kept')")
            for _ in range(4):
                assert plain_get(site, {"X-Forwarded-Proto": "https"}) == status
                assert plain_get(site, {}) == 301
            site.stop()


def plain_get(site: Site, headers: dict[str, str]) -> int:
    """Return the status of the article without nginx, over http."""
    connection = HTTPConnection("127.0.0.1", site.web_port, timeout=10)
    connection.request("GET", ARTICLE, headers={"Host": "localhost", **headers})
    status = connection.getresponse().status
    connection.close()
    return status
