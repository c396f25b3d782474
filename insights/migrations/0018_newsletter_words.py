from django.db import migrations, models

TEXT = (
    "One letter a week: what changed in AI, what it means, and one thing to try. "
    "Read in six minutes, left with one click."
)
LABEL = "Once a week"
NOTE = "One letter a week. Confirm by mail, leave with one click."


class Migration(migrations.Migration):
    dependencies = [("insights", "0017_canonical_account_addresses")]

    operations = [
        migrations.AddField(
            "sitesettings",
            "newsletter_text",
            models.CharField(blank=True, db_default=TEXT, default=TEXT, max_length=400),
        ),
        migrations.AddField(
            "sitesettings",
            "newsletter_label",
            models.CharField(blank=True, db_default=LABEL, default=LABEL, max_length=60),
        ),
        migrations.AddField(
            "sitesettings", "signup_note", models.CharField(db_default=NOTE, default=NOTE, max_length=200)
        ),
    ]
