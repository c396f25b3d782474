import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0011_handover_mails"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinksRead",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="links_read",
                        serialize=False,
                        to="insights.version",
                    ),
                ),
            ],
        ),
        migrations.AlterModelOptions(
            name="formerslug",
            options={
                "ordering": ["kind", "slug"],
                "verbose_name": "old address",
                "verbose_name_plural": "old addresses",
            },
        ),
        migrations.AddField(
            model_name="formerslug",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="OutsideHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ignored_at", models.DateTimeField(editable=False, null=True)),
                (
                    "ignored_by_name",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=200),
                ),
                ("name", models.CharField(max_length=270, unique=True)),
                ("free_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ignored_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OutsideLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ignored_at", models.DateTimeField(editable=False, null=True)),
                (
                    "ignored_by_name",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=200),
                ),
                ("key", models.CharField(editable=False, max_length=64, unique=True)),
                ("address", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Not looked at yet"),
                            ("fine", "Fine"),
                            ("doubtful", "Does not answer"),
                            ("dead", "Dead"),
                            ("unasked", "Not asked"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("told", models.CharField(blank=True, max_length=200, verbose_name="what happened")),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("looked_at", models.DateTimeField(null=True)),
                ("look_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("suspected_at", models.DateTimeField(null=True)),
                ("failed_days", models.PositiveSmallIntegerField(default=0)),
                ("failed_on", models.DateField(null=True)),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="insights.outsidehost"
                    ),
                ),
                (
                    "ignored_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-since", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OutsideLinkUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(blank=True, max_length=200)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="insights.outsidelink"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="outside_links", to="insights.version"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="outsidelink",
            index=models.Index(fields=["look_at"], name="outside_link_due"),
        ),
        migrations.AddIndex(
            model_name="outsidelink",
            index=models.Index(fields=["state", "-since"], name="outside_link_state"),
        ),
        migrations.AddConstraint(
            model_name="outsidelinkuse",
            constraint=models.UniqueConstraint(fields=("link", "version"), name="outside_link_use_once"),
        ),
    ]
