"""Email addresses of those who commented in their canonical form, so that one search finds all of a person's."""

from django.db import migrations

from insights.text.email_addresses import canonical


def to_canonical(apps, schema_editor):
    answers = apps.get_model("feedback", "Answer").objects.using(schema_editor.connection.alias)
    for email in list(answers.exclude(email="").order_by().values_list("email", flat=True).distinct()):
        address = canonical(email)
        if address != email and len(address) <= 254:
            answers.filter(email=email).update(email=address)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_votes_count_whatever_becomes_of_the_comment")]

    operations = [migrations.RunPython(to_canonical, migrations.RunPython.noop)]
