"""Tasks that wait, and those that failed, follow functions that were renamed."""

from importlib import import_module

from django.db import migrations

follow = import_module("config.migrations.0002_moved_tasks").follow

RENAMED = {
    "insights.link_checker.checking.look": "insights.link_checker.checking.check_link",
    "insights.next_step.recalculation.recompute": "insights.next_step.recalculation.recalculate",
    "insights.public.related.look": "insights.public.related.update_related",
    "insights.review.mail.send_hand_over": "insights.review.mail.send_review_email",
}


class Migration(migrations.Migration):
    dependencies = [("config", "0003_tasks_of_new_packages")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: follow(apps, RENAMED.items()),
            lambda apps, editor: follow(apps, [(now, before) for before, now in RENAMED.items()]),
        )
    ]
