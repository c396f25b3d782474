"""Tasks that wait, and those that failed, follow what has moved to another package."""

from importlib import import_module

from django.db import migrations

follow = import_module("config.migrations.0002_moved_tasks").follow

MOVED = {
    "insights.handover.mail.send_hand_over": "insights.review.mail.send_hand_over",
    "insights.outside_links.looking.look": "insights.link_checker.checking.look",
    "insights.reading.related.look": "insights.public.related.look",
    "insights.recomputation.recompute": "insights.next_step.recalculation.recompute",
    "insights.rerendering.rerender_uses": "insights.publishing.rerendering.rerender_uses",
    "newsletter.alerts.send_alert": "newsletter.signup.alerts.send_alert",
    "newsletter.delivery.send_confirmation": "newsletter.signup.confirmation_outbox.send_confirmation",
    "newsletter.erasing.erase_marked": "newsletter.subscribers.erasure.erase_marked",
}


class Migration(migrations.Migration):
    dependencies = [("config", "0002_moved_tasks")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: follow(apps, MOVED.items()),
            lambda apps, editor: follow(apps, [(now, before) for before, now in MOVED.items()]),
        )
    ]
