"""Signal receivers that connect two apps; none is longer than five lines."""

from collections.abc import Callable
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import page_cache
from config.logs.filters import redact
from feedback import demo as feedback_demo
from feedback import signals as feedback_signals
from feedback.models import Answer
from insights import models, signals
from insights.models import AuditEntry
from insights.public import related
from insights.publishing.schedule import next_change_at
from newsletter import demo as newsletter_demo


@receiver(signals.audit_event)
def record_audit_event(actor: Any, verb: str, subject: object, details: dict[str, Any], **kwargs: Any) -> None:
    AuditEntry.record(actor, verb, subject, **details)


@receiver(signals.article_published)
def write_down_publication(article: Any, version: Any, actor: Any, **kwargs: Any) -> None:
    AuditEntry.record(actor, "published", version.title, slug=article.slug, at=version.live_from.isoformat())


@receiver(signals.article_unpublished)
def write_down_unpublishing(article: Any, actor: Any, **kwargs: Any) -> None:
    AuditEntry.record(actor, "unpublished", article.slug, at=article.unpublished_at.isoformat())


@receiver(signals.article_republished)
def write_down_republishing(article: Any, unpublished_at: Any, actor: Any, **kwargs: Any) -> None:
    verb = "canceled unpublishing" if unpublished_at and unpublished_at > timezone.now() else "published again"
    AuditEntry.record(actor, verb, article.slug, withdrawn_at=unpublished_at.isoformat() if unpublished_at else "")


@receiver(signals.article_unscheduled)
def write_down_unscheduling(article: Any, version: Any, actor: Any, **kwargs: Any) -> None:
    AuditEntry.record(actor, "unscheduled", version, id=article.pk)


@receiver([signals.article_published, signals.article_unpublished, signals.article_republished])
def look_for_what_is_read_next(article: Any, **kwargs: Any) -> None:
    related.request_related(article)


@receiver(signals.article_unscheduled)
def retell_what_was_to_come(article: Any, **kwargs: Any) -> None:
    related.refresh_neighbors(article.pk)


@receiver(signals.demo_loading)
def load_demo_readers(tell: Callable[[str], None], **kwargs: Any) -> None:
    newsletter_demo.load_demo_subscribers(tell)


@receiver(signals.demo_loading)
def load_demo_answers(tell: Callable[[str], None], **kwargs: Any) -> None:
    feedback_demo.load_demo_feedback(tell)


@receiver(pre_save, sender=DBTaskResult)
def keep_the_personal_out_of_traces(instance: DBTaskResult, **kwargs: Any) -> None:
    instance.traceback = redact(instance.traceback)


# Page cache invalidation. An article appears on many pages: lists, related articles, feeds.

models.SiteSettings.stamp = staticmethod(page_cache.changes)
page_cache.register_next_change(next_change_at)


@receiver([signals.article_changed, signals.listing_changed])
def forget_all_pages(**kwargs: Any) -> None:
    page_cache.invalidate()


@receiver(feedback_signals.answers_changed)
def forget_page_of_answers(article: Any, **kwargs: Any) -> None:
    page_cache.invalidate(article.get_absolute_url())


@receiver([post_save, post_delete], sender=Answer)
def forget_page_of_answer(instance: Answer, **kwargs: Any) -> None:
    page_cache.invalidate(instance.article.get_absolute_url())


# Rows that are saved without a signal of ours: in a shell, by a command, in an admin form.
for model in (
    models.Author, models.Category, models.Redirect, models.Picture, models.Rule, models.Series, models.SiteSettings,
    models.Step, models.Tag,
):  # fmt: skip
    post_save.connect(forget_all_pages, sender=model)
    post_delete.connect(forget_all_pages, sender=model)


@receiver([post_save, post_delete], sender=models.Article)
def forget_pages_of_published(instance: models.Article, **kwargs: Any) -> None:
    if instance.published_at is not None:
        page_cache.invalidate()


@receiver([post_save, post_delete], sender=models.Version)
def forget_pages_of_version(instance: models.Version, **kwargs: Any) -> None:
    if instance.live_from is not None:
        page_cache.invalidate()
