from django.db import migrations, models
from django.db.models.functions import Coalesce


def keep_what_was_out(apps, schema_editor):
    """Every text that readers had, or that waited for its moment, has its place in the history."""
    versions = apps.get_model("insights", "Version").objects.using(schema_editor.connection.alias)
    was_out = models.Q(live_from__isnull=False) | models.Q(superseded_at__isnull=False)
    versions.filter(was_out, kept_at__isnull=True).update(
        kept_at=Coalesce("live_from", "superseded_at"), kept_as="published"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0009_editors_desk"),
    ]

    operations = [
        migrations.RunPython(keep_what_was_out, migrations.RunPython.noop),
    ]
