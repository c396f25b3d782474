"""A person at a form: changes every field, presses the button, reads the form again."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from itertools import count
from typing import Any

from PIL import Image

from tests.browser.pages import press

_numbers = count(1)
LONG = "Far too long. " * 499 + "x"
HUGE = "9" * 40

_OPEN = "one => { for (let box = one; box; box = box.parentElement) if ('open' in box) box.open = true }"

# The fields of a form, each marked with its number so that it can be found again. `seen`: whether it is visible. A
# searchable list is behind its box.
_FIELDS = """form => {
  document.querySelectorAll("[data-walked]").forEach(one => one.removeAttribute("data-walked"));
  for (const more of form.querySelectorAll("details")) more.open = true;
  for (const field of form.elements) {
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }
  const kinds = ["hidden", "submit", "button", "image", "reset", "fieldset", "output"];
  const fields = [...form.elements].filter(one => one.name && !kinds.includes(one.type) && !one.disabled);
  return fields.map((one, number) => {
    one.dataset.walked = number;
    const isSearched = one.classList.contains("select2-hidden-accessible");
    return {
      number, isSearched, name: one.name, kind: one.type, value: one.value, checked: Boolean(one.checked),
      longest: one.maxLength ?? -1, least: one.min || "", most: one.max || "", step: one.step || "",
      // A list that is searched through holds nothing to choose without a script.
      isLocked: one.classList.contains("admin-autocomplete") && !isSearched,
      isList: one.tagName === "SELECT", isFiltered: one.classList.contains("filtered"),
      options: one.tagName === "SELECT" ? [...one.options].map(option => [option.value, option.selected]) : [],
      seen: (isSearched ? one.nextElementSibling : one).checkVisibility(), readonly: Boolean(one.readOnly),
    };
  });
}"""

# Name → value of the field: the chosen values of lists and boxes, else the typed text.
_VALUES = """form => {
  const found = {};
  for (const one of form.elements) {
    if (!one.name || ["hidden", "submit", "button", "file", "password", "fieldset"].includes(one.type)) continue;
    const chosen = one.tagName === "SELECT" ? [...one.selectedOptions].map(option => option.value)
      : ["checkbox", "radio"].includes(one.type) ? (one.checked ? [one.value] : []) : [one.value];
    found[one.name] = [...(found[one.name] || []), ...chosen];
  }
  return found;
}"""

_ERRORS = """form => [...document.querySelectorAll(".errorlist, .errornote")]
  .filter(one => one.checkVisibility()).map(one => one.innerText.trim())"""

# Fields marked as invalid: the error message of each.
_REFUSED = """form => Object.fromEntries([...form.elements]
  .filter(one => one.name && one.type !== "hidden" && one.getAttribute("aria-invalid") === "true")
  .map(one => [one.name, (one.getAttribute("aria-describedby") || "").split(" ")
    .map(id => document.getElementById(id)).filter(box => box && box.classList.contains("errorlist"))
    .map(box => box.innerText.trim()).join(" ")]))"""


def a_png(name: str = "walked.png") -> dict[str, Any]:
    stream = io.BytesIO()
    Image.new("RGB", (320, 180), (31, 63, next(_numbers) % 256)).save(stream, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": stream.getvalue()}


class Person:
    """One form in a page. `form` is its selector, `answers` the statuses of the pages that were requested."""

    def __init__(self, page: Any, form: str, rows: Mapping[str, str]) -> None:
        self.page, self.form, self.rows = page, form, rows
        self.first_url = ""
        self.answers: list[tuple[str, int]] = []
        self.troubles: list[str] = []
        page.on("response", self._hear)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _hear(self, response: Any) -> None:
        request = response.request
        if request.is_navigation_request() and response.frame == self.page.main_frame:
            self.answers.append((request.method, response.status))
        elif response.status >= 400 and not (response.status == 503 and request.url.endswith("/presence/")):
            # The presence request waits 0.2 s for a lock on a busy server, and is repeated after seconds.
            self.troubles.append(f"{request.method} {request.url}: {response.status}")

    # Reading

    @property
    def element(self) -> Any:
        return self.page.locator(self.form).first

    def fields(self) -> list[dict[str, Any]]:
        """Return the fields that a person can change, once the scripts of the page have run."""
        self.page.wait_for_load_state()
        found = self.element.evaluate(_FIELDS)
        return [field for field in found if field["seen"] and not field["readonly"]]

    def values(self) -> dict[str, list[str]]:
        return self.element.evaluate(_VALUES)

    def errors(self) -> list[str]:
        return self.element.evaluate(_ERRORS)

    def refused(self) -> dict[str, str]:
        """Return the error message beside each invalid field."""
        return self.element.evaluate(_REFUSED)

    # Changing

    def _at(self, field: dict[str, Any]) -> Any:
        """Return the field, after opening its panel: a press elsewhere has closed it."""
        one = self.page.locator(f'[data-walked="{field["number"]}"]')
        one.evaluate(_OPEN)
        return one

    def touch(self, typed: Mapping[str, Any], left: frozenset[str] = frozenset()) -> set[str]:
        """Change every field but those in `left`: to its value in `typed`, else to something new.

        Returns the fields' names.
        """
        done: set[str] = set()
        fields = self.fields()
        while fields:
            field = fields.pop(0)
            name, kind = field["name"], field["kind"]
            if name in left or field["isLocked"] or (name in done and kind != "checkbox"):
                continue
            self._change(field, typed.get(name))
            done.add(name)
            if field["isList"] or kind == "radio":  # the choice may show other fields
                rest = [one["value"] for one in fields if one["name"] == name]
                fields = [one for one in self.fields() if one["name"] not in done or one["value"] in rest]
        return done

    def _change(self, field: dict[str, Any], wanted: Any) -> None:
        one = self._at(field)
        if field["kind"] == "file":
            one.set_input_files(wanted or a_png())
        elif field["kind"] == "checkbox":
            one.set_checked(not field["checked"] if wanted is None else wanted)
        elif field["kind"] == "radio":
            others = self.page.locator(f'{self.form} [name="{field["name"]}"]:not(:checked)')
            (
                others.first if wanted is None else self.element.locator(f'[name="{field["name"]}"][value="{wanted}"]')
            ).check()
        elif field["isSearched"]:
            self._search(one, wanted or "")
        elif field["isFiltered"]:
            self._move_over(one)
        elif field["isList"]:
            chosen = _another(field["options"], field["kind"]) if wanted is None else wanted.format_map(self.rows)
            one.select_option(chosen)
        else:
            one.fill(str(something_for(field) if wanted is None else wanted))

    def _search(self, one: Any, words: str) -> None:
        """Open the box, type words, and choose the first result."""
        self.page.locator(f'.select2-selection[aria-labelledby~="select2-{one.get_attribute("id")}-container"]').click()
        self.page.locator(".select2-search__field:visible").fill(words)
        self.page.locator(".select2-results__option[aria-selected]").filter(has_text=words).first.click()

    def _move_over(self, one: Any) -> None:
        """Choose one on the left and press the arrow between the two lists."""
        if not one.get_attribute("name").endswith("_old"):
            return
        options = one.locator("option")
        one.select_option(options.first.get_attribute("value"))
        self.page.locator(".selector-chooser .selector-add, .selector-add").first.click()

    def empty(self) -> None:
        """Empty every field that can be emptied."""
        for field in self.fields():
            one = self._at(field)
            if field["kind"] == "checkbox":
                one.set_checked(False)
            elif field["isList"] and not field["isFiltered"] and ["", False] in field["options"]:
                one.select_option("", force=True)
            elif not field["isList"] and field["kind"] not in {"file", "radio"}:
                one.fill("")

    def overfill(self) -> set[str]:
        """Put far too much text into every text field, as a browser without limits would send it.

        Returns the names of the fields that state their limit.
        """
        limited, fields = set(), self.fields()
        self.element.evaluate("form => { for (const one of form.elements) one.removeAttribute('maxlength') }")
        for field in fields:
            one = self._at(field)
            if field["kind"] in {"text", "textarea", "email", "url", "password", "search"} and not field["isSearched"]:
                one.fill("x" * (field["longest"] + 1) if field["longest"] > 0 else LONG)
            elif field["kind"] == "number":
                one.fill(HUGE)
            else:
                continue
            if field["longest"] > 0 or field["kind"] == "number":
                limited.add(field["name"])
        return limited

    def press(self, button: str) -> int:
        """Press a button, in a browser that validates nothing. Returns the status of the answer to the POST."""
        self.element.evaluate("form => { form.noValidate = true }")
        self.answers.clear()
        pressed = self.page.locator(button).first
        pressed.evaluate(_OPEN)
        press(self.page, pressed)
        return self.answers[0][1]


def _another(options: list[tuple[str, bool]], kind: str) -> list[str]:
    """Return an option of a list that is not chosen yet."""
    others = [value for value, is_chosen in options if not is_chosen]
    others = [value for value in others if value] or others  # the empty choice, if there is no other
    assert others, "a list with nothing else to choose"
    return others if kind == "select-multiple" else others[-1:]


def something_for(field: Mapping[str, Any]) -> str:
    """Return a new value for a text field."""
    number, kind, name = next(_numbers), field["kind"], field["name"]
    if kind == "number":
        least, most = float(field["least"] or 0), float(field["most"] or 1000)
        if most <= 1:
            return "0.25" if field["value"] != "0.25" else "0.75"
        value = float(field["value"] or least) + 1
        return f"{value if value <= most else least:g}"
    if kind == "datetime-local":
        return (dt.datetime.now(dt.UTC) + dt.timedelta(days=number)).strftime("%Y-%m-%dT%H:%M")
    if kind == "email" or name.endswith("email"):
        return f"walk{number}@example.com"
    if name.rpartition("-")[2] == "slug":
        return f"walk-{number}"
    text = f"Walked over {name.replace('_', ' ')} {number}"
    return text if field["longest"] < 0 else f"W{number} {text}"[: field["longest"]].strip()
