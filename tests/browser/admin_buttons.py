"""The admin's small forms: a button, with a few fields or none.

`MAKE_PAGES` makes a row for each of them, so that no form depends on another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.browser.admin_forms import NEW_PASSWORD
from tests.config.role_world import PASSWORD

CSV = {"name": "readers.csv", "mimeType": "text/csv", "buffer": b"email,status\nwalked@example.com,pending\n"}

MAKE_PAGES = """
import datetime as dt, json
from django.utils import timezone
from insights.publishing.drafts import restore, import_version
from insights.review import submit
from insights.models import User
from tests.config.role_world import make_failed_task
from tests.factories import (make_article, make_author, make_category, make_picture, make_preview_link, make_series,
                             make_step, make_tag, make_user)
from tests.feedback.factories import make_answer
from django.contrib.auth.models import Group
from insights.models import Redirect, Version

other, author = (User.objects.get(email=f"{name}@example.com") for name in ("other", "author"))
change = lambda row, model="insights/article": f"/admin/{model}/{row.pk}/change/"
delete = lambda row, model: f"/admin/{model}/{row.pk}/delete/"
soon = timezone.now() + dt.timedelta(days=3)

def handed(title):
    article = make_article(title, published=None, user=other)
    submit(article.working_version(), user=other)
    return article

def with_draft(title):
    article = make_article(title, user=other)
    import_version(article, {"body": "A draft of changes.\\n"}, user=other)
    return article

def withdrawn(title):
    article = make_article(title, user=other)
    article.unpublish()
    return article

leaving, out = make_article("Leaving"), make_article("Voiced")
linked = make_article("Linked", published=None, user=author)
leaving.unpublish(soon)
make_preview_link(linked)
older = with_draft("Older")
first = older.live_version()
back = with_draft("Restored")
restore(back, back.live_version(), user=other)
version = f"/admin/insights/article/{older.pk}/versions/{first.pk}/"
answers = [make_answer(out, f"Words {number}.") for number in range(6)]
pages = {
    "approve": change(handed("To approve")), "return": change(handed("To return")),
    "reviewer": change(handed("To review")), "unpublish": change(make_article("To withdraw")),
    "republish": change(withdrawn("To restore")), "call-off": change(leaving),
    "unschedule": change(make_article("To unschedule", published=soon)), "discard": change(with_draft("To discard")),
    "hand-in": change(make_article("To hand in", published=None, user=author)),
    "publish": change(make_article("To publish", published=None, user=author, excerpt="Two words.",
                                   authors=[make_author("Pub")], category=make_category("Publishing"))),
    "link": change(make_article("To show", published=None, user=author)), "revoke": change(linked), "version": version,
    "brought-back": change(back),
    "answer": change(answers[0], "feedback/answer"), "answer-no": change(answers[1], "feedback/answer"),
    "answer-spam": change(answers[2], "feedback/answer"), "answer-delete": delete(answers[3], "feedback/answer"),
    "delete-article": delete(make_article("To delete", published=None), "insights/article"),
    "delete-picture": delete(make_picture(name="gone.png"), "insights/picture"),
    "delete-category": delete(make_category("To delete"), "insights/category"),
    "delete-tag": delete(make_tag("to delete"), "insights/tag"),
    "delete-series": delete(make_series("To delete"), "insights/series"),
    "delete-author": delete(make_author("To delete"), "insights/author"),
    "delete-redirect": delete(
        Redirect.objects.create(kind="article", slug="gone", article=out), "insights/redirect"),
    "delete-step": delete(make_step("to-delete", keywords="x"), "insights/step"),
    "delete-group": delete(Group.objects.create(name="To delete"), "auth/group"),
}
for number in range(2):
    make_failed_task()
make_user("Author", email="nameless@example.com", name="No Byline")
print("pages:" + json.dumps(pages))
"""


@dataclass(frozen=True)
class Button:
    """A button at `page` (a path, or a name in MAKE_PAGES), as `role` sees it.

    `form` is its form, `name` the view that handles it. `typed` is the input where an arbitrary new value would not do.
    `fields` are the names of its fields, `says` a text of the page that follows.
    """

    name: str
    role: str
    page: str
    form: str
    button: str
    says: str
    fields: frozenset[str] = frozenset()
    typed: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}-{self.page.strip('/').replace('/', '-')}"


def _article_button(name: str, role: str, page: str, button: str, says: str, *fields: str, path: str = "") -> Button:
    """Return a form of an article's page whose URL ends in `path`, or in the name of its view."""
    path = path or name.replace("_", "-")
    form = f'form[action$="/{path}/"]'
    return Button(f"insights_article_{name}", role, page, form, button, says, frozenset(fields))


