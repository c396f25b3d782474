"""Model field that makes email addresses canonical; in migrations it is Django's EmailField."""

from __future__ import annotations

from typing import Any

from django.db import models

from insights.text.email_addresses import EmailAddressField, canonical


class CanonicalEmailField(models.EmailField):
    def to_python(self, value: Any) -> Any:
        return canonical(value) if isinstance(value, str) else value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{**kwargs, "form_class": EmailAddressField})

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs
