"""Import of pictures beside a text: real ones only, from the folder only, and always re-encoded."""

import pytest

from insights.models import Article, Picture
from tests.factories import make_picture
from tests.insights.exchange.article_files import refused, run, stored_files, write_article, write_picture

pytestmark = pytest.mark.django_db


def only_article():
    return Article.objects.get()


class TestPictures:
    def test_only_real_pictures_of_the_text_are_taken(self, tmp_path):
        write_picture(tmp_path / "images/my pic.png")
        write_picture(tmp_path / "b.jpg", color="red")
        body = (
            '![Alt](<images/my pic.png> "Caption") and ![](images/my%20pic.png)\n\n'
            "`![Alt](b.jpg)`\n\n```\n![Alt](b.jpg)\n```\n\n    ![Alt](b.jpg)\n\n[link](b.jpg) \\![no](b.jpg)\n\n"
            "[![x][ref]](/insights/)\n\n[ref]: b.jpg 'T'\n"
        )
        run("import_articles", write_article(tmp_path, body=body))
        text = only_article().working_version().body
        first, second = Picture.objects.order_by("pk")
        assert (first.alt, first.name, second.name) == ("Alt", "my pic.png", "b.jpg")
        assert f'![Alt](<{first.reference}> "Caption") and ![]({first.reference})' in text
        assert f"[ref]: {second.reference} 'T'" in text
        assert text.count("b.jpg") == body.count("b.jpg") - 1

    def test_are_reencoded_without_their_metadata(self, tmp_path, settings):
        """U18: an imported file is treated like an upload."""
        write_picture(tmp_path / "x.jpg", comment=b"SECRET")
        run("import_articles", write_article(tmp_path, body="![A](x.jpg)\n"))
        picture = Picture.objects.get()
        with picture.file.open() as stream:
            stored = stream.read()
        assert b"SECRET" not in stored
        assert picture.file.name.endswith(f"{picture.uid.hex}.jpg")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("x.png", b"\x89PNG\r\n\x1a\n and no more"),
            ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("x.gif", b"<script>alert(1)</script>"),
            ("x.jpg", b"%!PS-Adobe-3.0 EPSF-3.0"),
            ("x.png", b"\x89PNG" + b"x" * (10 * 1024 * 1024)),
        ],
    )
    def test_that_are_none_are_refused(self, tmp_path, name, content):
        """U06, U11, U12, U16, U19: in a folder as in an upload."""
        (tmp_path / name).write_bytes(content)
        output = refused(write_article(tmp_path, body=f"![A]({name})\n"))
        assert output.startswith(f"article.md, line 4: “{name}”")

    @pytest.mark.parametrize(
        "address", ["../x.png", "images/../../x.png", "link.png", "linked/x.png", "folder", "no.png"]
    )
    def test_from_outside_the_folder_are_refused(self, tmp_path, address):
        write_picture(tmp_path / "x.png")
        folder = tmp_path / "in"
        (folder / "folder").mkdir(parents=True)
        (folder / "link.png").symlink_to(tmp_path / "x.png")
        (folder / "linked").symlink_to(tmp_path)
        output = refused(write_article(folder, body=f"![A]({address})\n"))
        assert output.startswith("article.md, line 4: ")
        output = refused(write_article(folder, cover=address))
        assert output.startswith("article.md, line 3: cover: ")

    @pytest.mark.parametrize(
        "address", ["/etc/passwd", "file:///etc/passwd", "//example.org/x.png", "data:image/png;base64,AA"]
    )
    def test_by_an_absolute_address_are_refused(self, tmp_path, address):
        refused(write_article(tmp_path, cover=address))
        path = write_article(tmp_path, body=f"![A]({address})\n", status="published")
        if address.startswith("file:"):  # no picture to the parser either: shown as text
            run("import_articles", path)
            assert "<img" not in only_article().live_version().html
        else:
            assert "is not on this site. Upload" in refused(path)

    def test_that_are_known_are_not_stored_again(self, tmp_path, settings):
        known = make_picture()
        with known.file.open() as stream:
            (tmp_path / "x.png").write_bytes(stream.read())
        run("import_articles", write_article(tmp_path, body="![A](x.png)\n"))
        assert only_article().working_version().body == f"![A]({known.reference})\n"
        assert stored_files(settings.MEDIA_ROOT) == {known.file.name}
