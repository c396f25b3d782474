"""Stored texts follow the words of the interface: audit verbs, and site settings that still have the old default."""

from django.db import migrations
from django.db.models import Case, F, Value, When

VERBS = {
    "approved an answer": "approved a comment",
    "rejected an answer": "rejected a comment",
    "marked an answer as spam": "marked feedback as spam",
    "ignored outside link": "ignored external link",
    "ignored outside host": "ignored external host",
    "heeded outside link": "stopped ignoring external link",
    "heeded outside host": "stopped ignoring external host",
    "asked to look at outside link": "requested check of external link",
    "made preview link": "created preview link",
    "took back preview link": "revoked preview link",
    "brought back version of article": "restored version of article",
    "undid bringing back of article": "undid restore of article",
    "named version of article": "labeled version of article",
    "handed in article": "submitted article",
    "returned article": "requested changes to article",
    "named reviewer of article": "changed reviewer of article",
    "took subscribers off the list": "unsubscribed subscribers",
    "ordered the erasure of subscribers": "requested the erasure of subscribers",
    "withdrew": "unpublished",
    "called off withdrawal": "canceled unpublishing",
    "restored": "published again",
    "took article off the schedule": "unscheduled",
    "added old address": "added redirect",
    "changed old address": "changed redirect",
    "deleted old address": "deleted redirect",
    "deleted answer": "deleted comment",
}  # fmt: skip

DEFAULTS = {
    "newsletter_text": (
        "One letter a week: what changed in AI, what it means, and one thing to try. "
        "Read in six minutes, left with one click.",
        "One email a week: what changed in AI, what it means, and one thing to try. "
        "Takes six minutes to read. Unsubscribe with one click.",
    ),
    "signup_note": ("One letter a week. Confirm by mail, leave with one click.", "One email a week. Confirm by email, unsubscribe with one click."),
    "footer_text": ("No cookies, no tracking, no request to anyone else.", "No cookies, no tracking, no requests to other sites."),
}


def rename_verbs(apps, pairs):
    pairs = dict(pairs)
    cases = [When(verb=before, then=Value(now)) for before, now in pairs.items()]
    apps.get_model("insights", "AuditEntry").objects.filter(verb__in=pairs).update(verb=Case(*cases, default=F("verb")))


def replace_defaults(apps, pairs):
    rows = apps.get_model("insights", "SiteSettings").objects
    for field, before, now in pairs:
        rows.filter(**{field: before}).update(**{field: now})


def forward(apps, editor):
    rename_verbs(apps, VERBS.items())
    replace_defaults(apps, [(field, before, now) for field, (before, now) in DEFAULTS.items()])


def backward(apps, editor):
    rename_verbs(apps, [(now, before) for before, now in VERBS.items()])
    replace_defaults(apps, [(field, now, before) for field, (before, now) in DEFAULTS.items()])


class Migration(migrations.Migration):
    dependencies = [("insights", "0022_plain_words")]

    operations = [migrations.RunPython(forward, backward)]
