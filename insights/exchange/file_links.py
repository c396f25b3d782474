"""Links between files, rewritten as links between articles: `[two](two.md#part)` → `/insights/two/#s-part`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import unquote

from django.utils.text import slugify

from insights.exchange.body_urls import replace_links
from insights.exchange.folder import MAX_ARTICLE, ImportFolder, Unusable
from insights.exchange.front_matter import ArticleText, parse_front_matter
from insights.exchange.identities import settled_slug
from insights.exchange.problems import ExchangeRefused, Problem
from insights.markup import parse_markdown
from insights.markup.bounds import TooMuchMarkup
from insights.models import Article
from insights.models.page_urls import page_url

_ENDINGS = ("", ".md", ".markdown", "/index.md", "/_index.md", "/README.md")


class FileLinks:
    def __init__(self, folder: ImportFolder, texts: Iterable[ArticleText]) -> None:
        self.folder = folder
        self.notes: list[Problem] = []
        self._texts: dict[str, ArticleText | None] = {text.file: text for text in texts}
        self._targets: dict[tuple[str, str], ArticleText | None] = {}  # by folder and path
        self._slugs: dict[str, str] = {}
        self._headings: dict[str, frozenset[str]] = {}

    def settled(self, text: ArticleText, body: str) -> str:
        """Return `body`, that of `text`, with links to articles instead of files; other links stay."""

        def better(url: str, position: int) -> str | None:
            path, _, fragment = url.partition("#")
            target = self._target(text, unquote(path)) if path else text
            if target is None or not (slug := self._slug(target)):
                return None
            anchor = self._anchor(target, unquote(fragment)) if fragment else ""
            if fragment and not anchor:
                if path:
                    sentence = f"“{url}”: “{target.file}” has no heading “{unquote(fragment)}”. Correct the link."
                    line = text.head_lines + body.count("\n", 0, position) + 1
                    self.notes.append(Problem(text.file, sentence, line))
                anchor = fragment
            page = page_url("insights:article", slug) if path else ""
            return f"{page}#{anchor}" if anchor else page

        return replace_links(body, better)

    def _target(self, text: ArticleText, path: str) -> ArticleText | None:
        place = (str(PurePosixPath(text.file).parent), path)
        if place not in self._targets:
            self._targets[place] = self._found(text.file, path)
        return self._targets[place]

    def _found(self, base: str, path: str) -> ArticleText | None:
        if path.startswith("/"):
            base, path = "", path.lstrip("/")
        for ending in _ENDINGS:
            try:
                file = self.folder.resolve(base, (path.rstrip("/") if ending else path) + ending)
            except Unusable:
                return None
            if PurePosixPath(file).suffix.lower() in (".md", ".markdown") and (found := self._text(file)):
                return found
        return None

    def _text(self, file: str) -> ArticleText | None:
        """Return the parsed file, even if the import skips it; None if it is unusable."""
        if file not in self._texts:
            try:
                source = self.folder.read_text(file, MAX_ARTICLE)
                self._texts[file] = parse_front_matter(source, file, dt.UTC)[0]
            except Unusable:
                self._texts[file] = None
        return self._texts[file]

    def _slug(self, text: ArticleText) -> str:
        if text.file not in self._slugs:
            stored = Article.objects.filter(uid=text.uid).values_list("slug", flat=True).first() if text.uid else None
            try:
                self._slugs[text.file] = text.slug or stored or settled_slug(text)
            except ExchangeRefused:
                self._slugs[text.file] = ""
        return self._slugs[text.file]

    def _anchor(self, text: ArticleText, fragment: str) -> str:
        """Return the id of the heading that `fragment` names, with or without our prefix `s-`; else empty."""
        if text.file not in self._headings:
            try:
                tokens = parse_markdown(text.body).tokens
            except TooMuchMarkup:
                tokens = []
            self._headings[text.file] = frozenset(token.meta["id"] for token in tokens if token.type == "heading_open")
        wanted = (fragment, f"s-{slugify(fragment)[:60]}")
        return next((name for name in wanted if name in self._headings[text.file]), "")
