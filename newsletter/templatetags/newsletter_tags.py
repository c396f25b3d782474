"""Template tag for the sign-up form."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from insights.models import Article, SiteSettings, Step
from insights.public.fragment_cache import fragment
from newsletter.models.wording import signed_note
from newsletter.signup.forms import SubscribeForm

register = template.Library()


@register.simple_tag
def newsletter_signup(
    article: Article | None = None,
    step: Step | None = None,
    source: str = "",
    form: SubscribeForm | None = None,
    prefix: str = "signup",
) -> SafeString:
    """Return the form. `form` is an invalid sign-up to show again; `prefix` keeps the ids of two forms distinct."""
    hidden = {
        "source": source or (article.get_absolute_url() if article else ""),
        "article": article.slug if article else "",
        "step": step.slug if step else "",
        "wording": signed_note(),
    }
    typed = error = ""
    if form is not None:
        hidden = {name: form.data.get(name, "") for name in hidden} | {"wording": signed_note()}
        typed = form.data.get("email", "")
        error = next((str(error) for found in form.errors.values() for error in found), "")
    return fragment(
        "newsletter/_signup.html",
        hidden=tuple((name, value) for name, value in hidden.items() if value),
        typed=typed,
        error=error,
        wording=SiteSettings.current().signup_note,
        prefix=prefix,
    )
