from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_delete
from django.utils.module_loading import autodiscover_modules


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = "Publication"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from insights import signals
        from insights.models import SearchEntry
        from insights.next_step import recalculation
        from insights.search import index

        post_migrate.connect(index.after_migration, sender=self)
        pre_delete.connect(index.before_entry_deleted, sender=SearchEntry)
        signals.article_changed.connect(index.after_article_changed)
        signals.listing_changed.connect(index.after_listing_changed)
        signals.word_rules_changed.connect(recalculation.after_word_rules_changed)
        autodiscover_modules("editor.admin")  # the editor registers itself; `insights.admin` does not import it
