"""Web workers killed while an editor writes: the draft has the old or the new text, and a retry succeeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.config.test_killed_workers import Answers, killing
from tests.site import Site

ARTICLES = """
from insights.models import User
from insights.publishing.edit_base import version_token
from tests.factories import make_article, make_author, make_tag
author, tags = make_author("A Desk"), [make_tag("one"), make_tag("two")]
for n in range(4):
    article = make_article(f"Text {n}", published=None, authors=[author], tags=tags, user=User.objects.get())
    print(article.pk, version_token(article.newest_version()))
"""

STATE = """
import json
from insights.models import HistoryEntry, Version
print(json.dumps([
    [version.body, version.html, version.bylines.count(), version.tags.count(), version.kept_as,
     HistoryEntry.objects.filter(version=version).count()]
    for version in Version.objects.order_by("article", "pk")
]))
"""


def test_no_kill_leaves_half_a_text(start_site: Callable[..., Site]) -> None:
    """D04: kill -9 during autosaves and saves → old or new, never half. A lost answer is no conflict."""
    site = start_site(with_worker=False)
    headers = site.log_in(role="Editor")
    opened = [line.split() for line in site.shell(ARTICLES).splitlines()]

    def write(article: list[str], answers: Answers) -> None:
        pk, base = article
        for number in range(6):
            form = {"title": f"Text {pk}", "body": f"Words {number}.\n", "base": base, "tab": f"{int(pk):032x}",
                    "authors_0": "1", "tags": "1", "slug": f"words-{pk}"}  # fmt: skip
            last_answer: list[str] = []

            def ask(form: dict[str, str] = form, last_answer: list[str] = last_answer) -> int:
                answer = site.post(f"/admin/insights/article/{pk}/autosave/", form, **headers)
                last_answer[:] = [answer.text]
                return answer.status

            assert answers.insist(ask) == 200
            base = json.loads(last_answer[0])["base"]
        button = {**form, "base": base, "_save": "1"}
        done = answers.insist(lambda: site.post(f"/admin/insights/article/{pk}/change/", button, **headers).status)
        assert done == 302

    def work(answers: Answers) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda article: write(article, answers), opened))

    killing(site, work)
    assert json.loads(site.shell(STATE)) == [["Words 5.\n", "<p>Words 5.</p>\n", 1, 1, "saved", 1]] * 4
    assert "Traceback" not in site.logs("web")
    site.stop()
