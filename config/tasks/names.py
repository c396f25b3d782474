"""Names of the tasks in the admin."""

from __future__ import annotations

TASKS = {
    "insights.review.mail.send_review_email": "Mail to somebody whose turn it is",
    "insights.link_checker.checking.check_link": "Look at a link to another site",
    "insights.next_step.recalculation.recalculate": "Decide the next step of every article anew",
    "insights.public.related.update_related": "Look for the neighbors of an article",
    "insights.pictures.renditions.make_for": "Make the sizes of a picture",
    "insights.publishing.rerendering.rerender_uses": "Set the articles anew that show a picture",
    "insights.search.index.refresh_everything": "Build the search anew",
    "newsletter.signup.alerts.send_alert": "Email an alert to staff",
    "newsletter.signup.confirmation_outbox.send_confirmation": "Mail that asks to confirm a sign-up",
    "newsletter.subscribers.erasure.erase_marked": "Erase the subscribers that were marked",
}


def in_words(path: str) -> str:
    """Return the name of a task; for a task that this release does not have, its path: “renditions: make for”."""
    *_, module, function = path.split(".")
    return TASKS.get(path) or f"{module}: {function}".replace("_", " ")
