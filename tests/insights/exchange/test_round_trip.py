"""Export from one database and import into another: readers see the same bytes, editors the same states."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from insights.models import (
    Article,
    Author,
    Category,
    Picture,
    PictureUse,
    Redirect,
    Rule,
    Series,
    SiteSettings,
    Step,
    Tag,
    Version,
)
from insights.publishing.drafts import import_version
from tests.databases import migrated_file
from tests.factories import make_article
from tests.insights.exchange.article_files import run, stored_files
from tests.insights.exchange.rich_publication import make_publication, walk

pytestmark = pytest.mark.django_db

PAGES = "import django; django.setup(); from tests.insights.exchange import rich_publication as r; r.tell_pages('{}')"
ROOT = Path(__file__).resolve().parents[3]


def facts():
    """Return all data about articles and texts, without row ids and values that only a database has."""
    unwanted = {
        "id",
        "article",
        "views",
        "created_by",
        "updated_by",
        "category",
        "series",
        "cover",
        "pinned_step",
        "step",
        "around",  # names tags by row; the page's own output is compared below
        "related_at",
        "kept_at",  # the history is no part of a file
        "kept_as",
    }
    versions = {}
    for version in Version.objects.filter(superseded_at=None).exclude(live_until__lte=timezone.now()):
        key = f"{version.article.slug} {version.live_from} {bool(version.submitted_at)}"
        versions[key] = {
            name: value
            for name, value in version.__dict__.items()
            if name.removesuffix("_id") not in unwanted | {"_state"}
        } | {
            "created_at": None,
            "authors": [byline.author.slug for byline in version.bylines.all()],
            "tags": [row.tag.slug for row in version.version_tags.all()],
            "rows": [str(getattr(version, name)) for name in ("category", "series", "cover", "pinned_step", "step")],
            "pictures": sorted(str(use.picture.uid) for use in PictureUse.objects.filter(version=version)),
        }
    return {
        "versions": versions,
        "articles": list(
            Article.objects.order_by("pk").values(
                "uid", "slug", "published_at", "unpublished_at", "takes_feedback", "created_at"
            )
        ),
        "status": {article.slug: article.status() for article in Article.objects.all()},
        "former": sorted((row.kind, row.slug, str(row.target)) for row in Redirect.objects.all()),
        "pictures": list(Picture.objects.order_by("pk").values(*names(Picture, "id", "uploaded_by"))),
        "authors": list(Author.objects.order_by("pk").values(*names(Author, "id", "user", "avatar"))),
        "categories": list(Category.objects.values("name", "slug", "text", "position", "picture__uid")),
        "tags": list(Tag.objects.values("name", "slug", "text", "picture__uid")),
        "series": list(Series.objects.values("title", "slug", "text", "picture__uid")),
        "steps": list(Step.objects.values(*names(Step, "id", "target_article"), "target_article__slug")),
        "rules": list(Rule.objects.order_by("step__slug").values(*names(Rule, "id", "step"), "step__slug")),
        "site": SiteSettings.objects.values(*names(SiteSettings, "logo"), "logo__uid").get(),
    }


def names(model, *unwanted):
    return [field.name for field in model._meta.fields if field.name not in unwanted]


def empty_the_database():
    Article.objects.update(published_at=None)
    for model in (PictureUse, Step, Article, Author, Category, Tag, Series, SiteSettings, Picture, Redirect):
        model.objects.all().delete()
    SiteSettings.forget()


@pytest.fixture
def publication():
    SiteSettings.forget()
    make_publication()
    yield
    SiteSettings.forget()


def test_everything_comes_back(publication, tmp_path, settings):
    before, pages, files = facts(), walk(), stored_files(settings.MEDIA_ROOT)
    run("export_articles", tmp_path / "out")
    empty_the_database()
    for name in files:
        (Path(settings.MEDIA_ROOT) / name).unlink()
    run("import_articles", tmp_path / "out")
    after = facts()
    for part, found in before.items():
        assert after[part] == found
    assert stored_files(settings.MEDIA_ROOT) == files
    again = walk()
    assert again.keys() == pages.keys()
    for address, page in pages.items():
        assert again[address] == page


def test_a_second_import_of_an_export_changes_nothing(publication, tmp_path):
    run("export_articles", tmp_path / "out")
    output = run("import_articles", tmp_path / "out")
    assert output.splitlines()[-1].startswith("0 new, 0 changed, ")
    assert all(line.startswith(("unchanged", "0 new")) for line in output.splitlines())


def test_the_same_publication_gives_the_same_files(publication, tmp_path):
    run("export_articles", tmp_path / "one")
    empty_the_database()
    run("import_articles", tmp_path / "one")
    run("export_articles", tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_an_export_whose_scheduled_text_has_come_out_still_changes_nothing(tmp_path):
    article = make_article("Changing", body="Before.\n")
    article.publish(import_version(article, {"body": "After.\n"}), timezone.now() + dt.timedelta(days=2))
    run("export_articles", tmp_path / "out")
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        assert article.live_version().body == "After.\n"
        assert "0 new, 0 changed, 2 unchanged." in run("import_articles", tmp_path / "out")
        assert article.live_version().body == "After.\n"
        Article.objects.all().delete()
        run("import_articles", tmp_path / "out")
        assert [version.body for version in Article.objects.get().versions.order_by("pk")] == ["Before.\n", "After.\n"]
        assert Article.objects.get().live_version().body == "After.\n"


def test_another_database_of_another_kind_shows_the_same_pages(tmp_path):
    """The other database is SQLite in processes of its own: from there to here, and from here to there."""
    SiteSettings.forget()
    there = json.loads(elsewhere(tmp_path / "a", "-c", PAGES.format("make")))
    elsewhere(tmp_path / "a", "manage.py", "export_articles", str(tmp_path / "out"), migrate=False)
    empty_the_database()
    run("import_articles", tmp_path / "out")
    here = walk()
    assert here.keys() == there.keys()
    assert all(here[address] == page for address, page in there.items())
    run("export_articles", tmp_path / "back")
    assert tree(tmp_path / "back") == tree(tmp_path / "out")
    elsewhere(tmp_path / "b", "manage.py", "import_articles", str(tmp_path / "back"))
    third = json.loads(elsewhere(tmp_path / "b", "-c", PAGES.format(""), migrate=False))
    assert third == here
    SiteSettings.forget()


def elsewhere(folder: Path, *arguments: str, migrate: bool = True) -> str:
    """Return the output of a Python process with an SQLite database of its own in `folder`."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'hub.sqlite3'}",
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    if migrate:
        folder.mkdir()
        shutil.copy(migrated_file(), folder / "hub.sqlite3")
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
