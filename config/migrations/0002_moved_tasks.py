"""Tasks that wait, and those that failed, name their function by its path: they follow what has moved."""

from django.db import migrations

MOVED = {
    "insights.handover_mail.send_hand_over": "insights.handover.mail.send_hand_over",
    "insights.related.look": "insights.reading.related.look",
    "insights.renditions.make_for": "insights.pictures.renditions.make_for",
}


def follow(apps, paths):
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for before, now in paths:
        tasks.filter(task_path=before).update(task_path=now)


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0001_request_counts"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: follow(apps, MOVED.items()),
            lambda apps, editor: follow(apps, [(now, before) for before, now in MOVED.items()]),
        )
    ]
