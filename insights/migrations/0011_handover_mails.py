from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0010_keep_what_was_out"),
    ]

    operations = []
