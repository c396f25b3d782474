"""The step that a bare publication begins with: the letter, with the rule that gives the known line."""

from django.db import migrations

KEYWORDS = "China\nChinese\nAI\ntokens\nmodels"


def make_step(apps, schema_editor):
    step = apps.get_model("insights", "Step").objects.create(
        slug="newsletter",
        kind="newsletter",
        heading="Get weekly China AI intelligence in English",
        text="Join AI Scope Weekly for China AI model updates, practical tool reviews, and opportunities for "
        "US builders and small businesses.",
        threshold=3,
        is_default=True,
    )
    apps.get_model("insights", "Rule").objects.create(step=step, keywords=KEYWORDS)


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_publication")]

    operations = [migrations.RunPython(make_step, migrations.RunPython.noop)]
