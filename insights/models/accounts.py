"""Accounts (deactivated, never deleted) and bylines, which are separate: a byline stays when its account is closed."""

from __future__ import annotations

import uuid
import zoneinfo
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from insights.models.email_field import CanonicalEmailField
from insights.models.page_urls import page_url
from insights.text.email_addresses import address_key


def account_key(email: str) -> str:
    return address_key(email)


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("“%(name)s” is not a time zone. Use a name such as Europe/Berlin.", params={"name": name})


class UserQuerySet(models.QuerySet["User"]):
    def in_charge(self) -> UserQuerySet:
        """Return active superusers who can log in to the admin."""
        return self.filter(is_active=True, is_superuser=True, is_staff=True)

    def is_last(self, pk: Any) -> bool:
        """Return whether `pk` is the only one. In a transaction, lock the rows: two cannot remove each other."""
        rows = self.order_by("pk")
        found = rows.select_for_update() if transaction.get_connection().in_atomic_block else rows
        return [str(known) for known in found.values_list("pk", flat=True)] == [str(pk)]


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=account_key(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=account_key(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    email = CanonicalEmailField("email address", unique=True)
    name = models.CharField(max_length=150)
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text="Leave empty to use the publication's time zone.",
    )
    is_staff = models.BooleanField("can log in", default=False)
    is_active = models.BooleanField("active", default=True, help_text="Untick instead of deleting the account.")
    is_superuser = models.BooleanField(
        "administrator", default=False, help_text="Can do everything, also manage accounts and settings."
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "account"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = account_key(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0]


type Actor = User | AnonymousUser | None  # None: a shell command


def known_actor(actor: Actor) -> tuple[User | None, str]:
    """Return the account (or None) and a name of at most 200 characters, stored as text since accounts change."""
    if not isinstance(actor, User):
        return None, "command line"
    return actor, str(actor)[:200]


def initials_of(name: str) -> str:
    """Return up to three characters: a leading abbreviation, else the first of the first and of the last word."""
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    if not words:
        return ""
    if len(words[0]) <= 3 and words[0].isupper():
        return words[0]
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()[:3]


class Author(models.Model):
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    initials = models.CharField(max_length=3, help_text="Shown when there is no portrait, such as AI.")
    line = models.CharField("tagline", max_length=160, blank=True, help_text="Shown under the name.")
    text = models.TextField(blank=True, help_text="Shown on the author's page. Plain text.")
    avatar = models.ForeignKey(
        "insights.Picture", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="portrait"
    )
    user = models.OneToOneField(
        "insights.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name="account",
        help_text="The account of the person who writes under this name.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_url("insights:author", self.slug)
