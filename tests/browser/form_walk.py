"""Checks for every form: refusal of invalid input beside the fields, and valid input in the form opened again."""

from __future__ import annotations

import re

from tests.browser.admin_forms import NEVER_SHOWN, AdminForm
from tests.browser.form_filling import Person

# Formsets: their errors are shown above the rows.
_ROWS = re.compile(r"(navigation|social_links)-\d+-\w+")


def is_shown(page: str, stored: dict[str, list[str]], name: str, typed: list[str]) -> bool:
    """Return whether a form shows the typed value: in its field, or as text for a read-only user."""
    if name not in stored:
        return all(value in page for value in typed)
    return [_plain(value) for value in stored[name]] == [_plain(value) for value in typed]


def _plain(value: str) -> str:
    """Return the value without a last line end, and numbers without trailing zeros."""
    value = value.rstrip("\n")
    return f"{float(value):g}" if re.fullmatch(r"-?\d{1,9}(\.\d+)?", value) else value


def save_and_read_again(person: Person, form: AdminForm, touched: set[str]) -> None:
    """Press the button. Check that the form, opened again, shows the typed values."""
    typed = {name: value for name, value in person.values().items() if name in touched - NEVER_SHOWN}
    assert touched, "nothing to type into"
    assert person.press(form.button) == 302, person.errors()
    assert person.errors() == []
    person.page.goto(person.page.url)
    assert person.errors() == []
    page, stored = person.page.inner_text("body"), person.values()
    shown = {name: form.shown.get(name, value) for name, value in typed.items()}
    wrong = {
        name: (value, stored.get(name))
        for name, value in shown.items()
        if value is not None and not is_shown(page, stored, name, value)
    }
    assert not wrong, wrong
    assert not person.troubles, person.troubles


def send_nonsense(person: Person, form: AdminForm) -> None:
    """Send far too much, then nothing at all. Check that each field has its error and keeps the input."""
    limited = person.overfill()
    if limited:  # a password may be as long as one likes
        errors = refused(person, form)
        missing = {name for name in limited if not _ROWS.fullmatch(name)} - set(errors)
        assert not missing, f"too long, and without an error: {missing}"
    person.empty()
    refused(person, form)


def refused(person: Person, form: AdminForm) -> dict[str, str]:
    """Press the button and return the error of each field. Check that the input is kept."""
    before = person.values()
    status = person.press(form.button)
    assert status == 400, status
    errors = person.refused()
    assert errors, person.errors()
    assert all(errors.values()), errors
    # Autosave may correct an article's slug while it is typed.
    lost = {name: value for name, value in person.values().items() if name != "slug" and value != before.get(name)}
    assert not lost, lost
    return errors
