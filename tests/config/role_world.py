"""The accounts of the role table, and a row of each kind for its URLs."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insights.link_checker import extraction as links_out
from insights.models import Article, ExternalLink, Redirect, SiteSettings, Step, User
from insights.next_step.recalculation import recalculate
from insights.publishing.drafts import import_version
from newsletter.models import Subscriber
from tests.factories import (
    make_article,
    make_audit_entry,
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

ROLE_OF = {
    "author": "Author",
    "editor": "Editor",
    "moderator": "Moderator",
    "manager": "Newsletter manager",
}
ACCOUNTS = ("anon", "user", *ROLE_OF, "admin")
PASSWORD = "pass-word-1234"

# Names in braces besides rows: labels of apps, and targets that do not exist.
WORDS = {
    "insights_app": "insights",
    "newsletter_app": "newsletter",
    "feedback_app": "feedback",
    "auth_app": "auth",
    "tasks_app": "django_tasks_database",
    "nothing": "987654321",
    "nowhere": "no-such-page/",
}


def make_account(name: str) -> User | None:
    """Return the account behind a column of the table, or None for `anon`."""
    if name == "anon":
        return None
    return make_user(ROLE_OF.get(name, ""), superuser=name == "admin", email=f"{name}@example.com", password=PASSWORD)


def make_world(author: User) -> SimpleNamespace:
    """Make rows by the names that the table uses. `own` belongs to `author`."""
    other = make_user("Author", email="other@example.com")
    now = timezone.now()
    category, tag, series = make_category("Analysis"), make_tag("safety"), make_series("Reading")
    draft = make_article("Draft of another", published=None, user=other)
    handed = make_article("Submitted for review", published=None, user=other)
    handed.working_version().submit()
    unpublished = make_article("Withdrawn", user=other)
    unpublished.unpublish()
    out = make_article("Out", user=other, category=category, tags=[tag], series=series)
    used = make_picture(name="used.png")
    step = make_step("course", keywords="course")
    SiteSettings().save()
    own = make_article("Own draft", published=None, user=author)
    linking = make_article("Links out", user=other, body="[a](https://example.com/dead)\n")
    links_out.extract_links(linking.live_version())
    dead, ignored = ExternalLink.objects.get(), ExternalLink.objects.get()
    dead.state = "dead"
    dead.save()
    ignored.pk, ignored.key, ignored.ignored_at = None, "another", now
    ignored.save()
    own_out = make_article("Own and out", user=author)
    changing = make_article("Out, with a draft", user=other)
    import_version(changing, {"title": "Out, and changed"}, user=other)
    return SimpleNamespace(
        own=own,
        own_text=own.working_version(),
        own_out_text=own_out.live_version(),
        other_text=draft.working_version(),
        out_text=out.live_version(),
        changing=changing,
        own_link=make_preview_link(own),
        link=make_preview_link(draft),
        out_link=make_preview_link(out),
        revoked_link=make_preview_link(draft, revoked_at=now),
        own_out=own_out,
        other=draft,
        handed=handed,
        out=out,
        future=make_article("Future", user=other, published=now + dt.timedelta(days=3)),
        unpublished=unpublished,
        category=category,
        free_category=make_category("Empty"),
        tag=tag,
        series=series,
        free_series=make_series("Unused"),
        byline=make_author("A Desk"),
        picture=make_picture(name="free.png", uploaded_by=author),
        hidden_picture=make_picture(name="hidden.png", uploaded_by=other),
        used_picture=used,
        shows=make_article("Shows a picture", body=f"![A field]({used.reference})\n"),
        external_link=dead,
        ignored_link=ignored,
        redirect=Redirect.objects.create(kind="article", slug="old-address", article=out),
        step=step,
        default_step=Step.objects.get(is_default=True),
        settings=SiteSettings.objects.get(),
        audit=make_audit_entry(None, "exported subscribers", "subscribers", count=3),
        subscriber=make_subscriber("known@example.com", status="confirmed"),
        answer=make_answer(out, "Some words."),
        group=Group.objects.create(name="Made by staff"),
        role=Group.objects.get(name="Editor"),
        task=SimpleNamespace(pk=recalculate.enqueue(0).id),
        failed=SimpleNamespace(pk=make_failed_task().pk),
        account=other,
        publisher=make_user("Editor", email="second-editor@example.com"),
        article_type=ContentType.objects.get_for_model(Article),
        subscriber_type=ContentType.objects.get_for_model(Subscriber),
    )


def make_failed_task() -> DBTaskResult:
    """Make a task that was tried and failed."""
    row = DBTaskResult.objects.get(pk=recalculate.enqueue(0).id)
    row.set_failed(ValueError("of no consequence"))
    return row


def names_in(world: SimpleNamespace) -> dict[str, str]:
    """Return the replacement for each word in braces."""
    return WORDS | {name: str(row.pk) for name, row in vars(world).items()}
