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
    for_admins = "" if is_admin else " An administrator does this."
    return [
        FirstStep(
            "Name and words",
            "What the publication and its newsletter are called, on every page and in every email. Save the site "
            f"settings, also if the words suit you as they are.{for_admins}",
            settings,
            stored is not None,
        ),
        FirstStep(
            "Logo",
            f"Optional: without one, a mark is drawn beside the name.{for_admins}",
            settings,
            bool(stored and stored.logo_id),
        ),
        FirstStep(
            "First author",
            "The name that stands above an article.",
            reverse("admin:insights_author_add"),
            Author.objects.exists(),
        ),
        FirstStep(
            "First category",
            "Readers find articles by it. You can add more while you write.",
            reverse("admin:insights_category_add"),
            Category.objects.exists(),
        ),
        FirstStep(
            "Email",
            "Sign up with your own address. The step is done when the mail server has taken the confirmation email; "
            "if it does not arrive, check EMAIL_URL and the worker.",
            reverse("newsletter:about"),
            ConfirmationMail.objects.filter(state=ConfirmationMail.State.SENT).exists(),
        ),
        FirstStep(
            "First article",
            "Write it, let the checks look at it, publish it. Then this list makes room for what is going on.",
            reverse("admin:insights_article_add"),
            False,
        ),
    ]
