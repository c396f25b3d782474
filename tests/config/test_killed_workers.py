"""Web workers killed at any time leave the old state or the new one (D04)."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from PIL import Image

from tests.site import Site, wait_until

KILLS = 12

STATE = """
import json
from newsletter.models import ConfirmationMail, Consent, Subscriber
from insights.models import Article, DailyViews
subscribers = list(Subscriber.objects.all())
print(json.dumps({
    "subscribers": len(subscribers),
    "without_mail": Subscriber.objects.filter(mails=None).count(),
    "confirmed": Subscriber.objects.filter(status="confirmed").count(),
    "proofs": Consent.objects.filter(what="confirmed").count(),
    "views": Article.objects.get().views,
    "daily": sum(row.views for row in DailyViews.objects.all()),
}))
"""


class Answers:
    """Counts answers, so that workers are killed in the middle of work and work still gets done."""

    def __init__(self) -> None:
        self.count = 0

    def insist(self, ask: Callable[[], int]) -> int:
        """Retry until there is an answer, as a reader reloads a page."""
        for _ in range(KILLS + 60):
            try:
                status = ask()
            except (OSError, http.client.HTTPException):
                continue
            self.count += 1
            return status
        raise AssertionError("no answer")


def killing(site: Site, work: Callable[[Answers], None]) -> None:
    """Run `work` while gunicorn's workers are killed, each after one more answer than the one before it."""
    answers, ended = Answers(), threading.Event()

    def kill() -> None:
        seen = 0
        for _ in range(KILLS):
            while answers.count == seen and not ended.wait(0.005):
                pass
            seen = answers.count
            for pid in site.web_workers()[-1:]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        work(answers)
    finally:
        ended.set()
        killer.join()
    wait_until(lambda: site._answers(), "the workers that gunicorn starts again")


def state(site: Site) -> dict[str, int]:
    return json.loads(site.shell(STATE))


def test_no_kill_leaves_half_a_sign_up_or_half_a_view(start_site: Callable[..., Site]) -> None:
    """D04: kill -9 during sign-up, confirmation and counting → the old or the new state, never half."""
    site = start_site(with_worker=False, TRUSTED_PROXIES="127.0.0.1")
    site.shell("from tests.factories import make_article; make_article('An article')")
    links = [urlsplit(url).path for url in site.shell(SIGN_UP).split()]
    assert len(links) == 8

    def work(answers: Answers) -> None:
        asks = [
            *(lambda link=link: site.post(link).status for link in links),
            *(
                lambda n=n: site.post("/newsletter/subscribe/", {"email": f"reader{n}@example.com"}).status
                for n in range(8)
            ),
            *(
                lambda n=n: site.post("/insights/an-article/view/", x_forwarded_for=f"10.5.{n}.1").status
                for n in range(24)
            ),
        ]
        with ThreadPoolExecutor(4) as pool:
            assert {*pool.map(answers.insist, asks)} <= {200, 204, 303}

    killing(site, work)
    after = state(site)
    assert after["subscribers"] == 16
    assert after["confirmed"] == after["proofs"] == 8
    assert after["without_mail"] == 8  # the eight that were made by hand, without an email
    assert after["views"] == after["daily"] == 24
    assert "Traceback" not in site.logs("web")
    site.stop()


SIGN_UP = """
from newsletter import tokens
from newsletter.models import Subscriber
from tests.newsletter.factories import make_subscriber
for number in range(8):
    print(tokens.confirmation_url(make_subscriber(f"waiting{number}@example.com")))
"""


PICTURES = """
import datetime, json
from pathlib import Path
from django.conf import settings
from insights.pictures import orphans
from insights.models import Picture
orphans.GRACE = -datetime.timedelta(minutes=1)
orphans.remove_orphans()
print(json.dumps([
    sorted(Picture.objects.values_list("file", flat=True)),
    sorted(str(path.relative_to(settings.MEDIA_ROOT)) for path in Path(settings.MEDIA_ROOT).rglob("*.png")),
]))
"""


def test_no_kill_leaves_a_picture_without_its_file_or_a_file_without_its_picture(
    start_site: Callable[..., Site],
) -> None:
    """D04: kill -9 during uploads. Leftovers are gone after the cleanup."""
    site = start_site(with_worker=False)
    headers = site.log_in(role="Author")
    stream = io.BytesIO()
    Image.effect_noise((900, 900), 80).save(stream, "PNG")
    form = (
        b"--x\r\nContent-Disposition: form-data; name=alt\r\n\r\nNoise\r\n"
        b"--x\r\nContent-Disposition: form-data; name=image; filename=a.png\r\nContent-Type: image/png\r\n\r\n"
        + stream.getvalue()
        + b"\r\n--x--\r\n"
    )

    def upload() -> int:
        kind = "multipart/form-data; boundary=x"
        return site.post("/admin/markdown/upload/", form, content_type=kind, **headers).status

    def work(answers: Answers) -> None:
        with ThreadPoolExecutor(4) as pool:
            assert {*pool.map(answers.insist, [upload] * 12)} <= {200, 429}

    killing(site, work)
    rows, files = json.loads(site.shell(PICTURES))
    assert rows == files
    assert rows
    site.stop()
