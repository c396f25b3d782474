"""Django's hooks: the admin under the publication's name, and the wiring of the apps once all are loaded."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class DeskConfig(AdminConfig):
    default_site = "config.desk.Desk"


class HouseConfig(AppConfig):
    name = "config"
    verbose_name = "House"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from config import checks, roles, wiring  # noqa: F401

        post_migrate.connect(roles.make_roles, sender=self)
