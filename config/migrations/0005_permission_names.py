"""Permissions under the names of today's models: Django writes a permission's name once and never updates it."""

from django.db import migrations

OURS = ("insights", "newsletter", "feedback")


def update_names(apps, editor):
    """Update the names of existing permissions; those of a new database are created after all migrations."""
    permissions = apps.get_model("auth", "Permission").objects
    for model in (model for label in OURS for model in apps.get_app_config(label).get_models()):
        options = model._meta
        names = {f"{action}_{options.model_name}": f"Can {action} {options.verbose_name}" for action in options.default_permissions}
        for codename, name in {**names, **dict(options.permissions)}.items():
            of_model = permissions.filter(content_type__app_label=options.app_label, content_type__model=options.model_name)
            of_model.filter(codename=codename).exclude(name=name).update(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0004_tasks_of_plain_names"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("insights", "0022_plain_words"),
        ("newsletter", "0006_plain_words"),
        ("feedback", "0004_plain_words"),
    ]

    operations = [migrations.RunPython(update_names, migrations.RunPython.noop)]
