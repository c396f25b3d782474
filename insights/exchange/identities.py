"""Lookup of the article that a file is about, and its redirects."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.core.exceptions import ValidationError

from insights.exchange.aliases import NoAlias, read_alias
from insights.exchange.front_matter import ArticleText
from insights.exchange.problems import ExchangeRefused, sentences
from insights.models import Article, Redirect
from insights.models.page_urls import validate_article_slug
from insights.text.slugs import legacy_slug_of, slug_of

Identity = Callable[[str], uuid.UUID]  # slug → the uid of a new article


def random_identity(slug: str) -> uuid.UUID:
    return uuid.uuid4()


def settled_slug(text: ArticleText) -> str:
    """Return the file's slug, or one made from its title. Raises ExchangeRefused."""
    if text.slug:
        return text.slug
    slug, legacy = slug_of(text.title), legacy_slug_of(text.title)
    if not slug:
        raise ExchangeRefused(
            text.problem("slug", "No slug can be made from the title. Write a slug in Latin letters.")
        )
    if legacy != slug and not Article.objects.filter(slug=slug).exists():
        # A file imported under the older slug rules is still about the same article.
        same = Article.objects.filter(slug=legacy, versions__title=text.title)
        return legacy if same.exists() else slug
    return slug


def find_article(text: ArticleText, identity: Identity) -> tuple[Article, bool]:
    """Return (article, is new) by id, by slug, or unsaved; set `text.slug`. Raises ExchangeRefused."""
    known = Article.objects.filter(uid=text.uid).first() if text.uid else None
    if known and not text.slug:
        text.slug = known.slug
    text.slug = settled_slug(text)
    holder = Article.objects.filter(slug=text.slug).first()
    if known and holder and known != holder:
        raise ExchangeRefused(
            text.problem("slug", f"“{text.slug}” is the slug of another article. Write another slug.")
        )
    article = known or holder
    if article is None or article.slug != text.slug:
        try:
            Article._meta.get_field("slug").clean(text.slug, None)
            validate_article_slug(text.slug)
        except ValidationError as error:
            raise ExchangeRefused(text.problem("slug", sentences(error))) from None
    return (article, False) if article else (Article(uid=text.uid or identity(text.slug), slug=text.slug), True)


def leave_aliases(article: Article, text: ArticleText) -> bool:
    """Redirect the file's aliases to the article; return whether any is new. Raises ExchangeRefused."""
    is_changed = False
    for alias in text.aliases:
        try:
            slug = read_alias(alias, "article")
        except NoAlias as error:
            raise ExchangeRefused(text.problem("aliases", str(error))) from None
        if slug == article.slug:
            raise ExchangeRefused(
                text.problem("aliases", f"“{slug}” is the current slug of this article. Remove it here.")
            )
        legacy = Redirect.objects.filter(kind="article", slug=slug).first()
        if legacy and legacy.article_id == article.pk:
            continue
        if legacy or Article.objects.filter(slug=slug).exists():
            raise ExchangeRefused(
                text.problem("aliases", f"“{slug}” already leads to another article. Remove it here.")
            )
        Redirect.objects.leave("article", slug, article=article)
        is_changed = True
    return is_changed
