"""Export of the publication to a folder: complete or not at all, and never over files of others."""

import hashlib

import pytest
from django.core.management import CommandError

from insights.exchange import manifest, verbatim_pictures
from insights.models import Article, Picture
from insights.publishing.drafts import import_version
from insights.publishing.rendering import render_version
from tests.factories import make_article, make_author, make_picture
from tests.insights.exchange.article_files import run, stored_files, write_article, write_picture

pytestmark = pytest.mark.django_db


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_article_is_written_as_the_contract_shows_it(tmp_path):
    article = make_article("Plain: title", authors=[make_author("AI Scope Hub")], body="Text.\n", excerpt="One.")
    run("export_articles", tmp_path / "out")
    head, body = (tmp_path / "out/plain-title.md").read_text().removeprefix("---\n").split("---\n")
    assert body == "Text.\n"
    assert head.splitlines()[:5] == [
        "title: 'Plain: title'",
        "slug: plain-title",
        f"id: {article.uid}",
        f"date: {article.published_at.isoformat()}",
        f"updated: {article.live_version().updated_at.isoformat()}",
    ]
    assert "authors: [AI Scope Hub]" in head


def test_each_text_that_counts_has_its_file_and_pictures_stand_beside(tmp_path):
    picture = make_picture()
    article = make_article("One", body=f"![A]({picture.reference})\n")
    import_version(article, {"body": "Draft"})
    make_article("Two", published=None)
    run("export_articles", tmp_path / "out")
    stored = f"images/{picture.uid.hex}.png"
    assert files(tmp_path / "out") == {
        "one.md", "one.draft.md", "two.md", stored, "publication.yaml", "manifest.yaml",
    }  # fmt: skip
    assert f"![A]({stored})" in (tmp_path / "out/one.md").read_text()
    written = manifest.read_manifest((tmp_path / "out/manifest.yaml").read_text())
    assert written.pictures[stored].sha256 == hashlib.sha256((tmp_path / "out" / stored).read_bytes()).hexdigest()
    assert set(written.hashes) == files(tmp_path / "out") - {"manifest.yaml"}


def test_a_second_export_says_what_changed_and_removes_what_is_gone(tmp_path):
    make_article("One")
    make_article("Two")
    assert "4 new, 0 changed, 0 unchanged, 0 removed." in run("export_articles", tmp_path / "out")
    assert run("export_articles", tmp_path / "out") == "0 new, 0 changed, 4 unchanged, 0 removed.\n"
    Article.objects.get(slug="one").delete()
    output = run("export_articles", tmp_path / "out", "--dry-run")
    assert output.splitlines()[-2:] == [
        "removed   one.md",
        "0 new, 1 changed, 2 unchanged, 1 removed. Nothing was written: this was a dry run.",
    ]
    assert "one.md" in files(tmp_path / "out")
    run("export_articles", tmp_path / "out")
    assert files(tmp_path / "out") == {"two.md", "publication.yaml", "manifest.yaml"}


def test_a_dry_run_writes_nothing(tmp_path):
    make_article("One")
    run("export_articles", tmp_path / "out", "--dry-run")
    assert list(tmp_path.glob("[!m]*")) == []


@pytest.mark.parametrize("name", ["notes.txt", "manifest.yaml", ".hidden", "sub/file"])
def test_a_folder_with_other_things_in_it_is_refused(tmp_path, name):
    path = tmp_path / "out" / name
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(CommandError, match="The folder contains other files, such as"):
        run("export_articles", tmp_path / "out")
    assert path.read_text() == "mine"
    assert files(tmp_path / "out") == {name}


