"""Every form of the admin, as a browser posts it: each field changed, saved, and read again."""

from __future__ import annotations

import pytest

from tests.browser.admin_forms import FORMS
from tests.browser.form_walk import save_and_read_again, send_nonsense

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_field_is_stored_as_it_was_typed(meet, form):
    """C1: each error is shown beside its field. Valid input is stored, with JavaScript and without."""
    person = meet(form)
    send_nonsense(person, form)
    person.page.goto(person.first_url)
    save_and_read_again(person, form, person.touch(form.typed, form.left))


@pytest.mark.parametrize("form", [form for form in FORMS if form.is_plain], ids=str)
def test_every_field_is_stored_without_javascript(meet, form):
    """C1: all that needs no search through a list of thousands works without a script as well."""
    person = meet(form, java_script_enabled=False)
    save_and_read_again(person, form, person.touch({**form.typed, **form.plain_typed}, form.left | form.plain_left))
