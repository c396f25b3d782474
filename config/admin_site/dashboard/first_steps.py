"""Checklist for a new publication, until its first article is published; a step is done when its data exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from config.roles import is_administrator
from insights.models import Article, Author, Category, SiteSettings, Step
from newsletter.models import ConfirmationMail


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step. `url` is where it is done; empty for an account that cannot do it."""

    label: str
    text: str
    url: str
    is_done: bool


def first_steps_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the steps and the texts of the sign-up form; None after the first publication, and for other accounts."""
    user: Any = request.user
    if not user.has_perm("insights.add_category") or Article.objects.published(timezone.now()).exists():
        return None
    steps = _steps(is_admin=is_administrator(user))
    call = Step.objects.in_use().filter(kind=Step.Kind.NEWSLETTER).order_by("-is_default", "position").first()
    return {
        "steps": steps,
        "done": sum(step.is_done for step in steps),
        "call": call,
        "wording": SiteSettings.current().signup_note,
        "is_admin": is_administrator(user),
    }


def _steps(*, is_admin: bool) -> list[FirstStep]:
    stored = SiteSettings.objects.filter(pk=1).first()
    settings = reverse("admin:insights_sitesettings_change", args=[1]) if is_admin else ""
    for_admins = "" if is_admin else " Only an administrator can do this."
    return [
        FirstStep(
            "Names and texts",
            "Set the names of the publication and its newsletter, shown on every page and in every email. Save the "
            f"site settings once, even if you change nothing.{for_admins}",
            settings,
            stored is not None,
        ),
        FirstStep(
            "Logo",
            f"Optional. Without your own logo, the default logo is shown next to the name.{for_admins}",
            settings,
            bool(stored and stored.logo_id),
        ),
        FirstStep(
            "First author",
            "The name shown above an article.",
            reverse("admin:insights_author_add"),
            Author.objects.exists(),
        ),
        FirstStep(
            "First category",
            "Categories help readers find articles. You can add more at any time.",
            reverse("admin:insights_category_add"),
            Category.objects.exists(),
        ),
        FirstStep(
            "Email",
            "Sign up for the newsletter with your own email address. This step is done when the mail server accepts "
            "the confirmation email. If the email does not arrive, check EMAIL_URL and the worker.",
            reverse("newsletter:about"),
            ConfirmationMail.objects.filter(state=ConfirmationMail.State.SENT).exists(),
        ),
        FirstStep(
            "First article",
            "Write it, read the pre-publish checks, then publish it. After that, this list is hidden.",
            reverse("admin:insights_article_add"),
            False,
        ),
    ]
