"""Accessibility of every public page: axe, keyboard, no motion, no sideways scrolling.

axe-core is loaded as a file from a package and runs inside the page, in both schemes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.bench.pages import LEAD
from tests.browser.pages import press
from tests.site import Site, wait_until

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
CODE, SERIES = "/insights/quantization/", "/insights/benchmarks-and-contamination/"
PAGES = [
    "/", LEAD, CODE, SERIES, "/insights/", "/insights/?before=1-1", "/insights/?before=broken",
    "/insights/category/analysis/", "/insights/tag/evaluation/", "/insights/author/ai-scope-hub/",
    "/insights/author/portrait/", "/insights/category/empty/", "/insights/series/reading-evaluations/",
    "/insights/search/", "/insights/search/?q=tokens", "/insights/search/?q=zzzzzz", "/newsletter/", "/privacy/",
    "/nothing-here/",
]  # fmt: skip
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 1000}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def publication(demo_site: Site) -> Site:
    """Add to the demo: a portrait, an empty category with a picture, a very long title, hostile names."""
    demo_site.shell(
        "from tests.factories import *\n"
        "desk = make_author('A portrait', slug='portrait', line='Somebody with a face', avatar=make_picture())\n"
        "make_category('Empty', slug='empty', text='Nothing yet.', picture=make_picture(alt='A blue field'))\n"
        "body = '## ' + 'Word' * 40 + '\\n\\n' + 'x' * 300\n"
        "make_article('Unbreakable' * 12, slug='long', authors=[desk], body=body)\n"
    )
    wait_until(lambda: "Read next" in demo_site.get(LEAD).text, "what is read next")
    return demo_site


@pytest.fixture
def visit(publication, chromium):
    """Return a function that opens a page in a browser of its own."""

    def enter(**options: Any) -> Any:
        context = chromium.new_context(base_url=publication.url, ignore_https_errors=True, **options)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    return enter


def findings(page: Any) -> list[str]:
    """Return axe's findings for a page with everything opened, each with its elements."""
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then(done => done.violations)")
    return [
        f"{page.url}: {found['id']}: {found['help']}: {[node['html'][:120] for node in found['nodes']]}"
        for found in violations
    ]


def findings_in_both_schemes(page: Any) -> list[str]:
    """Return the findings in the light and in the dark scheme."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {finding}" for finding in findings(page)]
    return found


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_axe_finds_nothing_on_any_page(visit, size):
    page = visit(viewport=size)
    found, grounds = [], set()
    for path in PAGES:
        page.goto(path)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        found += findings_in_both_schemes(page)
    assert found == []
    assert len(grounds) == 2


def test_axe_finds_nothing_on_the_way_of_a_form(visit, publication):
    """Errors, answers and the pages behind an email's link are announced, and have no findings."""
    page = visit(viewport=PHONE)
    page.goto("/newsletter/")
    page.eval_on_selector_all("form", "all => all.forEach(one => { one.noValidate = true })")
    page.get_by_label("Your email address").fill("nobody@localhost")
    press(page, "main button:has-text('Subscribe')")
    alert = page.get_by_role("alert")
    alert.wait_for()
    field = page.get_by_label("Your email address")
    expect(field).to_be_focused()
    assert field.get_attribute("aria-describedby").startswith(alert.get_attribute("id"))
    found = findings_in_both_schemes(page)
    address = "both-schemes@example.org"
    page.get_by_label("Your email address").fill(address)
    press(page, "main button:has-text('Subscribe')")
    page.get_by_role("status").first.wait_for()
    found += findings_in_both_schemes(page)
    mail = publication.mailbox.wait_for(address)[0].get_body(("plain",)).get_content()
    page.goto(re.search(r"https://\S+/newsletter/confirm/\S+", mail).group())
    found += findings_in_both_schemes(page)
    page.goto(LEAD)
    press(page, "button:has-text('Not really')")
    page.get_by_role("status").first.wait_for()
    found += findings_in_both_schemes(page)
    page.fill("[name=email]", "nobody@")  # invalid at any time; the form token's three seconds may be over
    page.eval_on_selector_all("form", "all => all.forEach(one => { one.noValidate = true })")
    press(page, "text=Send feedback")
    page.get_by_role("alert").first.wait_for()
    expect(page.get_by_text("Enter an email address like name@example.com")).to_be_visible()
    found += findings_in_both_schemes(page)
    assert found == []


FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {
    what: one.outerHTML.slice(0, 90), is_body: one === document.body,
    is_marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    is_in_view: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    number: [...document.querySelectorAll("*")].indexOf(one),
  };
}"""
REACHABLE = """() => {
  const all = [...document.querySelectorAll("*")];
  return all
    .filter((one) => one.matches("a[href], button, summary, input:not([type=hidden]), [tabindex='0']"))
    .filter((one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }))
    .map((one) => all.indexOf(one));
}"""


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit, size):
    page = visit(viewport=size)
    for path in (CODE, SERIES, "/insights/", "/newsletter/"):
        page.goto(path)
        walk_by_keyboard(page)


def walk_by_keyboard(page: Any) -> None:
    wanted, seen = page.evaluate(REACHABLE), []
    while len(seen) <= len(wanted) + 5:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["is_body"] or focused["number"] in seen:
            break
        assert focused["is_marked"], focused["what"]
        assert focused["is_in_view"], focused["what"]
        seen.append(focused["number"])
    assert set(wanted) <= set(seen)
    assert seen == sorted(seen)  # in the order of the page


def test_the_first_step_of_the_keyboard_skips_the_frame(visit):
    page = visit()
    page.goto(LEAD)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_no_page_scrolls_sideways(visit):
    """On a very small phone, on a screen of 1280 at twice the size, and with a large font."""
    page = visit()
    wide = []
    for path in [*PAGES, "/insights/long/"]:
        page.goto(path)
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
        for width, text_size in ((320, "100%"), (640, "100%"), (390, "200%")):
            page.set_viewport_size({"width": width, "height": 700})
            page.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
            if page.evaluate(SIDEWAYS):
                wide.append((path, width, text_size))
    assert wide == []


def test_nothing_is_set_in_motion(visit):
    for motion in ("reduce", "no-preference"):
        page = visit(reduced_motion=motion)
        page.goto(LEAD)
        page.get_by_role("button", name="Colors").click()
        page.get_by_text("Why this?").click()
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries())
    shifts.push([one.value, one.sources.map((from) => from.node?.outerHTML?.slice(0, 80))]);
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("choice", ["auto", "dark"])
def test_nothing_on_a_page_shifts(visit, size, choice):
    page = visit(viewport=size)
    page.add_init_script(SHIFTS + f"localStorage.theme = {choice!r};")
    for path in ("/", LEAD, SERIES, "/insights/how-to-read-a-model-card/", "/insights/", "/newsletter/"):
        page.goto(path, wait_until="networkidle")
        page.mouse.wheel(0, 6000)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("shifts") == [], path


# Take the end of the page away, one element after another, and note what text moves in the first screen.
MOVES = """() => {
  const html = [...document.querySelectorAll("main *:not(svg *)")];
  const all = html.filter((one) => one.getClientRects().length);
  const top = (one) => one.getBoundingClientRect().top;
  const whole = new Map(all.map((one) => [one, top(one)]));
  const moves = new Set();
  const isText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  while (all.length) {
    all.pop().remove();
    for (const one of all)
      if (isText(one) && whole.get(one) < innerHeight && Math.abs(top(one) - whole.get(one)) > 1)
        moves.add(one.outerHTML.slice(0, 60));
  }
  return [...moves];
}"""


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_nothing_moves_while_the_rest_of_the_page_arrives(visit, size):
    """A browser may paint the beginning of a page before it has the end, and layout must not depend on the end."""
    page = visit(viewport=size)
    moves = {}
    author = "/insights/author/ai-scope-hub/"
    for path in ("/", LEAD, SERIES, author, "/insights/", "/insights/search/?q=model", "/newsletter/", "/privacy/"):
        page.goto(path)
        moves[path] = page.evaluate(MOVES)
    assert not any(moves.values()), moves


def test_the_name_stands_where_it_stays_though_the_navigation_comes_later(visit):
    """A browser may paint the beginning of a page before it has read on."""
    page = visit(viewport=WIDE)
    page.goto("/")
    top = "document.querySelector('.name').getBoundingClientRect().top"
    whole = page.evaluate(top)
    page.evaluate("document.querySelector('.top nav').remove()")
    assert abs(page.evaluate(top) - whole) < 0.5


def test_a_page_paints_from_its_one_request(visit):
    page = visit(viewport=PHONE)
    page.route("**/*", lambda route: route.continue_() if route.request.is_navigation_request() else route.abort())
    painted = "performance.getEntriesByName('first-contentful-paint').length === 1"
    blocking = "performance.getEntriesByType('resource').filter(one => one.renderBlockingStatus === 'blocking').length"
    for path in ("/", LEAD, "/insights/", "/newsletter/"):
        page.goto(path, wait_until="commit")
        wait_until(lambda: page.evaluate(painted), "the first paint")  # Playwright's own waiting needs eval
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate(blocking) == 0, path
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Charter"), path


def test_the_chosen_colours_stand_before_anything_is_painted(visit):
    """A reader with a light system who chose dark sees no light page in between."""
    page = visit(color_scheme="light")
    page.goto(LEAD)
    button = page.get_by_role("button", name="Colors")
    button.click()
    button.click()
    expect(button).to_have_text("Colors: dark")
    page.add_init_script(
        "window.grounds = []; new MutationObserver(() => { if (document.body) "
        "grounds.push(getComputedStyle(document.body).backgroundColor) }).observe(document, "
        "{ childList: true, subtree: true })"
    )
    page.goto("/insights/")
    assert set(page.evaluate("grounds")) == {"rgb(17, 20, 27)"}
    expect(page.get_by_role("button", name="Colors: dark")).to_be_visible()


def test_on_paper_only_what_is_read_remains(visit):
    page = visit()
    page.goto(CODE)
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".top nav", ".next", ".more", ".contents", "footer.foot", "[data-share]", ".ask"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".prose h2").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
