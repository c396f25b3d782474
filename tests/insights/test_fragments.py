"""A fragment is rendered once for the same values, and anew for any other."""

import pytest
from django.template.loader import get_template
from django.utils import timezone

from insights.reading import fragments
from insights.reading.fragments import fragment


@pytest.fixture
def rendered(monkeypatch):
    """The values that a template was really rendered with, in order."""
    fragments._remembered.cache_clear()
    seen = []

    def counting(name):
        template = get_template(name)

        class Counted:
            def render(self, values):
                seen.append(values)
                return template.render(values)

        return Counted()

    monkeypatch.setattr(fragments, "get_template", counting)
    yield seen
    fragments._remembered.cache_clear()


def signup(**values):
    return fragment("newsletter/_signup.html", **{"hidden": (), "typed": "", "error": "", "prefix": "p", **values})


def test_the_same_values_are_rendered_once(rendered):
    assert signup(wording="One") == signup(wording="One")
    assert len(rendered) == 1


def test_other_values_are_rendered_anew(rendered):
    assert "Two" in signup(wording="Two")
    assert "Three" in signup(wording="Three")
    assert len(rendered) == 2


def test_another_time_zone_is_another_fragment(rendered):
    signup(wording="One")
    with timezone.override("Asia/Shanghai"):
        signup(wording="One")
    assert len(rendered) == 2


def test_a_large_fragment_is_not_kept(rendered):
    long = "x" * (fragments.MOST_LETTERS + 1)
    assert long in signup(wording=long)
    assert long in signup(wording=long)
    assert len(rendered) == 2


def test_what_a_visitor_typed_is_still_text():
    assert "<script>" not in signup(wording="", typed='"><script>alert(1)</script>')
