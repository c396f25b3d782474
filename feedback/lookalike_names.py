"""Look-alike detection: whether a reader's name resembles that of staff.

Two names are alike if their skeletons are equal. The table covers common fonts, not all of Unicode's confusables.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from feedback.models import Answer
from insights.models import Author, SiteSettings, User

# Characters of other scripts that look like Latin ones, and the Latin ones.
_LOOKS_LIKE = str.maketrans(
    "абвгеікмнопрстухѕјԁһԛԝүѵӏαβγεηικνορτυχωϲϳ01|ıłøđħɡɑɩ",
    "abbreikmhonpctyxsjdhqwyvlabyenikvoptuxwcjollllodhgal",
)
_ALIKE = str.maketrans("i", "l")  # I, l and 1 look alike
_LONG_ENOUGH = 5  # a shorter name is contained in others by chance


def skeleton(name: str) -> str:
    """Normalize a name for look-alike comparison: case, accents, homoglyphs, invisible characters."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(character for character in text.translate(_LOOKS_LIKE) if unicodedata.category(character)[0] in "LN")
    return kept.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def staff_skeletons() -> set[str]:
    names = [*Author.objects.values_list("name", flat=True)]
    names += User.objects.filter(is_staff=True).values_list("name", flat=True)
    return {key for key in map(skeleton, [*names, SiteSettings.current().name]) if key}


def resembles_staff(name: str) -> bool:
    """Return whether `name` is like a name of staff, or contains one that is long enough."""
    key = skeleton(name)
    return bool(key) and any(
        key == staff or (len(staff) >= _LONG_ENOUGH and staff in key) for staff in staff_skeletons()
    )


def mark_namesakes(instance: Author | User, **kwargs: Any) -> None:
    """Mark the answers under a name that a byline or staff account has now."""
    key = skeleton(instance.name)
    if key and (isinstance(instance, Author) or instance.is_staff):
        Answer.objects.filter(name_key=key).update(resembles_staff=True)