def _deletion(model: str, page: str, role: str = "editor") -> Button:
    return Button(f"{model}_delete", role, page, "#content form", "[type=submit]", DELETED)


DELETED = "was deleted successfully"
_CHOSEN = frozenset({"action", "_selected_action"})
_CARDS = "form:has([name=decision])"
BUTTONS = [
    _article_button("approve", "editor", "approve", "button:not([formaction])", "Approved", "note"),
    Button("insights_article_request_changes", "editor", "return", 'form[action$="/approve/"]', "[formaction]",
           "Changes requested. The author gets an email.", frozenset({"note"})),
    _article_button("reviewer", "editor", "reviewer", "button", "is the reviewer", "reviewer", "note"),
    _article_button("unpublish", "editor", "unpublish", "button", "Will be unpublished on", "at"),
    _article_button("republish", "editor", "republish", "button", "Published again."),
    _article_button("republish", "editor", "call-off", "button", "Unpublishing canceled."),
    _article_button("unschedule", "editor", "unschedule", "button", "Unscheduled."),
    _article_button("discard", "editor", "discard", "button", "Draft discarded."),
    _article_button("preview_links", "author", "link", "button", "Expires on", "days"),
    Button("insights_article_revoke_preview_link", "author", "revoke", 'form[action$="/revoke/"]', "button",
           "No active preview links."),
    _article_button("label_version", "editor", "version", "button", "Walked over label", "label", path="label"),
    Button("insights_article_restore_version", "editor", "version", 'form[action$="/restore/"]', "button",
           "Restored as the draft."),
    _article_button("undo", "editor", "brought-back", "button", "Restore undone."),
    Button("insights_article_change", "author", "hand-in", "#article_form", "[name=_submit]", "Submitted for review."),
    Button("insights_article_change", "editor", "publish", "#article_form", "[name=_publish]",
           "Published."),
    Button("feedback_answer_change", "moderator", "answer", _CARDS, "[value=approve]", "pproved"),
    Button("feedback_answer_change", "moderator", "answer-no", _CARDS, "[value=reject]", "ejected"),
    Button("feedback_answer_change", "moderator", "answer-spam", _CARDS, "[value=spam]", "pam"),
    Button("feedback_answer_changelist", "moderator", "/admin/feedback/answer/", "#changelist-form", "[name=index]",
           "", _CHOSEN, {"action": "spam", "_selected_action": True}),
    Button("feedback_answer_change", "moderator", "/admin/feedback/answer/", "#changelist-form",
           "[value=approve][formaction]", "pproved", _CHOSEN),
    Button("feedback_answer_delete", "admin", "answer-delete", "#content form", "[type=submit]", DELETED),
    Button("newsletter_subscriber_import", "manager", "/admin/newsletter/subscriber/import/",
           "form[enctype='multipart/form-data']", "[value=import]", "Imported: ", frozenset({"file"}), {"file": CSV}),
    Button("newsletter_subscriber_changelist", "manager", "/admin/newsletter/subscriber/", "#changelist-form",
           "[name=index]", "", _CHOSEN, {"action": "take_off", "_selected_action": True}),
    Button("insights_externallink_changelist", "editor", "/admin/insights/externallink/", "#changelist-form",
           "[name=index]", "", _CHOSEN, {"action": "ignore_url", "_selected_action": True}),
    Button("insights_user_changelist", "admin", "/admin/insights/user/?q=nameless@example.com", "#changelist-form",
           "[name=index]", "Authors created: No Byline.", _CHOSEN,
           {"action": "make_bylines", "_selected_action": True}),
    Button("task_again", "admin", "/admin/", 'form[action$="/again/"]', "button", "was added to the queue again"),
    Button("task_dismiss", "admin", "/admin/", 'form[action$="/dismiss/"]', "button", "was dismissed"),
    Button("password_change", "moderator", "/admin/password_change/", "#content form", "[type=submit]",
           "Your password was changed", frozenset({"old_password", "new_password1", "new_password2"}),
           {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}),
    Button("login", "anon", "/admin/login/?next=/admin/", "#login-form", "[type=submit]", "Dashboard",
           frozenset({"username", "password"}), {"username": "editor@example.com", "password": PASSWORD}),
    *(_deletion(f"insights_{model}", f"delete-{model}") for model in (
        "article", "picture", "category", "tag", "series", "author", "redirect", "step")),
    _deletion("auth_group", "delete-group", "admin"),
]  # fmt: skip
# These have tests of their own: one is answered with a file, one with a confirmation page.
OTHERS = {"newsletter_subscriber_export", "newsletter_subscriber_delete", "logout"}
