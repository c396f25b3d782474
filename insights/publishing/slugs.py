"""Slugs of articles before publication: made from the title, unless an author chooses one."""

from __future__ import annotations

import logging
import re
import secrets

from django.core.validators import RegexValidator, slug_re
from django.db import IntegrityError, transaction

from insights import signals
from insights.models import Article, Redirect, Version
from insights.models.page_urls import RESERVED_SLUGS
from insights.text.slugs import LONGEST, legacy_slug_of, slug_of

logger = logging.getLogger(__name__)

LONGEST_NUMBERED = 70  # characters before the number, which has at most eight digits
NUMBERED = 30  # numbers tried for one title, in one query; after these a random one is used
_UNTITLED = re.compile(r"untitled-[0-9a-f]{8}")
NO_LATIN_LETTERS = "No slug can be made from the title. Enter a slug in Latin letters, such as open-models."
validate_slug_form = RegexValidator(
    slug_re, "Use lowercase letters (a–z), digits and hyphens, such as open-models.", "invalid"
)


def slug_from(title: str) -> str:
    """Return the slug of a title; empty if no character has a Latin form."""
    return slug_of(title, LONGEST)


def is_made_from(slug: str, title: str) -> bool:
    """Return whether we made this slug from the title, rather than an author."""
    stems = {slug_from(title), legacy_slug_of(title)}
    numbered = any(stem and re.fullmatch(rf"{re.escape(_before_a_number(stem))}-\d+", slug) for stem in stems)
    return slug in stems or numbered or bool(_UNTITLED.fullmatch(slug))


def gives_nothing(title: str, slug: str) -> bool:
    """Return whether an author must choose a slug: the title gives none, and there is no real one yet."""
    return bool(title) and not slug_from(title) and (not slug or bool(_UNTITLED.fullmatch(slug)))


def free_slug(title: str, article: Article | None = None) -> str:
    """Return a slug that no other article has or had: the title's own, or with the first free number."""
    stem = slug_from(title)
    kept = article.slug if article is not None and article.pk else ""
    if not stem:
        return kept or f"untitled-{secrets.token_hex(4)}"
    if stem == kept:
        return kept
    short = _before_a_number(stem)
    wanted = [stem, *(f"{short}-{number}" for number in range(2, NUMBERED))]
    present = Article.objects.filter(slug__in=wanted).exclude(slug=kept).order_by()
    waiting = Version.objects.with_new_slug().filter(new_slug__in=wanted).exclude(article=article and article.pk)
    left = Redirect.objects.filter(kind="article", slug__in=wanted).exclude(article=article and article.pk).order_by()
    either = (
        present.values_list("slug")
        .union(left.values_list("slug"), waiting.order_by().values_list("new_slug"))
        .order_by()
    )
    taken = {*RESERVED_SLUGS, *(slug for (slug,) in either)}
    free = (slug for slug in wanted if slug not in taken)
    return next(free, f"{short}-{secrets.randbelow(10**8):08}")


def is_taken(slug: str, article: Article) -> bool:
    """Return whether a slug is reserved, another article's, or will be with its next publication."""
    if slug.lower() in RESERVED_SLUGS or Article.objects.filter(slug=slug).exclude(pk=article.pk).exists():
        return True
    return Version.objects.with_new_slug().filter(new_slug=slug).exclude(article=article.pk).exists()


def not_available(slug: str, article: Article | None = None) -> str:
    """Return the message for an unavailable slug."""
    # The same for reserved slugs, published articles and other authors' drafts: a slug may reveal a topic.
    return f"This slug is not available. You can use {free_slug(slug, article)}."


def apply_scheduled_slugs() -> None:
    """Apply the new slugs of scheduled versions that went live; report slugs that are taken."""
    due = Version.objects.live().with_new_slug()
    for pk, article_id in list(due.values_list("pk", "article")):
        try:
            with transaction.atomic():
                article = Article.objects.locked().get(pk=article_id)
                version = due.filter(pk=pk).first()
                if version is not None:
                    article.apply_new_slug(version)
        except IntegrityError:
            _give_up_new_slug(pk)


@transaction.atomic
def _give_up_new_slug(pk: int) -> None:
    version = Version.objects.select_related("article").get(pk=pk)
    wanted, slug = version.new_slug, version.article.slug
    Version.objects.filter(pk=pk).update(new_slug="")
    logger.error("The slug of article “%s” was not changed: another article now uses “%s”.", slug, wanted)
    details = {"id": version.article_id, "slug": slug, "taken": wanted}
    signals.audit_event.send(
        sender=Article, actor=None, verb="could not change slug of article", subject=version, details=details
    )


def _before_a_number(stem: str) -> str:
    return stem[:LONGEST_NUMBERED].strip("-")
