"""Pictures in a text: `![alt](picture:<uid> "caption")` becomes a figure with caption and credit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from insights.markup.picture_html import NO_FILES, Files, picture_html

# Exactly a UUID: the database raises an error for anything that only looks like one.
REFERENCE = re.compile(r"picture:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FigurePicture:
    url: str
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    credit: str = ""
    files: Files = NO_FILES


def picture_uid(url: str) -> str:
    match = REFERENCE.fullmatch(url)
    return match.group(1).lower() if match else ""


def figure(url: str, alt: str, caption: str, alone: bool, env: dict[str, Any]) -> str:
    """Return the HTML of a picture; a `<figure>` if it is alone in its paragraph.

    `env` has "pictures" by uid, and collects "used", "captions" and "problems". Pictures of other hosts are
    refused.
    """
    uid = picture_uid(url)
    if not uid:  # another host would learn who reads the page
        env["problems"].append(f"The picture “{url[:80]}” is not on this site. Upload the file to this site.")
        return f"<em>{escape(alt)}</em>" if alt else ""
    picture: FigurePicture | None = env["pictures"].get(uid)
    if picture is None:
        env["problems"].append(f"There is no picture with the reference “{url}”. Choose one from the library.")
        return f"<em>{escape(alt)}</em>" if alt else ""
    env["used"].add(uid)
    shown = picture_html(picture.url, alt or picture.alt, picture.width, picture.height, picture.files)
    if not alone:
        return shown
    words = escape(caption or picture.caption)
    credit = f'<span class="credit">{escape(picture.credit)}</span>' if picture.credit else ""
    env["captions"] += filter(None, (caption or picture.caption, picture.credit))
    figcaption = f"<figcaption>{' '.join(filter(None, (words, credit)))}</figcaption>" if words or credit else ""
    return f'<figure class="picture">{shown}{figcaption}</figure>\n'
