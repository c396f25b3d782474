"""Inlined style sheet and theme switch, so that a page renders after one round trip.

The Content-Security-Policy has their hashes instead of a nonce, because a nonce would prevent page caching.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

_STATIC = Path(__file__).resolve().parent / "static"


def _smaller(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s*\n\s*", "", css)
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s+(?=[^;{}]*[;}])", lambda match: match.group(1) or "", css).replace(
        ";}", "}"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


STYLE = _smaller((_STATIC / "css" / "site.css").read_text())
SCRIPT = (_STATIC / "js" / "scheme.js").read_text().strip()
INLINE_STYLE_HASHES = [_hash(STYLE)]
INLINE_SCRIPT_HASHES = [_hash(SCRIPT)]
