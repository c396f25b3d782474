"""Related articles that are published at the same time, on the real site with its worker."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

MAKE = """
import json
from tests.factories import make_article, make_author, make_category, make_series, make_tag
filed = {"category": make_category(), "series": make_series(), "authors": [make_author()], "tags": [make_tag()]}
rows = [make_article(f"Near {n}", excerpt="In short.", series_part=n + 1, **filed) for n in range(6)]
print(json.dumps([row.pk for row in rows]))
"""
BASES = """
import json
from insights.models import Article
from insights.publishing.edit_base import version_token
print(json.dumps({row.pk: version_token(row.newest_version()) for row in Article.objects.all()}))
"""


def test_neighbors_are_published_at_once(site):
    """D01: each gets the others as neighbors, and no publication fails because of another."""
    editor = site.log_in(role="Editor")
    near = json.loads(site.shell(MAKE))

    for turn in range(3):
        bases = json.loads(site.shell(BASES))

        def publish(pk: int, turn: int = turn, bases: dict[str, str] = bases) -> int:
            form = {
                "title": f"Near {pk} in turn {turn}",
                "body": "Some words.\n",
                "base": bases[str(pk)],
                "_publish": "1",
            }
            form["csrfmiddlewaretoken"] = editor["x_csrftoken"]
            return site.post(f"/admin/insights/article/{pk}/change/", form, **editor).status

        with ThreadPoolExecutor(len(near)) as pool:
            assert Counter(pool.map(publish, near)) == {302: len(near)}
    assert "deadlock" not in site.logs()
