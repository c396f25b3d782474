from django.apps import AppConfig
from django.db.models.signals import post_save


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = "Feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feedback.lookalike_names import mark_namesakes

        for sender in ("insights.Author", "insights.User"):
            post_save.connect(mark_namesakes, sender=sender)
