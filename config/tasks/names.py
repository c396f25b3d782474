"""Names of the tasks in the admin."""

from __future__ import annotations

TASKS = {
    "insights.review.mail.send_review_email": "Review notification",
    "insights.link_checker.checking.check_link": "Check an external link",
    "insights.next_step.recalculation.recalculate": "Recalculate all next steps",
    "insights.public.related.update_related": "Update related articles",
    "insights.pictures.renditions.make_for": "Create smaller sizes of a picture",
    "insights.publishing.rerendering.rerender_uses": "Update articles that show a picture",
    "insights.search.index.refresh_everything": "Rebuild the search index",
    "newsletter.signup.alerts.send_alert": "Alert email to staff",
    "newsletter.signup.confirmation_outbox.send_confirmation": "Confirmation email",
    "newsletter.subscribers.erasure.erase_marked": "Erase marked subscribers",
}


def in_words(path: str) -> str:
    """Return the name of a task; for a task that this release does not have, its path: “renditions: make for”."""
    *_, module, function = path.split(".")
    return TASKS.get(path) or f"{module}: {function}".replace("_", " ")
