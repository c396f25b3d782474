"""What every walk over a form asks: nonsense is refused beside the fields, and what is right can be read again."""

from __future__ import annotations

import re

from tests.browser.admin_forms import NEVER_SHOWN, AdminForm
from tests.browser.form_filling import Person

# Rows of one field; what is wrong in them stands above them all.
_ROWS = re.compile(r"(navigation|social_links)-\d+-\w+")


def is_shown(page: str, stored: dict[str, list[str]], name: str, typed: list[str]) -> bool:
    """Whether a form shows what was typed: in its field, or, to whoever may only read it, as text."""
    if name not in stored:
        return all(value in page for value in typed)
    return [_plain(value) for value in stored[name]] == [_plain(value) for value in typed]


def _plain(value: str) -> str:
    """Without a last line end, and numbers without zeros at their end."""
    value = value.rstrip("\n")
    return f"{float(value):g}" if re.fullmatch(r"-?\d{1,9}(\.\d+)?", value) else value


def save_and_read_again(person: Person, form: AdminForm, touched: set[str]) -> None:
    """Press the button; the form shows, opened again, what was typed."""
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
    """Far too much, and nothing at all: told beside each field, and what was typed still stands there."""
    limited = person.overfill()
    if limited:  # a password may be as long as it likes
        errors = refused(person, form)
        missing = {name for name in limited if not _ROWS.fullmatch(name)} - set(errors)
        assert not missing, f"too long, and without an error: {missing}"
    person.empty()
    refused(person, form)


def refused(person: Person, form: AdminForm) -> dict[str, str]:
    """Press the button; field → the sentence beside it. What was typed is kept."""
    before = person.values()
    status = person.press(form.button)
    assert status == 400, status
    errors = person.refused()
    assert errors, person.errors()
    assert all(errors.values()), errors
    # While it is typed, an article's slug may be put right by its autosave.
    lost = {name: value for name, value in person.values().items() if name != "slug" and value != before.get(name)}
    assert not lost, lost
    return errors
