"""A publication with every state that a round trip has to preserve, and a walk over all its pages."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import sys

from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image

from insights.models import Article, Author, Category, Picture, Redirect, Series, SiteSettings, Step, Tag
from insights.publishing.drafts import import_version
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_picture,
    make_series,
    make_step,
    make_tag,
)

START = dt.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=dt.UTC)
BODY = (
    '## Heading\n\nText with ![Alt](picture:{0} "Caption") inside.\n\n![](<picture:{0}>)\n\n'
    "`![Alt](picture:{0})` and [^1]\n\n```python\n# ![Alt](picture:{0})\nprint('é')\n```\n\n"
    "| a | b |\n|---|--:|\n| 1 | 2 |\n\n[^1]: A note.\n  no line end"
)


def make_publication() -> None:
    portrait = make_picture(name="portrait.png", alt="Somebody", credit="Them")
    SiteSettings.objects.create(
        name="Round Hub",
        tagline="Twice: there & back",
        time_zone="Asia/Kolkata",
        logo=make_picture(png("#55aa88"), name="logo.png", alt="A green field"),
        navigation=[
            {"label": "no", "address": "/insights/about/"},
            {"label": "Shop: all", "address": "https://x.example/"},
        ],
        social_links=[{"label": "Mastodon #1", "address": "https://example.social/@hub"}],
        footer_text="yes: “quoted” – and # more",
        privacy_text="## What we keep\n\n- Nothing\n- *at all*: never\n\n    code\n\n[Link](https://example.com)\n",
    )
    shown = make_picture(png("#225588"), name="café 图.png", alt="Shown", caption="Row's", focal_x=0.25)
    make_picture(png("#aa5588"), name="unused.png", alt="Unused")
    author = make_author("Desk: one", line="A line", text="About", initials="D1", avatar=portrait)
    twins = [make_author("Twin", slug="twin-a"), make_author("Twin", slug="twin-b")]
    policy = make_category("Policy, law & order", text="About", picture=portrait, position=7)
    news = make_category("no", position=3)
    tags = [
        make_tag("a, b", slug="a-b"),
        make_tag("Yes: really", slug="yes", text="Über"),
        make_tag("2026", slug="y2026"),
    ]
    series = make_series("Parts: a series", text="Two parts")
    for kind, row in (("author", author), ("category", policy), ("tag", tags[0]), ("series", series)):
        Redirect.objects.leave(kind, f"old-{kind}", **{kind: row})
    every = {"body": BODY.format(shown.uid), "authors": [twins[1], author, twins[0]], "tags": [tags[2], tags[0]]}
    target = make_article("Target", published=START, category=policy, **every)
    make_step(
        "read", kind="article", target_article=target, keywords="gardens\ndeep learning", threshold="1.5", position=4
    )
    make_step("gone", kind="article", is_active=False, position=9)
    for number in range(30):  # two pages and more, with ties
        make_article(
            f"Number {number:02} on gardens",
            published=START + dt.timedelta(hours=number // 3),
            category=(policy, news)[number % 2],
            authors=[author],
            tags=[tags[number % 3]],
            series=series if number % 5 == 0 else None,
            series_part=number + 1 if number % 5 == 0 else None,
            excerpt='China\'s words: "quoted"\nsecond line ' * (number % 2),
        )
    cover = {"cover": shown, "cover_alt": "Cover's alt", "cover_caption": "Cap: tion", "cover_credit": "Cred"}
    live = make_article("The live: one", published=START, article={"takes_feedback": False}, **every, **cover)
    _draft(live, "Being: written", submitted=True)
    changing = make_article("Changing", published=START)
    coming = _draft(changing, "Changed one day")
    changing.publish(coming, timezone.now() + dt.timedelta(days=3))
    make_article("Scheduled", published=timezone.now() + dt.timedelta(days=5), **every)
    gone = make_article(
        "Withdrawn", published=START, seo_title="S", seo_description="D", canonical="https://example.org/"
    )
    gone.unpublish(START + dt.timedelta(days=1))
    make_article("Leaving", published=START).unpublish(timezone.now() + dt.timedelta(days=9))
    make_article("A draft", published=None, **every)
    submitted = make_article("In review", published=None, pinned_step=Step.objects.get(slug="read"))
    submitted.working_version().submit(START)
    pinned = make_article("Pinned", published=START, pinned_step=Step.objects.get(slug="newsletter"))
    pinned.change_slug("pinned-anew")
    pinned.change_slug("pinned-for-good")
    edited = make_article("Edited later", published=START)
    edited.publish(_draft(edited, "Edited: now"))
    Redirect.objects.filter(slug="old-one").delete()


def _draft(article, title, *, submitted=False):
    version = import_version(article, {"title": title, "body": "Other text\r\nwith a carriage return.\n"})
    if submitted:
        version.submit(START + dt.timedelta(microseconds=1))
    return version


def png(color: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(stream, "PNG")
    return stream.getvalue()


def walk() -> dict[str, str]:
    """Return every page that readers can reach, by URL. Other statuses are recorded with their target."""
    client, found = Client(), {}
    pending = ["/", "/insights/", *(f"/insights/{slug}/" for slug in Article.objects.values_list("slug", flat=True))]
    pending += [f"/insights/{slug}/" for slug in Redirect.objects.filter(kind="article").values_list("slug", flat=True)]
    for model in (Category, Tag, Author, Series):
        pending += [row.get_absolute_url() for row in model._default_manager.all()]
    pending += [f"/insights/{kind}/old-{kind}/" for kind in ("author", "category", "tag", "series")]
    while pending:
        address = pending.pop()
        if address in found:
            continue
        response = client.get(address, secure=True, headers={"host": "hub.example.com"})
        if response.status_code != 200:
            found[address] = f"{response.status_code} {response.get('Location', '')}"
            continue
        found[address] = response.content.decode()
        pending += re.findall(r'rel="(?:next|prev)" href="([^"]+)"', found[address])
    for picture in Picture.objects.all():
        with picture.file.open() as stream:
            found[picture.file.url] = stream.read().hex()
    return found


def tell_pages(make: str = "") -> None:
    """Print the walk as JSON, after making the publication if asked to. Runs in a process of its own."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    if make:
        make_publication()
    sys.stdout.write(json.dumps(walk()))
