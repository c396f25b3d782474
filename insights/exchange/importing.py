"""Import of a folder or one file into the database: everything or nothing.

Texts to publish must pass the pre-publish checks. A file that is unchanged since an export is restored without them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from insights import signals
from insights.exchange import front_matter, manifest, prepublish, publication, publication_in
from insights.exchange.articles_in import ArticleIn
from insights.exchange.body_urls import local_pictures
from insights.exchange.file_links import FileLinks
from insights.exchange.folder import MAX_ARTICLE, MAX_MANIFEST, MAX_PUBLICATION, ImportFolder, Unusable
from insights.exchange.front_matter import ArticleText
from insights.exchange.groups import Placed, ordered
from insights.exchange.identities import Identity, random_identity
from insights.exchange.invisible_characters import tidy
from insights.exchange.manifest import Manifest
from insights.exchange.naming import Names
from insights.exchange.pictures_in import PicturesIn, showing
from insights.exchange.problems import ExchangeRefused, Problem
from insights.exchange.publication import Publication
from insights.exchange.steps_in import StepsIn
from insights.models import Article, SiteSettings, Version
from insights.next_step import recalculation
from insights.publishing.rendering import COMPUTED_FIELDS, TextRefused, render_version

Track = Callable[[Iterable[Any], str], Iterable[Any]]


@dataclass(slots=True)
class ImportOutcome:
    # (file, "new" | "changed" | "unchanged", keys that differed)
    files: list[tuple[str, str, list[str]]] = field(default_factory=list)
    surroundings: list[str] = field(default_factory=list)  # sentences about authors, steps and so on
    notes: list[Problem] = field(default_factory=list)  # findings about texts that were imported all the same

    def count(self, state: str) -> int:
        return sum(1 for _, found, _ in self.files if found == state)

    @property
    def changes_something(self) -> bool:
        return bool(self.surroundings) or any(state != "unchanged" for _, state, _ in self.files)


def import_path(
    path: Path,
    *,
    dry_run: bool = False,
    identity: Identity = random_identity,
    accept: Callable[[ArticleText], bool] | None = None,  # chooses among the files
    track: Track = lambda items, label: items,
) -> ImportOutcome:
    """Import a folder or one Markdown file. Raises ExchangeRefused with all problems; nothing has changed then.

    `identity` gives a new article its uid. With `accept`, only missing rows of `publication.yaml` are imported.
    """
    return _Import(path, identity, accept, track).run(dry_run)


class _Import:
    def __init__(
        self, path: Path, identity: Identity, accept: Callable[[ArticleText], bool] | None, track: Track
    ) -> None:
        try:
            self.folder = ImportFolder(path)
        except Unusable as error:
            raise ExchangeRefused(Problem(str(path), str(error))) from None
        self.identity, self.accept, self.track = identity, accept, track
        self.problems: list[Problem] = []
        self.manifest, self.publication = Manifest(), Publication()
        self.texts: list[Placed] = []
        self.outcome, self.names = ImportOutcome(), Names()
        self.links = FileLinks(self.folder, [])
        self.unaltered: set[str] = set()  # files unchanged since our export
        self.written: list[tuple[ArticleText, Version]] = []  # must pass the pre-publish checks

    def run(self, dry_run: bool) -> ImportOutcome:
        self._read()
        try:
            return self._bring_in(dry_run)
        except (OSError, OperationalError) as error:  # a full or read-only disk; everything was rolled back
            why = (error.strerror if isinstance(error, OSError) else "") or str(error)
            raise ExchangeRefused(Problem(str(self.folder.root), f"Cannot save the import: {why}.")) from None

    def _bring_in(self, dry_run: bool) -> ImportOutcome:
        with PicturesIn(self.folder, self.manifest, draws_renditions=not dry_run) as pictures:
            self._prepare(pictures)
            try:
                with transaction.atomic():
                    self._apply(pictures)
                    if self.problems:
                        raise ExchangeRefused(*self.problems)
                    if dry_run:
                        transaction.set_rollback(True)
                    else:
                        self._tell()
                        pictures.store()
            except Unusable as error:
                pictures.delete_stored()
                raise ExchangeRefused(Problem(str(self.folder.root), str(error))) from None
            except IntegrityError:
                pictures.delete_stored()
                sentence = "The data was changed at the same time. Run the command again."
                raise ExchangeRefused(Problem(str(self.folder.root), sentence)) from None
            except BaseException:
                pictures.delete_stored()
                raise
            finally:
                SiteSettings.forget()  # it may hold rolled-back values
        return self.outcome

    def _read(self) -> None:
        """Read and check each file. Raise ExchangeRefused if the rest cannot be checked without it."""
        try:
            if self.folder.has(manifest.NAME):
                self.manifest = manifest.read_manifest(self.folder.read_text(manifest.NAME, MAX_MANIFEST))
            if not self.folder.only and self.folder.has(publication.NAME):
                self.publication = publication.read_publication(
                    self.folder.read_text(publication.NAME, MAX_PUBLICATION)
                )
        except Unusable as error:
            raise ExchangeRefused(Problem(self.folder.root.name, str(error))) from None
        if self.accept is not None:
            self.publication = publication_in.missing_rows(self.publication)
        zone = self.publication.zone(SiteSettings.current().time_zone)
        files = self._files()
        if not files and not self.publication.rows:
            raise ExchangeRefused(Problem(str(self.folder.root), "There is no Markdown file (.md) in this folder."))
        texts = []
        for file in self.track(files, "Reading"):
            text = self._text(file, zone)
            if text and (self.accept is None or self.accept(text)):
                texts.append(text)
        self.links = FileLinks(self.folder, texts)
        self.texts, problems = ordered(texts, self.manifest)
        self.problems += problems

    def _text(self, file: str, zone: dt.tzinfo) -> ArticleText | None:
        try:
            source = self.folder.read_text(file, MAX_ARTICLE)
        except Unusable as error:
            self.problems.append(Problem(file, str(error)))
            return None
        text, problems = front_matter.parse_front_matter(source, file, zone)
        self.problems += problems
        if text is None:
            return None
        entry = self.manifest.file_entry(file)
        if entry and entry.sha256 == hashlib.sha256(source.encode()).hexdigest():
            self.unaltered.add(file)
            return text
        self.outcome.notes += tidy(text)
        if not text.title:
            self.problems.append(text.problem("title", "Every article needs a title."))
            return None
        return text

    def _files(self) -> list[str]:
        try:
            return self.folder.articles()
        except Unusable as error:
            raise ExchangeRefused(Problem(str(self.folder.root), str(error))) from None

    def _prepare(self, pictures: PicturesIn) -> None:
        for text in self.track([placed.text for placed in self.texts], "Pictures"):
            if text.cover:
                try:
                    cover = pictures.url(text.file, text.cover)
                    pictures.prepare(cover, text.texts["cover_alt"])
                except Unusable as error:
                    self.problems.append(text.problem("cover", str(error)))
                else:
                    text.cover = cover
            for url, shown in local_pictures(text.body).items():
                try:
                    pictures.prepare(pictures.url(text.file, url), shown.alt)
                except Unusable as error:
                    self.problems.append(Problem(text.file, str(error), text.head_lines + shown.line))
        for table, key in publication_in.picture_urls(self.publication):
            try:
                pictures.prepare(pictures.url(publication.NAME, table[key]))
            except Unusable as error:
                self.problems.append(publication.problem(table, key, str(error)))
        if not self.folder.only:
            for url in self.track(self.manifest.pictures, "Picture library"):
                try:
                    if self.folder.has(pictures.url(manifest.NAME, url)):
                        pictures.prepare(url)
                except Unusable as error:
                    self.problems.append(Problem(manifest.NAME, str(error)))

    def _apply(self, pictures: PicturesIn) -> None:
        is_broken = bool(self.problems)
        if any(found.file == publication.NAME for found in self.problems):
            return  # further problems may follow from it
        steps = StepsIn(self.publication)
        try:
            self.outcome.surroundings += publication_in.apply(self.publication, pictures)
            steps.apply()
        except ExchangeRefused as refused:
            self.problems += refused.problems
            return
        if not self.folder.only and not is_broken:
            self._library(pictures)
        broken = {problem.file for problem in self.problems}
        for placed in self.track(self.texts, "Articles"):
            if placed.text.file not in broken:
                self._article(placed, pictures)
        if self.problems:
            return
        try:
            steps.aim()
        except ExchangeRefused as refused:
            self.problems += refused.problems
        self.outcome.surroundings += steps.changes
        self._check()
        self._catch_up(steps, pictures)

    def _library(self, pictures: PicturesIn) -> None:
        """Import pictures of an export that no article shows."""
        for url in self.manifest.pictures:
            if pictures.is_unchanged_since_export(url) and pictures.is_new(url):
                pictures.record(url)
                self.outcome.surroundings.append(f"picture {url}: new")

    def _article(self, placed: Placed, pictures: PicturesIn) -> None:
        text = placed.text
        entry = self.manifest.articles.get(text.uid) if text.uid else None
        pictures.begin()
        article = ArticleIn(placed, pictures, self.names, self.links, entry, self.manifest.file_entry(text.file))
        try:
            with transaction.atomic():
                article.apply(self.identity)
        except ExchangeRefused as refused:
            self.problems += refused.problems
            self.names.forget()
            pictures.roll_back()
            return
        state = "new" if article.made else "changed" if article.changed else "unchanged"
        keys = list(dict.fromkeys(article.changed)) if state == "changed" else []
        self.outcome.files.append((text.file, state, keys))
        if state != "unchanged" and article.version and text.file not in self.unaltered:
            self.written.append((text, article.version))

    def _check(self) -> None:
        for text, version in self.track(self.written, "Checks"):
            refused, said = prepublish.findings(text, version)
            self.problems += refused
            self.outcome.notes += said
        self.outcome.notes += self.links.notes

    def _catch_up(self, steps: StepsIn, pictures: PicturesIn) -> None:
        """Update texts outside the import: changed picture texts, and next steps after a change of rules."""
        for version in Version.objects.filter(pk__in=showing(pictures.changed)).select_related("article"):
            with contextlib.suppress(TextRefused):  # a text that would be refused now keeps its HTML
                render_version(version)
                version.save(update_fields=COMPUTED_FIELDS)
                signals.article_changed.send(sender=Article, article=version.article)
        if steps.needs_recalculation and Version.objects.current().exists():
            recalculation.request_recalculation(None)

    def _tell(self) -> None:
        outcome = self.outcome
        if outcome.surroundings:
            signals.listing_changed.send(sender=type(self))
        if outcome.changes_something:
            counts = {state: outcome.count(state) for state in ("new", "changed", "unchanged")}
            signals.audit_event.send(
                sender=type(self), actor=None, verb="imported articles", subject=self.folder.root.name, details=counts
            )
