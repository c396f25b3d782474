"""The page's own style sheet and theme switch, inlined so that a page paints from its first round trip.

Read once at start; their SHA-256 stands in the Content-Security-Policy, which therefore needs no `unsafe-inline`
and no nonce (a nonce would end page caching).
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

_STATIC = Path(__file__).resolve().parent / "static"


def _smaller(css: str) -> str:
    """The sheet without comments, line breaks and indentation."""
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
