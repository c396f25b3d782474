from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0012_outside_links"),
    ]

    operations = []
