"""Email addresses in their canonical form: the host as its A-label, and keys that nothing was case-folded for.

Two rows may turn out to be one address (`straße` and its punycode had two keys). They are not merged: the second keeps
its data under a marked key, which the search for the address finds as well, and the log names both by their numbers.
Hashes on the suppression list can't be computed again; by the column's default they are legacy, and matched by the
older key.
"""

import logging

from django.db import migrations, models

from insights.text.email_addresses import address_key, canonical
from newsletter.models.email_addresses import older_address_key
from newsletter.models.subscribers import SECOND_ROW

logger = logging.getLogger(__name__)
BATCH = 2000


def batches(subscribers):
    """Yield all rows in parts, by number, so that no cursor stays open while rows are written."""
    last = 0
    while rows := list(subscribers.filter(pk__gt=last).order_by("pk").only("email", "address_key")[:BATCH]):
        yield rows
        last = rows[-1].pk


def is_plain(row):
    """Whether the row is canonical at a glance; nearly all are."""
    local, _, host = row.email.rpartition("@")
    return row.email.isascii() and "xn--" not in host and host.islower() and row.address_key == row.email.lower()


def to_canonical(apps, schema_editor):
    subscribers = apps.get_model("newsletter", "Subscriber").objects.using(schema_editor.connection.alias)
    moves = {}
    for rows in batches(subscribers):
        for row in rows:
            if not is_plain(row):
                email, key = canonical(row.email), address_key(row.email)
                if email != row.email and len(email) <= 254:
                    subscribers.filter(pk=row.pk).update(email=email)
                if key != row.address_key:
                    moves[row.pk] = key
    # First all keys away, then each to its own: one row's new key may be another's old one.
    for pk in moves:
        subscribers.filter(pk=pk).update(address_key=f"moving {pk}")
    for pk, key in moves.items():
        while (first := subscribers.filter(address_key=key).values_list("pk", flat=True).first()) is not None:
            key += SECOND_ROW
            logger.warning("Subscribers %d and %d have one email address; both are kept.", first, pk)
        subscribers.filter(pk=pk).update(address_key=key)


def to_older(apps, schema_editor):
    """Give keys their older form again where it is free; addresses stay canonical, which the older code reads."""
    subscribers = apps.get_model("newsletter", "Subscriber").objects.using(schema_editor.connection.alias)
    for rows in batches(subscribers):
        for row in rows:
            key = older_address_key(row.email)
            if key != row.address_key and not subscribers.filter(address_key=key).exists():
                subscribers.filter(pk=row.pk).update(address_key=key)


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0002_erasures")]

    operations = [
        migrations.AddField(
            model_name="suppression", name="is_legacy", field=models.BooleanField(db_default=True, default=False, editable=False)
        ),
        migrations.RunPython(to_canonical, to_older),
    ]
