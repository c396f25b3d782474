"""Bylines for accounts that may write articles."""

from __future__ import annotations

from django.db import transaction

from insights import signals
from insights.exchange.naming import NotNamed, free_row_slug
from insights.models import Author, User
from insights.models.accounts import Actor, initials_of


def may_write_articles(account: User) -> bool:
    """Return whether the account may write articles; reload it, since its groups may have just changed."""
    return User.objects.get(pk=account.pk).has_perm("insights.add_article")


@transaction.atomic
def make_byline(account: User, *, actor: Actor) -> Author | None:
    """Create a byline with the name of the account. Return None if it has one or may not write articles."""
    if Author.objects.filter(user=account).exists() or not may_write_articles(account):
        return None
    name = str(account)[:120]
    try:
        slug = free_row_slug(Author, name)
    except NotNamed:  # no Latin characters in the name
        slug = free_row_slug(Author, f"author {account.pk}")
    author = Author.objects.create(name=name, slug=slug, initials=initials_of(name), user=account)
    details = {"id": author.pk, "account": account.pk}
    signals.audit_event.send(sender=Author, actor=actor, verb="added author", subject=author, details=details)
    return author
