"""Whether a reader's name could be taken for that of somebody who works here.

Two names are alike when their skeletons are: compatibility forms folded, everything that is no letter or digit left
out (spaces, marks, zero-width characters), letters of other scripts that look like Latin ones replaced, and I, l and 1
taken for one. The table holds what passes for Latin in common fonts, not all of Unicode's confusables.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from feedback.models import Answer
from insights.models import Author, SiteSettings, User

_LOOKS_LIKE = str.maketrans(
    "абвгеікмнопрстухѕјԁһԛԝүѵӏαβγεηικνορτυχωϲϳ01|ıłøđħɡɑɩ",
    "abbreikmhonpctyxsjdhqwyvlabyenikvoptuxwcjollllodhgal",
)
_ALIKE = str.maketrans("i", "l")
_LONG_ENOUGH = 5  # a shorter name inside another one is chance


def skeleton(name: str) -> str:
    """What is left of a name when everything that eyes overlook is taken away."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(character for character in text.translate(_LOOKS_LIKE) if unicodedata.category(character)[0] in "LN")
    return kept.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def staff_skeletons() -> set[str]:
    """Of all bylines, of everybody who may enter the desk, and of the publication."""
    names = [*Author.objects.values_list("name", flat=True)]
    names += User.objects.filter(is_staff=True).values_list("name", flat=True)
    return {key for key in map(skeleton, [*names, SiteSettings.current().name]) if key}


def resembles_staff(name: str) -> bool:
    """Whether readers could take `name` for one of the staff's, or for one with something around it."""
    key = skeleton(name)
    return bool(key) and any(
        key == staff or (len(staff) >= _LONG_ENOUGH and staff in key) for staff in staff_skeletons()
    )


def mark_namesakes(instance: Author | User, **kwargs: Any) -> None:
    """Mark the answers under a name that somebody of the staff bears from now on."""
    key = skeleton(instance.name)
    if key and (isinstance(instance, Author) or instance.is_staff):
        Answer.objects.filter(name_key=key).update(resembles_staff=True)
