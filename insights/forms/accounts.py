"""Forms for accounts and bylines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    SetUnusablePasswordMixin,
)
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.utils.html import format_html
from django.utils.safestring import SafeString

from insights.forms.taxonomy import FacetForm
from insights.forms.time_zones import ZoneField
from insights.models import User
from insights.models.accounts import account_key, initials_of

WITHOUT_ONE = "Without a password, this account can't log in."
MAKES_BYLINE = "Create an author for this account"
BYLINE_HELP = (
    "The author gets the name of the account; you can change it under Authors. Only for accounts in a group that can "
    "write articles."
)
GROUPS_HELP = "The account can do everything that its groups can do."


class AuthorForm(FacetForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["initials"]
        field.required = False
        field.help_text = "Shown when there is no portrait. Leave empty to create them from the name."

    def clean_initials(self) -> str:
        return self.cleaned_data["initials"] or initials_of(self.cleaned_data.get("name", ""))


class StoredPassword(ReadOnlyPasswordHashWidget):
    """Link to change the password; details of the stored hash help no reader."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        label = self.get_context(name, value, attrs)["button_label"]
        return format_html('<p><a role="button" class="button" href="../password/">{}</a></p>', label)


class PasswordForm(AdminPasswordChangeForm):
    usable_password_help_text = f"{WITHOUT_ONE} If disabled, the current password is lost."


class UserAddForm(AdminUserCreationForm):
    usable_password = SetUnusablePasswordMixin.create_usable_password_field(WITHOUT_ONE)
    is_staff = forms.BooleanField(label="Can log in", required=False, initial=True)
    makes_byline = forms.BooleanField(label=MAKES_BYLINE, help_text=BYLINE_HELP, required=False, initial=True)

    class Meta:
        model = User
        fields = ("email", "name", "is_staff", "groups")
        help_texts = {"groups": GROUPS_HELP}

    def clean_email(self) -> str:
        email = account_key(self.cleaned_data["email"])
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("An account with this email address already exists.")
        return email


IN_CHARGE = ("is_active", "is_staff", "is_superuser")  # an active administrator has all of these


class UserForm(DjangoUserChangeForm):
    """Account form; the last administrator cannot be deactivated or demoted, since this cannot be undone."""

    error_status = 400
    password = ReadOnlyPasswordHashField(label="Password", widget=StoredPassword)
    makes_byline = forms.BooleanField(label=MAKES_BYLINE, help_text=BYLINE_HELP, required=False)
    time_zone = ZoneField(
        max_length=64, required=False, help_text="Type a city. Leave empty to use the publication's time zone."
    )

    class Meta:
        model = User
        fields = ("email", "name", "time_zone", "is_active", "is_staff", "is_superuser", "groups", "password")
        help_texts = {"groups": GROUPS_HELP}

    def clean_email(self) -> str:
        return account_key(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        taken = [name for name in IN_CHARGE if name in self.fields and not values.get(name)]
        if taken and User.objects.in_charge().is_last(self.instance.pk):
            self.error_status = 409
            for name in taken:
                self.add_error(name, "This is the last administrator. Make another account an administrator first.")
        return values
