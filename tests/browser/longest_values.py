"""A publication in which every field has its maximum length, in words that no line can break."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from feedback.forms import MESSAGE_MAX_LENGTH, NAME_MAX_LENGTH
from feedback.models import Answer
from insights.link_checker import extraction as links_out
from insights.models import (
    Article,
    AuditEntry,
    Author,
    Category,
    ExternalLink,
    HistoryEntry,
    Picture,
    Redirect,
    Series,
    SiteSettings,
    Step,
    Version,
)
from newsletter.models import Subscriber
from newsletter.tokens import confirmation_url, leaving_url
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_picture,
    make_preview_link,
    make_series,
    make_step,
    make_tag,
    make_user,
)
from tests.feedback.factories import make_answer
from tests.newsletter.factories import make_subscriber

COLUMNS = 16
WORD = "W" * 400
_CELLS = [f"Benchmark{number:02d}" for number in range(1, COLUMNS + 1)]
TABLE = f"| {' | '.join(_CELLS)} |\n|{'---|' * COLUMNS}\n" + f"| {' | '.join(['12345.678'] * COLUMNS)} |\n" * 3
BODY = f"""## {WORD}

{WORD} and [{WORD}](https://example.com/{WORD}) and `{WORD}` and **{WORD}**[^1]

{TABLE}
- {WORD}
  - {WORD}
    - {WORD}

> {WORD}

```python
{WORD}
```

### {WORD}

| One |
|---|
| {WORD} |

[^1]: {WORD}
"""


def longest(model: type[models.Model], *names: str) -> dict[str, str]:
    """Return each field filled up to its last character."""
    return {name: "W" * (model._meta.get_field(name).max_length or 0) for name in names}


def make_longest(email: str) -> dict[str, Any]:
    """Make a row of each kind and an administrator. Returns the paths of public pages and of admin pages."""
    slug = "w" * 80
    user = make_user(superuser=True, email=email, name="W" * 150)
    SiteSettings(
        **longest(
            SiteSettings, "name", "tagline", "headline", "introduction", "newsletter_name", "newsletter_text",
            "newsletter_label", "signup_note", "footer_text",
        ),
        navigation=[{"label": "W" * 40, "address": f"/{number}/"} for number in range(6)],
        social_links=[{"label": "W" * 40, "address": f"https://{number}.example.com/"} for number in range(8)],
        privacy_text=BODY,
    ).save()  # fmt: skip
    picture = make_picture(uploaded_by=user, **longest(Picture, "name", "alt", "caption", "credit"))
    author = make_author(**longest(Author, "name", "line", "initials"), slug=slug, text="W" * 600)
    category = make_category(**longest(Category, "name"), slug=slug, text="W" * 600, picture=picture)
    tags = [make_tag(f"{number}{'W' * 59}", slug=f"{number}{slug[1:]}", text="W" * 600) for number in range(9)]
    series = make_series(**longest(Series, "title"), slug=slug, text="W" * 600)
    words = longest(Version, "excerpt", "seo_title", "seo_description", "cover_caption", "cover_credit")
    text = {**words, "body": BODY, "category": category, "series": series, "series_part": 32_767}
    articles = [
        make_article(
            f"{number}{'W' * 199}", slug=f"{number}{slug[1:]}", user=user, authors=[author], tags=tags,
            cover=picture if number else None, **text,
        )
        for number in range(3)
    ]  # fmt: skip
    article, gone, moved = articles
    draft = make_article("W" * 200, slug=slug, published=None, user=user, authors=[author], tags=tags, **text)
    draft.working_version().submit()
    gone.unpublish(actor=user)
    moved.change_slug(f"9{slug[1:]}", actor=user)
    Step.objects.update(**longest(Step, "heading", "text", "button"))
    make_step("w" * 60, keywords="W" * 80, **longest(Step, "heading", "text", "button"))
    for status in ("approved", "waiting", "rejected", "spam"):
        make_answer(article, "W" * MESSAGE_MAX_LENGTH, status=status, name="W" * NAME_MAX_LENGTH)
    links_out.extract_links(article.live_version())
    ExternalLink.objects.update(state="dead", reason="W" * 200)
    address = f"{'w' * 64}@{'w' * 63}.{'w' * 63}.{'w' * 55}.com"
    subscriber = make_subscriber(address)
    subscriber.consents.create(what="asked", wording="W" * 200, proof="W" * 200, page="/" + "w" * 199)
    make_subscriber("known@example.com", status="confirmed")
    Group.objects.create(name="W" * 150)
    DBTaskResult.objects.create(
        task_path="insights." + "w" * 190, status="FAILED", args_kwargs={"args": ["W" * 300], "kwargs": {}},
        backend_name="default", queue_name="default", exception_class_path="W" * 100, traceback="W" * 2000,
    )  # fmt: skip
    with transaction.atomic():
        AuditEntry.record(user, "W" * 80, "W" * 200, note="W" * 300)
        HistoryEntry.record(draft, HistoryEntry.Verb.SUBMITTED, user, note="W" * 2000)
    Redirect.objects.leave("article", "v" * 80, article=article)
    path = article.get_absolute_url()
    public = [
        "/", "/insights/", path, f"{path}feedback/", f"{path}feedback/yes/", f"{path}feedback/no/",
        f"{path}feedback/noted/", f"{path}feedback/waiting/", gone.get_absolute_url(), moved.get_absolute_url(),
        category.get_absolute_url(), tags[0].get_absolute_url(), author.get_absolute_url(), series.get_absolute_url(),
        "/insights/search/", f"/insights/search/?q={'W' * 190}", f"/insights/search/?q={tags[0].name}",
        "/insights/search/?q=benchmark01", "/insights/?before=broken", "/newsletter/", "/newsletter/sent/",
        "/newsletter/subscribe/", confirmation_url(subscriber), leaving_url(subscriber), "/privacy/",
        f"/{'w' * 300}/", f"/preview/{make_preview_link(draft).token}/",
    ]  # fmt: skip
    return {"public": public, "admin": admin_pages(draft), "article": path, "draft": draft.pk}


def admin_pages(article: Article) -> list[str]:
    """Return the start page, every list (also with a search without results), and the pages of an article."""
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]
    rows = [
        reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        for row in (Answer.objects.first(), Subscriber.objects.first(), AuditEntry.objects.first())
        if row is not None
    ]
    return [
        "/admin/", *lists, *(f"{path}?q={'W' * 200}" for path in lists), *rows,
        reverse("admin:insights_article_history", args=[article.pk]), "/admin/newsletter/subscriber/import/",
    ]  # fmt: skip
