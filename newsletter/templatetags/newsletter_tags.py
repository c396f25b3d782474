"""The sign-up form, for any page."""

from __future__ import annotations

from typing import Any

from django import template

from insights.models import Article, Step
from newsletter.forms import SubscribeForm
from newsletter.wording import SIGNUP_WORDING

register = template.Library()


@register.inclusion_tag("newsletter/_signup.html")
def newsletter_signup(
    article: Article | None = None,
    step: Step | None = None,
    source: str = "",
    form: SubscribeForm | None = None,
    prefix: str = "signup",
) -> dict[str, Any]:
    """The form with its hidden source: the page's path (the article's, where there is one), the article, the step.

    `form` is a sign-up with an error, to be shown as it was typed. `prefix` keeps the ids of two forms on one page
    apart.
    """
    if form is not None:
        hidden = {name: form.data.get(name, "") for name in ("source", "article", "step")}
    else:
        hidden = {
            "source": source or (article.get_absolute_url() if article else ""),
            "article": article.slug if article else "",
            "step": step.slug if step else "",
        }
    errors = [str(error) for found in form.errors.values() for error in found] if form is not None else []
    return {
        "hidden": {name: value for name, value in hidden.items() if value},
        "typed": form.data.get("email", "") if form is not None else "",
        "error": errors[0] if errors else "",
        "wording": SIGNUP_WORDING,
        "prefix": prefix,
    }
