"""Renditions through export and import: the same pages at once, the same files, and no requests for missing files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image

from insights.exchange.picture_files import understood
from insights.models import Article, Picture, PictureUse
from insights.pictures.renditions import RECIPE
from tests.factories import make_article
from tests.insights.exchange.article_files import refused, run, stored_files
from tests.insights.exchange.rich_publication import walk
from tests.insights.photos import make_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def exported(tmp_path, settings):
    """Return the pages and files of a publication with renditions that exists only in its export."""
    photo, other = make_photo((1300, 800)), make_photo((700, 500))
    make_article("Shown", cover=photo, body=f"![]({other.reference})\n")
    call_command("make_renditions")
    pages, files = walk(), stored_files(settings.MEDIA_ROOT)
    assert "<picture>" in pages["/insights/shown/"]
    run("export_articles", tmp_path / "out")
    Article.objects.update(published_at=None)
    for model in (PictureUse, Article, Picture):
        model.objects.all().delete()
    for name in files:
        (Path(settings.MEDIA_ROOT) / name).unlink()
    return pages, files


def test_the_pages_are_the_same_before_any_worker_ran(exported, tmp_path, settings):
    pages, files = exported
    run("import_articles", tmp_path / "out")
    assert walk() == pages
    assert stored_files(settings.MEDIA_ROOT) == files
    run("export_articles", tmp_path / "again")
    assert (tmp_path / "again/manifest.yaml").read_bytes() == (tmp_path / "out/manifest.yaml").read_bytes()
    assert "0 new, 0 changed, " in run("import_articles", tmp_path / "out").splitlines()[-1]


def test_a_trial_run_stores_nothing(exported, tmp_path, settings):
    run("import_articles", "--dry-run", tmp_path / "out")
    assert not Picture.objects.exists()
    assert not stored_files(settings.MEDIA_ROOT)


def test_an_import_that_fails_leaves_no_file(exported, tmp_path, settings):
    (tmp_path / "out/zz-broken.md").write_text("---\ntitle: Broken\nnext_step: nowhere\n---\nWords\n")
    refused(tmp_path / "out")
    assert not Picture.objects.exists()
    assert not stored_files(settings.MEDIA_ROOT)


@pytest.mark.parametrize("recipe", [0, RECIPE + 1])
def test_another_recipe_s_are_left_to_the_worker(exported, tmp_path, recipe):
    manifest = tmp_path / "out/manifest.yaml"
    text = manifest.read_text()
    assert f"{RECIPE} avif" in text
    manifest.write_text(text.replace(f"{RECIPE} avif", f"{recipe} avif"))
    run("import_articles", tmp_path / "out")
    assert set(Picture.objects.values_list("renditions_recipe", flat=True)) == {0}
    assert Article.objects.get().live_version().html.count("<source") == 0
    call_command("make_renditions")
    assert walk() == exported[0]


@pytest.mark.parametrize(
    ("words", "widths"),
    [
        (f"{RECIPE}", {}),
        (f"{RECIPE} avif 320 480 webp 1000", {"avif": [320, 480], "webp": [1000]}),
        (f"{RECIPE} webp 800", {"webp": [800]}),
        ("", None),
        ("0 avif 320", None),
        (f"{RECIPE} avif", None),
        (f"{RECIPE} avif 481", None),  # no step of ours
        (f"{RECIPE} avif 1600", None),  # wider than the picture
        (f"{RECIPE} avif 480 320", None),
        (f"{RECIPE} avif 320 320", None),
        (f"{RECIPE} avif 320 avif 480", None),
        (f"{RECIPE} jpeg 320", None),
        (f"{RECIPE} 320", None),
        (f"{RECIPE} avif ٣٢٠", None),
        (f"{RECIPE} avif -320", None),
        (f"{RECIPE} avif 99999999999999999999", None),
        ("../../x avif 320", None),
    ],
)
def test_only_words_of_our_own_are_understood(words, widths):
    assert understood(words, 1000, 700) == widths


def test_a_forged_picture_is_reencoded_despite_its_manifest(exported, tmp_path):
    """Hash and widths in a manifest can be forged. A picture that is not in our encoding is an upload."""
    manifest, images = tmp_path / "out/manifest.yaml", sorted((tmp_path / "out/images").iterdir())
    before = hashlib.sha256(images[0].read_bytes()).hexdigest()
    Image.open(images[0]).save(images[0], "JPEG", comment=b"SECRET")
    after = hashlib.sha256(images[0].read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(before, after))
    run("import_articles", tmp_path / "out")
    assert sorted(Picture.objects.values_list("renditions_recipe", flat=True)) == [0, RECIPE]
