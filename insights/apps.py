from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = "Publication"
    default_auto_field = "django.db.models.BigAutoField"
