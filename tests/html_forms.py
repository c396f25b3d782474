"""The form data that a browser would post for an untouched form."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

_NOT_SENT = {"submit", "button", "reset", "image", "file"}


def form_values(page: str, form: str) -> dict[str, list[str]]:
    """Return name → values of the form with the id `form`, by the rules of HTML ("constructing the entry list").

    Without buttons and files: a test adds those that it presses and chooses.
    """
    soup = BeautifulSoup(page, "html.parser")
    element = soup.find("form", id=form)
    assert isinstance(element, Tag), f"no form {form}"
    values: dict[str, list[str]] = {}
    for field in _elements_of(soup, element):
        for value in _values_of(field):
            values.setdefault(str(field["name"]), []).append(value)
    return values


def fields_of(soup: BeautifulSoup, form: Tag) -> set[str]:
    """Return the names of the fields that a person can change in a form."""
    found = _elements_of(soup, form)
    return {str(field["name"]) for field in found if field.get("type") not in {"hidden", "submit", "button"}}


def _elements_of(soup: BeautifulSoup, form: Tag) -> list[Tag]:
    """Return the named fields of a form, also those elsewhere that name it."""
    name = form.get("id")
    own = [field for field in form.find_all(["input", "select", "textarea"]) if field.get("form") in (None, name)]
    own += [field for field in soup.find_all(form=name) if form not in field.parents] if name else []
    return [field for field in own if isinstance(field, Tag) and field.get("name") and not field.has_attr("disabled")]


def _values_of(field: Tag) -> list[str]:
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")]
    if field.name == "select":
        options = [option for option in field.find_all("option") if not option.has_attr("disabled")]
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not field.has_attr("multiple"):
            chosen = options[:1]
        return [str(option.get("value", option.get_text())) for option in chosen]
    kind = str(field.get("type", "text"))
    if kind in {"checkbox", "radio"}:
        return [str(field.get("value", "on"))] if field.has_attr("checked") else []
    return [] if kind in _NOT_SENT else [str(field.get("value", ""))]
