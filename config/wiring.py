"""Receivers that join two apps; none is longer than five lines."""

from collections.abc import Callable
from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver
from django_tasks_db.models import DBTaskResult

from config.log_filters import without_the_personal
from feedback import demo as feedback_demo
from insights import related, signals
from insights.models import AuditEntry
from newsletter import demo as newsletter_demo


@receiver(signals.deed_done)
def write_down_deed(actor: Any, verb: str, subject: object, details: dict[str, Any], **kwargs: Any) -> None:
    AuditEntry.record(actor, verb, subject, **details)


@receiver(signals.article_published)
def write_down_publication(article: Any, version: Any, actor: Any, **kwargs: Any) -> None:
    AuditEntry.record(actor, "published", version.title, slug=article.slug, at=version.live_from.isoformat())


@receiver(signals.article_withdrawn)
def write_down_withdrawal(article: Any, actor: Any, **kwargs: Any) -> None:
    AuditEntry.record(actor, "withdrew", article.slug, at=article.withdrawn_at.isoformat())


@receiver(signals.article_restored)
def write_down_restoration(article: Any, actor: Any, **kwargs: Any) -> None:
    AuditEntry.record(actor, "restored", article.slug)


@receiver([signals.article_published, signals.article_withdrawn, signals.article_restored])
def look_for_what_is_read_next(article: Any, **kwargs: Any) -> None:
    related.request(article)


@receiver(signals.demo_loading)
def load_demo_readers(tell: Callable[[str], None], **kwargs: Any) -> None:
    newsletter_demo.load(tell)


@receiver(signals.demo_loading)
def load_demo_answers(tell: Callable[[str], None], **kwargs: Any) -> None:
    feedback_demo.load(tell)


@receiver(pre_save, sender=DBTaskResult)
def keep_the_personal_out_of_traces(instance: DBTaskResult, **kwargs: Any) -> None:
    instance.traceback = without_the_personal(instance.traceback)
