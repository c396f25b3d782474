"""Django app configs: the admin site class, signal receivers, app names in the admin, roles after each migrate."""

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class HubAdminConfig(AdminConfig):
    default_site = "config.admin_site.site.HubAdminSite"


class ProjectConfig(AppConfig):
    name = "config"
    verbose_name = "Site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from config import checks, debugging, roles, wiring  # noqa: F401

        apps.get_app_config("auth").verbose_name = "Accounts"
        apps.get_app_config("django_tasks_database").verbose_name = "Tasks"
        tasks = apps.get_model("django_tasks_database", "DBTaskResult")._meta
        tasks.verbose_name, tasks.verbose_name_plural = "task", "tasks"

        autodiscover_modules("admin_site.auth_admin")
        if settings.DEBUG:
            debugging.show_own_pages()

        # Permissions of an app exist only after its own migrate, so roles are made after each app that they use.
        labels = {label for permissions in roles.ROLES.values() for label in permissions}
        for app in apps.get_app_configs():
            if app.label in labels:
                post_migrate.connect(roles.make_roles, sender=app)
                post_migrate.connect(roles.update_permission_names, sender=app)
