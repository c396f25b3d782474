"""The public pages of the demo and the queries that each costs, requested within one process.

`python -m tests.bench.pages` prints them as JSON for `python -m tests.bench`, in the environment of the measured site.
"""

from __future__ import annotations

import json
import sys

import django

LEAD = "/insights/china-ai-9-22-trillion-tokens/"


def public_pages() -> list[str]:
    """Return one URL of each kind of page, from the existing rows."""
    from insights.models import Author, Category, Series, Tag

    facets = [Category.objects.first(), Tag.objects.first(), Author.objects.first(), Series.objects.first()]
    return ["/", "/insights/", *(row.get_absolute_url() for row in facets if row), LEAD, "/newsletter/", "/privacy/"]


def queries(paths: list[str]) -> dict[str, list[str]]:
    """Return the statements that each page sends once the site settings are in memory.

    Raises RuntimeError for a page that is not a 200.
    """
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.bench.site import HOST

    client = Client(headers={"host": HOST, "x-forwarded-proto": "https"}, REMOTE_ADDR="127.0.0.1")
    found = {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status_code}")
        found[path] = [query["sql"] for query in captured.captured_queries]
    return found


def approved_answers() -> int:
    """Return how many approved comments the lead has."""
    from feedback.models import Answer

    return Answer.objects.filter(article__slug=LEAD.split("/")[2], status="approved").count()


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"queries": queries(public_pages()), "answers": approved_answers()}))
