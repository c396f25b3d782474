"""Models and fields under the names of the glossary. Tables and columns keep theirs, so that nothing is rewritten."""

from django.db import migrations, models

TABLES = {  # model before → (model now, table)
    "FormerSlug": ("Redirect", "insights_formerslug"),
    "HandOverMail": ("ReviewEmail", "insights_handovermail"),
    "OutsideHost": ("ExternalHost", "insights_outsidehost"),
    "OutsideLink": ("ExternalLink", "insights_outsidelink"),
    "OutsideLinkUse": ("ExternalLinkUse", "insights_outsidelinkuse"),
    "Recomputation": ("Recalculation", "insights_recomputation"),
    "SearchSlip": ("SearchDeletion", "insights_searchslip"),
}


def tables():
    """The table is named first, so that renaming the model finds nothing to move."""
    for before, (now, table) in TABLES.items():
        yield migrations.AlterModelTable(before, table)
        yield migrations.RenameModel(before, now)


def renamed(model, before, now, column):
    """The column is named first, so that renaming the field leaves it alone."""
    yield migrations.AlterField(model, before, column)
    yield migrations.RenameField(model, before, now)


class Migration(migrations.Migration):
    dependencies = [("insights", "0020_given_up_mails")]

    operations = [
        *tables(),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveIndex("article", "article_withdrawn_at")]),
        *renamed(
            "article",
            "withdrawn_at",
            "unpublished_at",
            models.DateTimeField(blank=True, db_column="withdrawn_at", null=True),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddIndex(
                    "article",
                    models.Index(
                        condition=models.Q(("unpublished_at__isnull", False)),
                        fields=["unpublished_at"],
                        name="article_withdrawn_at",
                    ),
                )
            ]
        ),
        migrations.AlterField(
            "externallinkuse",
            "version",
            models.ForeignKey("insights.version", models.CASCADE, related_name="external_links"),
        ),
        *renamed("historyentry", "moment", "effective_at", models.DateTimeField(blank=True, db_column="moment", null=True)),
        *renamed(
            "externallink",
            "told",
            "reason",
            models.CharField("what happened", blank=True, db_column="told", max_length=200),
        ),
        *renamed("externallink", "address", "url", models.TextField(db_column="address")),
        *renamed(
            "version",
            "brought_back",
            "restored_from",
            models.ForeignKey(
                "insights.version", models.SET_NULL, db_column="brought_back_id", editable=False, null=True, related_name="+"
            ),
        ),
        *renamed(
            "version",
            "returned_at",
            "changes_requested_at",
            models.DateTimeField(db_column="returned_at", editable=False, null=True),
        ),
        *renamed(
            "sitesettings",
            "letter_name",
            "newsletter_name",
            models.CharField("name of the letter", db_column="letter_name", default="AI Scope Weekly", max_length=80),
        ),
    ]