def test_an_edited_export_is_not_replaced(tmp_path):
    make_article("One")
    run("export_articles", tmp_path / "out")
    path = tmp_path / "out/one.md"
    path.write_text(path.read_text() + "Edited.\n")
    with pytest.raises(CommandError, match=r"one\.md: This file was edited after the export"):
        run("export_articles", tmp_path / "out")
    assert path.read_text().endswith("Edited.\n")
    assert "changed   one.md  (body, updated)" in run("import_articles", tmp_path / "out")


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    for path in (tmp_path / "out", tmp_path / "out/below"):
        with pytest.raises(CommandError):
            run("export_articles", path)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_lost_picture_leaves_the_older_export_as_it_was(tmp_path):
    make_article("One")
    run("export_articles", tmp_path / "out")
    before = files(tmp_path / "out")
    picture = make_picture()
    picture.file.storage.delete(picture.file.name)
    make_article("Two")
    with pytest.raises(CommandError, match=r"The file of the picture “.+” is missing from the storage"):
        run("export_articles", tmp_path / "out")
    assert files(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


class TestTheManifestOnTheWayBack:
    @pytest.fixture
    def exported(self, tmp_path):
        picture = make_picture(alt="Words", credit="Somebody")
        make_article("One", body=f"![A]({picture.reference})\n")
        run("export_articles", tmp_path / "out")
        Article.objects.all().delete()
        Picture.objects.all().delete()
        picture.file.storage.delete(picture.file.name)
        return tmp_path / "out", picture

    def test_a_picture_it_vouches_for_is_kept_as_it_is(self, exported):
        """U08: the stored name is kept through export and import."""
        folder, before = exported
        content = (folder / f"images/{before.uid.hex}.png").read_bytes()
        run("import_articles", folder)
        picture = Picture.objects.get()
        with picture.file.open() as stream:
            assert stream.read() == content
        assert (picture.uid, picture.file.name, picture.credit) == (before.uid, before.file.name, "Somebody")

    def test_words_of_a_picture_that_changed_reach_the_pages(self, tmp_path):
        picture = make_picture(caption="Old words")
        article = make_article("One", body=f"![A]({picture.reference})\n")
        run("export_articles", tmp_path / "out")
        picture.caption = "New words"
        picture.save()
        rerendered = article.live_version()
        render_version(rerendered)
        rerendered.save()
        assert "New words" in article.live_version().html
        run("import_articles", tmp_path / "out")
        assert "Old words" in article.live_version().html
        assert article.versions.count() == 1

    def test_a_changed_picture_is_reencoded(self, exported):
        folder, before = exported
        write_picture(folder / f"images/{before.uid.hex}.png", color="red")
        run("import_articles", folder)
        picture = Picture.objects.get()
        assert picture.uid != before.uid
        assert picture.credit == "Somebody"

    def test_a_forged_hash_does_not_let_a_file_through(self, exported):
        """U06, U18: a manifest is no reason to trust bytes."""
        folder, before = exported
        path = folder / f"images/{before.uid.hex}.png"
        for content, is_picture in (
            (b"<script>alert(1)</script>", False),
            (path.read_bytes() + b"<script>alert(1)</script>", True),
            (write_picture(folder / "x.jpg", comment=b"SECRET").read_bytes(), True),
        ):
            path.write_bytes(content)
            listing = folder / "manifest.yaml"
            old = manifest.read_manifest(listing.read_text()).pictures[f"images/{path.name}"].sha256
            listing.write_text(listing.read_text().replace(old, hashlib.sha256(content).hexdigest()))
            if is_picture:
                run("import_articles", folder)
                with Picture.objects.latest("pk").file.open() as stream:
                    assert not {b"script", b"SECRET"} & set(stream.read().split())
                    stream.seek(0)
                    assert b"script" not in stream.read()
                Article.objects.all().delete()
                Picture.objects.all().delete()
            else:
                with pytest.raises(CommandError, match="This file is not a supported picture, or it is damaged"):
                    run("import_articles", folder)

    @pytest.mark.parametrize(
        "stored", ["../../evil.png", "pictures/2026/../x.png", "pictures/2026/x.html", "/etc/x.png"]
    )
    def test_a_stored_name_of_another_form_is_refused(self, exported, stored, settings):
        """H12, U08: no name in a manifest leads out of the pictures' folder."""
        folder, before = exported
        listing = folder / "manifest.yaml"
        listing.write_text(listing.read_text().replace(before.file.name, stored))
        refusal = r"manifest\.yaml, line \d+: Invalid entry\. Restore the manifest from the export\."
        with pytest.raises(CommandError, match=refusal):
            run("import_articles", folder)
        assert stored_files(settings.MEDIA_ROOT) == set()

    def test_a_stored_name_that_is_taken_is_not_overwritten(self, exported):
        folder, before = exported
        other = make_picture(color_png("red"))
        listing = folder / "manifest.yaml"
        listing.write_text(listing.read_text().replace(before.file.name, other.file.name))
        run("import_articles", folder)
        with other.file.open() as stream:
            assert stream.read() == color_png("red")
        assert Picture.objects.get(uid=before.uid).file.name != other.file.name

    @pytest.mark.parametrize(
        "text",
        [
            "format: 2",
            "x",
            "format: 1\npictures: x",
            "format: 1\npictures:\n- {file: a}",
            "format: 1\narticles:\n- {id: 1}",
        ],
    )
    def test_a_manifest_that_cannot_be_read_is_refused(self, tmp_path, text):
        write_article(tmp_path)
        (tmp_path / "manifest.yaml").write_text(text)
        with pytest.raises(CommandError, match=r"manifest\.yaml"):
            run("import_articles", tmp_path)


def color_png(color):
    from tests.insights.exchange.rich_publication import png

    return png(color)


def test_what_our_encoder_writes_is_recognised_and_nothing_else(tmp_path):
    from insights.pictures.uploads import reencode_upload

    for name in ("a.png", "a.jpg"):
        source = write_picture(tmp_path / name, size=(300, 200)).read_bytes()
        ours = reencode_upload(source)
        assert verbatim_pictures.measured(ours.content) == (ours.extension, 300, 200)
        assert verbatim_pictures.measured(ours.content + b"x") is None
        assert verbatim_pictures.measured(ours.content[:-9]) is None
    assert verbatim_pictures.measured(write_picture(tmp_path / "b.jpg", comment=b"x").read_bytes()) is None
    assert verbatim_pictures.measured(write_picture(tmp_path / "b.png", dpi=(9, 9)).read_bytes()) is None
    assert verbatim_pictures.measured(b"") is None
