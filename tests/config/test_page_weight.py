"""Weight of every page: small enough for the first round trip, and without other hosts or files."""

import gzip
from pathlib import Path

from config.page_assets import SCRIPT, STYLE

STATIC = Path(__file__).resolve().parents[2] / "config" / "static"


def test_the_inlined_sheet_is_light() -> None:
    assert len(gzip.compress(STYLE.encode(), 9)) <= 5_600


def test_the_inlined_sheet_fetches_nothing() -> None:
    assert "@import" not in STYLE
    assert "url(" not in STYLE


def test_nothing_inlined_can_end_its_own_element() -> None:
    assert "</" not in STYLE
    assert "</" not in SCRIPT


def test_the_scheme_is_set_in_a_few_bytes_and_all_scripts_stay_small() -> None:
    assert len(SCRIPT.encode()) <= 300
    assert sum(path.stat().st_size for path in (STATIC / "js" / "scheme.js", STATIC / "js" / "site.js")) <= 5_000


def test_both_sheets_know_light_and_dark() -> None:
    for sheet in (STATIC / "css" / "site.css", STATIC / "css" / "admin.css"):
        assert "light-dark(" in sheet.read_text()


def test_the_icons_are_there() -> None:
    assert (STATIC / "icons" / "favicon.svg").read_text().startswith("<svg")
    assert (STATIC / "icons" / "favicon.ico").read_bytes()[:4] == b"\x00\x00\x01\x00"
    assert (STATIC / "icons" / "apple-touch-icon.png").read_bytes()[:4] == b"\x89PNG"
