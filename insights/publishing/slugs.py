"""The address of an article that nobody has read yet: made from its title, and anew as long as it follows the title."""

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

LONGEST_NUMBERED = 70  # letters before the number, which has eight digits at most
NUMBERED = 30  # articles of one title whose addresses are counted; each is looked up, however many articles there are
_UNTITLED = re.compile(r"untitled-[0-9a-f]{8}")
NO_LATIN_LETTERS = "The title has no Latin letters to make a slug of. Write one, such as open-models."
validate_slug_form = RegexValidator(
    slug_re, "Use small Latin letters, digits and hyphens, such as open-models.", "invalid"
)


def slug_from(title: str) -> str:
    """The address that a title makes; empty when no letter of it has a Latin form."""
    return slug_of(title, LONGEST)


def is_made_from(slug: str, title: str) -> bool:
    """Whether an address is one that we made from the title, and none that somebody chose."""
    stems = {slug_from(title), legacy_slug_of(title)}
    numbered = any(stem and re.fullmatch(rf"{re.escape(_before_a_number(stem))}-\d+", slug) for stem in stems)
    return slug in stems or numbered or bool(_UNTITLED.fullmatch(slug))


def gives_nothing(title: str, slug: str) -> bool:
    """Whether somebody has to say the address: the title makes none, and what stands there is only a makeshift."""
    return bool(title) and not slug_from(title) and (not slug or bool(_UNTITLED.fullmatch(slug)))


def free_slug(title: str, article: Article | None = None) -> str:
    """An address for a title that no other article has or ever left: the title's own, else the first free one with a
    number behind it. What another article left goes on leading there, unless somebody chooses it on purpose."""
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
    """Whether a page of the site or another article has this slug, or gets it with its next publication."""
    if slug.lower() in RESERVED_SLUGS or Article.objects.filter(slug=slug).exclude(pk=article.pk).exists():
        return True
    return Version.objects.with_new_slug().filter(new_slug=slug).exclude(article=article.pk).exists()


def not_available(slug: str, article: Article | None = None) -> str:
    """What an author reads who chose a slug that cannot be had. It is the same for a page of the site, a published
    article and another author's draft, whose slug may say what it is about."""
    return f"This URL is not available. Free is, for example, {free_slug(slug, article)}."


def apply_scheduled_slugs() -> None:
    """Move articles whose scheduled changes went live to the slug that these bring; one that is taken is reported."""
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
    logger.error("The article “%s” keeps its slug: “%s” belongs to another article by now.", slug, wanted)
    details = {"id": version.article_id, "slug": slug, "taken": wanted}
    signals.audit_event.send(
        sender=Article, actor=None, verb="could not change slug of article", subject=version, details=details
    )


def _before_a_number(stem: str) -> str:
    return stem[:LONGEST_NUMBERED].strip("-")
