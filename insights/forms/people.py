"""Accounts, as an administrator types them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm

from insights.models import User
from insights.models.people import account_key


class UserAddForm(AdminUserCreationForm):
    """Somebody who gets an account here works here: what for is said on the same page."""

    is_staff = forms.BooleanField(label="May enter the desk", required=False, initial=True)

    class Meta:
        model = User
        fields = ("email", "name", "is_staff", "groups")

    def clean_email(self) -> str:
        email = account_key(self.cleaned_data["email"])
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("There is an account with this address.")
        return email


class UserForm(DjangoUserChangeForm):
    """The last administrator can neither be closed nor demoted: nobody could undo it."""

    error_status = 400

    class Meta:
        model = User
        fields = ("email", "name", "time_zone", "is_active", "is_staff", "is_superuser", "groups", "password")

    def clean_email(self) -> str:
        return account_key(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        rules = {"is_active": values.get("is_active"), "is_superuser": values.get("is_superuser")}
        others = User.objects.filter(is_active=True, is_superuser=True).exclude(pk=self.instance.pk)
        was_in_charge = User.objects.filter(pk=self.instance.pk, is_active=True, is_superuser=True).exists()
        if was_in_charge and not all(rules.values()) and not others.exists():
            self.error_status = 409
            for name, value in rules.items():
                if not value:
                    self.add_error(name, "This is the last administrator; make another one first.")
        return values
