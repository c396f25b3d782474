from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("insights", "0004_read_next"),
    ]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="renditions",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="picture",
            name="renditions_recipe",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="picture",
            name="renditions_retry_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="picture",
            name="stored_sha256",
            field=models.CharField(db_index=True, editable=False, max_length=64),
        ),
        migrations.AddIndex(
            model_name="picture",
            index=models.Index(fields=["renditions_recipe", "renditions_retry_at"], name="picture_renditions_due"),
        ),
    ]
