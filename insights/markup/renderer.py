"""Conversion from Markdown to HTML by `render`, for pages, previews, feeds and emails.

We use markdown-it-py (raw HTML becomes text), then nh3 with our own lists as the last step. Python-Markdown passes raw
HTML and takes minutes on 20 kB of brackets. Ids from an editor's words have a prefix, so no heading can take a name
that a script or form uses. Increase RENDERER if the same text gives other output; then run the command `rerender`.
"""

from __future__ import annotations

import html as html_module
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from insights.markup.bounds import TooMuchMarkup, bound
from insights.markup.cached_results import remember, remembered, remembered_refusal
from insights.markup.figures import REFERENCE, FigurePicture, figure, picture_uid
from insights.markup.footnotes import use_footnotes
from insights.markup.headings import inline_text, name_headings
from insights.markup.highlighting import Highlighter
from insights.markup.picture_html import PLACES, TYPES
from insights.markup.source_facts import note_definitions, note_typed_text
from insights.markup.source_lines import LINE, SourceLineRenderer
from insights.text.invisible_characters import without_direction_marks

RENDERER = "6"
MAX_BYTES = 200_000
MAX_PROBLEMS = 50  # sentences that are shown at once

_TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "div", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "img", "li", "ol", "p", "picture", "pre", "s", "section", "source", "span", "strong"),
    *("sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "id", "class", "aria-label"},
    "code": {"class"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "figure": {"class"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
    "li": {"id", "class"},
    "ol": {"start", "class"},
    "pre": {"class", "tabindex", "role", "aria-label"},
    "section": {"class", "aria-label"},
    "source": {"srcset"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
    **{f"h{level}": {"id", "aria-label"} for level in range(2, 7)},
}
_VALUES = {"source": {"type": set(TYPES.values()), "sizes": {PLACES["text"].sizes}}}  # no other values
_GAPS = {"code_inline", "softbreak", "hardbreak"}
SCHEMES = {"http", "https", "mailto", "tel"}  # of links; a link with any other becomes plain text
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rendered:
    html: str  # sanitized
    contents: list[dict[str, Any]] = field(
        default_factory=list
    )  # {"level": 2 or 3, "id": str, "text": str} per heading
    text: str = ""  # visible text without code, on which next steps are scored
    words: int = 0  # of the visible text and of code
    pictures: frozenset[str] = frozenset()  # uids in the text
    problems: tuple[str, ...] = ()  # sentences for the editor; a save refuses a text with any


class Blocks(NamedTuple):
    # Headings have `meta["id"]` as in `render`, inline tokens `meta["typed"]` (`source_facts.py`).
    tokens: list[Token]
    visible: str  # without captions
    notes: tuple[tuple[str, int], ...]  # label and line, from 0, of each footnote definition
    references: frozenset[str]  # labels of link definitions, in upper case


def render(text: str, pictures: Mapping[str, FigurePicture] | None = None, *, with_lines: bool = False) -> Rendered:
    """Render Markdown. `pictures`: by uid; any other is a problem. `with_lines`: blocks name their source line."""
    known = dict(pictures or {})
    return remembered(("html", text, with_lines, known), lambda: _rendered(text, known, with_lines=with_lines))


def _rendered(text: str, pictures: Mapping[str, FigurePicture], *, with_lines: bool) -> Rendered:
    if len(text.encode()) > MAX_BYTES:
        return Rendered(
            html="", problems=(f"The text is larger than {MAX_BYTES // 1000} kB. Split it into several articles.",)
        )
    environment: dict[str, Any] = {"pictures": pictures, "problems": [], "captions": [], "used": set()}
    parser = _parser(_LinedRenderer if with_lines else _Renderer)
    try:
        tokens = _parsed(parser, text, environment)
    except TooMuchMarkup as refused:
        return Rendered(html="", problems=(str(refused),))
    contents = name_headings(tokens)
    dirty = parser.renderer.render(tokens, parser.options, environment)
    visible, words = _visible_text(tokens)
    return Rendered(
        html=sanitise(dirty, {"*": {LINE}} if with_lines else {}),
        contents=contents,
        text="\n".join(filter(None, (visible, *environment["captions"]))),
        words=words,
        pictures=frozenset(environment["used"]),
        problems=tuple(dict.fromkeys(environment["problems"]))[:MAX_PROBLEMS],
    )


def pictures_named(text: str) -> set[str]:
    return {uid.lower() for uid in REFERENCE.findall(text)}


def parse_markdown(text: str) -> Blocks:
    """Parse a text for checks of its parts. Raises TooMuchMarkup."""
    return remembered(("blocks", text), lambda: _read(text))


def _read(text: str) -> Blocks:
    environment: dict[str, Any] = {"pictures": {}, "problems": [], "captions": [], "used": set()}
    parser = _parser(_Renderer)
    note_typed_text(parser)
    tokens = _parsed(parser, text, environment)
    name_headings(tokens)
    notes = tuple(environment.get("definitions", ()))
    return Blocks(tokens, _visible_text(tokens)[0], notes, frozenset(environment.get("references", ())))


def _parsed(parser: MarkdownIt, text: str, environment: dict[str, Any]) -> list[Token]:
    """Return the blocks. Raise TooMuchMarkup, at once if the same request refused the text before."""
    remembered_refusal(("refused", text))
    try:
        return parser.parse(without_direction_marks(text), environment)
    except TooMuchMarkup as refused:
        remember(("refused", text), refused)
        raise


def scheme_of(url: str) -> str:
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def sanitise(html: str, more: Mapping[str, set[str]] = MappingProxyType({})) -> str:
    """Remove everything that articles may not contain. `more`: further attributes, by tag."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={**_ATTRIBUTES, **more},
        tag_attribute_values=_VALUES,
        url_schemes=SCHEMES,
        link_rel="noopener",
    )


def _parser(renderer: type[_Renderer]) -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False}, renderer_cls=renderer)
    use_footnotes(parser)
    note_definitions(parser)
    bound(parser)
    return parser


class _Renderer(RendererHTML):
    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Name a heading by its own words; without `aria-label` the name of its link would be added."""
        name, words = tokens[idx].meta["id"], html_module.escape(tokens[idx].meta["text"])
        label = f' aria-label="{words}"' if words else ""
        return f'<{tokens[idx].tag} id="{name}"{label}>'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        opening = tokens[idx - 2]  # tokens of a heading: opening, inline, closing
        if not opening.meta["text"]:  # a link without a name
            return f"</{tokens[idx].tag}>\n"
        label = html_module.escape(f"Link to the section “{opening.meta['text']}”")
        anchor = f'<a class="anchor" href="#{opening.meta["id"]}" aria-label="{label}"></a>'
        return f"{anchor}</{tokens[idx].tag}>\n"

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["tables"] = env.get("tables", 0) + 1  # each region of a page needs a unique name
        return f'<div class="scroll" role="region" tabindex="0" aria-label="Table {env["tables"]}"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<th scope="col"{_aligned(tokens[idx])}>'

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<td{_aligned(tokens[idx])}>"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        language = tokens[idx].info.strip().split(maxsplit=1)[0] if tokens[idx].info.strip() else ""
        code = env.setdefault("highlighter", Highlighter()).html(tokens[idx].content, language)
        return f'<pre tabindex="0" role="group" aria-label="Code"><code class="code">{code}</code></pre>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self.fence(tokens, idx, options, env)

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        if tokens[idx].hidden or _lone_picture(tokens[idx + 1]):
            return ""
        return "<p>"

    def paragraph_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        if tokens[idx].hidden:
            return "\n" if idx + 1 < len(tokens) and tokens[idx + 1].nesting != -1 else ""
        return "" if _lone_picture(tokens[idx - 1]) else "</p>\n"

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children, options, env)
        return figure(str(token.attrGet("src") or ""), alt, str(token.attrGet("title") or ""), len(tokens) == 1, env)

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        href = str(tokens[idx].attrGet("href") or "")
        if picture_uid(href):
            env["problems"].append(f"“{href}” is a picture but written as a link. To show it, write ! before [.")
        env["link_is_dropped"] = scheme_of(href) not in {"", *SCHEMES}
        return "" if env["link_is_dropped"] else super().renderToken(tokens, idx, options, env)

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "" if env["link_is_dropped"] else "</a>"


class _LinedRenderer(SourceLineRenderer, _Renderer):
    """`_Renderer` with source lines."""


def _aligned(token: Token) -> str:
    style = str(token.attrGet("style") or "")
    names = {"text-align:right": "n", "text-align:center": "c"}
    return f' class="{names[style]}"' if style in names else ""


def _lone_picture(token: Token) -> bool:
    return token.type == "inline" and len(token.children or []) == 1 and token.children[0].type == "image"  # type: ignore[index]


def _visible_text(tokens: Sequence[Token]) -> tuple[str, int]:
    """Return the visible text without code, one block a line; and the number of words, including code."""
    lines, words = [], 0
    for token in tokens:
        if token.type in ("fence", "code_block"):
            words += len(token.content.split())
        elif token.type == "inline":
            visible = "".join(
                child.content if child.type == "text" else " " if child.type in _GAPS else ""
                for child in token.children or []
            )
            words += len(inline_text(token).split())
            lines.append(" ".join(visible.split()))
    return "\n".join(line for line in lines if line), words
