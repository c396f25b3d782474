"""Renamed models and fields keep their tables and columns."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from insights.models import (
    Article,
    ExternalHost,
    ExternalLink,
    ExternalLinkUse,
    HistoryEntry,
    Recalculation,
    Redirect,
    ReviewEmail,
    SearchDeletion,
    SiteSettings,
    Version,
)

TABLES = {
    Redirect: "insights_formerslug", ReviewEmail: "insights_handovermail", ExternalHost: "insights_outsidehost",
    ExternalLink: "insights_outsidelink", ExternalLinkUse: "insights_outsidelinkuse",
    Recalculation: "insights_recomputation", SearchDeletion: "insights_searchslip",
}  # fmt: skip
COLUMNS = {
    (Article, "unpublished_at"): "withdrawn_at", (HistoryEntry, "effective_at"): "moment",
    (ExternalLink, "reason"): "told", (ExternalLink, "url"): "address", (Version, "restored_from"): "brought_back_id",
    (Version, "changes_requested_at"): "returned_at", (SiteSettings, "newsletter_name"): "letter_name",
}  # fmt: skip


@pytest.mark.django_db(transaction=True)  # SQLite changes no table inside a transaction
def test_the_migration_touches_no_table():
    """On SQLite a changed column would copy the table, and an index would be built again on both engines."""
    executor = MigrationExecutor(connection)
    before, after = ("insights", "0020_given_up_mails"), ("insights", "0021_plain_names")
    plan = [(executor.loader.get_migration(*after), False)]
    executor.loader.build_graph()
    assert before in executor.loader.get_migration(*after).dependencies
    statements = executor.loader.collect_sql(plan)
    assert [
        line for line in statements if line and not line.startswith("--") and line not in ("BEGIN;", "COMMIT;")
    ] == []


def test_tables_and_columns_are_those_of_before():
    assert {model: model._meta.db_table for model in TABLES} == TABLES
    assert {(model, name): model._meta.get_field(name).column for model, name in COLUMNS} == COLUMNS
