"""Source line of each block in the preview, so that text and preview scroll together; readers do not get it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

LINE = "data-line"  # counted from 0
_FIRST_TAG = re.compile(r"<[a-z][a-z0-9]*")


class SourceLineRenderer(RendererHTML):
    """Renderer that puts LINE on the first tag of every block."""

    def render(self, tokens: Sequence[Token], options: Any, env: Any) -> str:
        pieces = []
        line: int | None = None  # of a block whose tag is still to come, such as a picture alone in its paragraph
        for position, token in enumerate(tokens):
            piece = self._piece(tokens, position, options, env)
            if token.map and token.nesting >= 0 and token.type != "inline":
                line = token.map[0]
            if line is not None and (tag := _FIRST_TAG.match(piece)):
                if token.type != "inline" or piece.startswith("<figure"):
                    piece = f'{tag[0]} {LINE}="{line}"{piece[tag.end() :]}'
                line = None
            pieces.append(piece)
        return "".join(pieces)

    def _piece(self, tokens: Sequence[Token], position: int, options: Any, env: Any) -> str:
        token = tokens[position]
        if token.type == "inline":
            return self.renderInline(token.children, options, env) if token.children else ""
        rule = self.rules.get(token.type)
        return rule(tokens, position, options, env) if rule else self.renderToken(tokens, position, options, env)
