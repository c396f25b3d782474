"""Renamed models and fields keep their tables and columns."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.roles import update_permission_names
from insights.models import (
    Article,
    AuditEntry,
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


@pytest.mark.parametrize(("app", "name"), [("newsletter", "0006_plain_words"), ("feedback", "0004_plain_words")])
@pytest.mark.django_db(transaction=True)
def test_labels_touch_no_table_of_subscribers_or_comments(app, name):
    executor = MigrationExecutor(connection)
    plan = [(executor.loader.get_migration(app, name), False)]
    statements = executor.loader.collect_sql(plan)
    assert [line for line in statements if line and line[:2] != "--" and line not in ("BEGIN;", "COMMIT;")] == []


@pytest.mark.django_db
class TestStoredTexts:
    @pytest.fixture
    def texts(self):
        return import_module("insights.migrations.0023_plain_words_in_rows")

    def test_audit_verbs_follow_and_go_back(self, texts):
        verbs = ["withdrew", "published", "took back preview link"]
        AuditEntry.objects.bulk_create(AuditEntry(actor_name="Erika", verb=verb) for verb in verbs)
        entries = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
        texts.forward(apps, None)
        assert list(entries.all()) == ["unpublished", "published", "revoked preview link"]
        texts.backward(apps, None)
        assert list(entries.all()) == verbs

    def test_no_two_verbs_become_one(self, texts):
        assert len(set(texts.VERBS.values())) == len(texts.VERBS)
        assert set(texts.VERBS) & set(texts.VERBS.values()) == set()

    def test_a_default_text_follows_and_an_edited_one_stays(self, texts):
        note = texts.DEFAULTS["signup_note"]
        SiteSettings(signup_note=note[0], footer_text="Ours.").save()
        texts.forward(apps, None)
        row = SiteSettings.objects.get()
        assert (row.signup_note, row.footer_text) == (note[1], "Ours.")

    def test_the_new_defaults_are_those_of_the_model(self, texts):
        assert {name: now for name, (_, now) in texts.DEFAULTS.items()} == {
            name: SiteSettings._meta.get_field(name).default for name in texts.DEFAULTS
        }

    def test_permissions_follow_the_names_of_their_models(self):
        permission = Permission.objects.get(codename="publish_article")
        name = permission.name
        Permission.objects.filter(codename__in=["publish_article", "add_redirect"]).update(name="Can withdraw")
        update_permission_names(apps.get_app_config("insights"))
        permission.refresh_from_db()
        assert permission.name == name
        assert Permission.objects.get(codename="add_redirect").name == "Can add redirect"


def test_tables_and_columns_are_those_of_before():
    assert {model: model._meta.db_table for model in TABLES} == TABLES
    assert {(model, name): model._meta.get_field(name).column for model, name in COLUMNS} == COLUMNS
