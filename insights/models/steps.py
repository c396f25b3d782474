"""Next steps, their rules, and recalculations."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from insights.text.web_urls import is_link_target, validate_link_target


class StepQuerySet(models.QuerySet["Step"]):
    def in_use(self) -> StepQuerySet:
        return self.filter(is_active=True).select_related("rule").order_by("position", "pk")


class Step(models.Model):
    class Kind(models.TextChoices):
        NEWSLETTER = "newsletter", "Newsletter sign-up"
        FEEDBACK = "feedback", "Ask for feedback"
        ARTICLE = "article", "Read another article"
        LINK = "link", "Link"

    slug = models.SlugField(
        max_length=60, unique=True, help_text="Identifies the next step, for example under “Why this?”."
    )
    kind = models.CharField(max_length=20, choices=Kind)
    heading = models.CharField(max_length=160)
    text = models.TextField(max_length=600, blank=True, help_text="Plain text.")
    button = models.CharField(max_length=60, blank=True, help_text="Leave empty for the default label.")
    target_url = models.CharField(
        "URL",
        max_length=500,
        blank=True,
        help_text="Only for the kind “Link”: https://…, or a path on this site that begins with /.",
    )
    target_article = models.ForeignKey(
        "insights.Article",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only for the kind “Read another article”.",
    )
    threshold = models.DecimalField(
        "minimum score",
        max_digits=6,
        decimal_places=2,
        default=Decimal("3"),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="The next step is chosen only if its score is at least this high.",
    )
    position = models.PositiveSmallIntegerField("order", default=0, help_text="On a tie the lower number wins.")
    is_active = models.BooleanField("in use", default=True)
    is_default = models.BooleanField(
        "default", default=False, help_text="Chosen when no next step reaches its minimum score."
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "next step"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="step_one_default"
            ),
            models.CheckConstraint(
                name="step_default_is_active",
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                violation_error_message="The default next step must be in use.",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def target(self) -> str:
        """Return the target of a link; empty if the stored value is not a valid one."""
        return self.target_url if is_link_target(self.target_url) else ""

    def clean(self) -> None:
        if self.kind == self.Kind.LINK:
            try:
                validate_link_target(self.target_url)
            except ValidationError as error:
                raise ValidationError({"target_url": error}) from None
        if self.kind == self.Kind.ARTICLE and self.target_article_id is None:
            raise ValidationError({"target_article": "Choose the article to read next."})


def _weight(default: str) -> models.DecimalField:
    return models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(default),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )


class Rule(models.Model):
    """Keywords of a step; a field scores weight × min(distinct keywords found in it, cap)."""

    step = models.OneToOneField(Step, models.CASCADE, related_name="rule")
    keywords = models.TextField(
        blank=True, help_text="One word or phrase per line. Finds whole words, in upper or lower case."
    )
    title_weight = _weight("3")
    title_cap = models.PositiveSmallIntegerField(default=1)
    excerpt_weight = _weight("1.5")
    excerpt_cap = models.PositiveSmallIntegerField(default=1)
    content_weight = _weight("1")
    content_cap = models.PositiveSmallIntegerField(default=3)

    def __str__(self) -> str:
        return f"rule of {self.step}"

    @property
    def keyword_list(self) -> list[str]:
        return [line.strip() for line in self.keywords.splitlines() if line.strip()]

    def clean(self) -> None:
        if len(self.keyword_list) > 200:
            raise ValidationError({"keywords": "Enter at most 200 keywords."})
        if any(len(keyword) > 80 for keyword in self.keyword_list):
            raise ValidationError({"keywords": "Each keyword can have at most 80 characters."})


class Recalculation(models.Model):
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    last_version = models.PositiveBigIntegerField(default=0, help_text="Versions up to this id are done.")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    progressed_at = models.DateTimeField(default=timezone.now, help_text="When the last versions were done.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "insights_recomputation"
        ordering = ["-requested_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"
