import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0012_outside_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="footer_text",
            field=models.CharField(
                blank=True,
                db_default="No cookies, no tracking, no request to anyone else.",
                default="No cookies, no tracking, no request to anyone else.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="logo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="insights.picture",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="privacy_text",
            field=models.TextField(blank=True, db_default="", default="", max_length=20000),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="social_links",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AlterField(
            model_name="sitesettings",
            name="navigation",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
