"""Email addresses of accounts in their canonical form, by which a login looks them up.

An address that another account has already stays as it is, and the log names both accounts by their numbers.
"""

import logging

from django.db import migrations

from insights.text.email_addresses import address_key

logger = logging.getLogger(__name__)


def to_canonical(apps, schema_editor):
    users = apps.get_model("insights", "User").objects.using(schema_editor.connection.alias)
    for pk, email in list(users.order_by("pk").values_list("pk", "email")):
        key = address_key(email)
        if key == email or len(key) > 254:
            continue
        other = users.filter(email=key).values_list("pk", flat=True).first()
        if other is None:
            users.filter(pk=pk).update(email=key)
        else:
            logger.warning("Accounts %d and %d have one email address; change one of them.", other, pk)


class Migration(migrations.Migration):
    dependencies = [("insights", "0016_url_validators")]

    operations = [migrations.RunPython(to_canonical, migrations.RunPython.noop)]
