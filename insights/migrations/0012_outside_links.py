from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0011_handover_mails"),
    ]

    operations = []
