"""The editor's upload: permissions, the answer, and refusals."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from insights.models import Picture
from insights.pictures import uploads
from tests.factories import make_user
from tests.insights.pictures.test_uploads import huge_png, picture_bytes

URL = "/admin/markdown/upload/"
PREVIEW = "/admin/markdown/preview/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    user = make_user("Author")
    client.force_login(user)
    return user


def a_file(content: bytes = b"", name: str = "a.png", kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture_bytes(), kind)


def nothing_stored(settings) -> bool:
    return not Picture.objects.exists() and not list(settings.MEDIA_ROOT.rglob("*.*"))


class TestWhoMay:
    @pytest.mark.parametrize("url", [URL, PREVIEW])
    def test_not_without_an_account(self, url, settings):
        """U01, U02: 403 with a valid token too. No redirect, nothing stored, nothing of the input in the answer."""
        client = Client(enforce_csrf_checks=True)
        client.get("/admin/login/")
        data = {"image": a_file(), "content": "# x-marks", "csrfmiddlewaretoken": client.cookies["__Host-csrf"].value}
        answer = client.post(url, data, headers={"X-Requested-With": "XMLHttpRequest", "Referer": "https://testserver/"},
                             secure=True)  # fmt: skip
        assert answer.status_code == 403
        assert b"x-marks" not in answer.content
        assert nothing_stored(settings)

    @pytest.mark.parametrize("url", [URL, PREVIEW])
    @pytest.mark.parametrize("role", ["", "Moderator", "Newsletter manager"])
    def test_not_without_the_permission(self, client, url, role, settings):
        """U03: an account without admin access, and staff without article permissions."""
        client.force_login(make_user(role))
        assert client.post(url, {"image": a_file(), "content": "x"}).status_code == 403
        assert nothing_stored(settings)

    def test_the_permission_without_admin_access_is_not_enough(self, client):
        user = make_user()
        user.user_permissions.add(Permission.objects.get(codename="add_picture"))
        client.force_login(user)
        assert client.post(URL, {"image": a_file()}).status_code == 403

    @pytest.mark.parametrize("url", [URL, PREVIEW])
    def test_not_without_the_token(self, url):
        """U04: the admin's own token is required."""
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_user("Author"))
        assert client.post(url, {"image": a_file(), "content": "x"}).status_code == 403

    @pytest.mark.parametrize("url", [URL, PREVIEW])
    def test_only_post(self, client, author, url):
        """U05: GET is 405."""
        assert client.get(url).status_code == 405

    def test_the_widget_s_own_views_are_not_there(self, client, author):
        assert client.post("/markdownx/upload/", {"image": a_file()}).status_code == 404
        assert client.post("/markdownx/markdownify/", {"content": "x"}).status_code == 404


class TestWhatComesBack:
    def test_the_markdown_that_shows_it(self, client, author):
        words = {"alt": "A [blue] field", "caption": 'The "field"', "credit": "Drawing: us"}
        answer = client.post(URL, {"image": a_file(name="field.png"), **words})
        picture = Picture.objects.get()
        assert answer.status_code == 200
        assert answer.json()["image_code"] == rf'![A \[blue\] field](picture:{picture.uid} "The \"field\"")'
        assert (picture.name, picture.credit, picture.uploaded_by) == ("field.png", "Drawing: us", author)

    def test_the_markdown_renders_with_its_words(self, client, author):
        code = client.post(URL, {"image": a_file(), "alt": "A [blue] \\ field", "caption": 'The "x"'}).json()[
            "image_code"
        ]
        html = client.post(PREVIEW, {"content": code}).content.decode()
        assert 'alt="A [blue] \\ field"' in html
        assert "<figcaption>The &quot;x&quot;</figcaption>" in html or '<figcaption>The "x"</figcaption>' in html

    @pytest.mark.parametrize("name", ["a.php", "noext", "a.png.html", f"a.{'x' * 300}"])
    def test_the_sender_s_name_decides_nothing(self, client, author, name):
        """U08: stored with a random name and the extension of its real type."""
        assert client.post(URL, {"image": a_file(name=name)}).status_code == 200
        picture = Picture.objects.get()
        assert picture.file.name.endswith(f"{picture.uid.hex}.png")

    def test_the_sender_s_type_decides_nothing(self, client, author):
        """U17: a PNG with alpha declared as JPEG is a PNG."""
        assert client.post(URL, {"image": a_file(picture_bytes(mode="RGBA"), "a.jpg", "image/jpeg")}).status_code == 200
        assert Picture.objects.get().file.name.endswith(".png")


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "name", "kind"),
        [
            (b"<script>alert(1)</script>", "evil.html", "image/gif"),
            (b"<svg/>", "a.svg", "image/svg+xml"),
            (picture_bytes("TIFF"), "a.png", "image/png"),
            (b"%PDF-1.7", "a.jpg", "image/jpeg"),
            (picture_bytes()[:50], "a.png", "image/png"),
            (b"only text", "text.png", "image/png"),
        ],
    )
    def test_what_is_no_picture(self, client, author, settings, content, name, kind):
        """U06, U10, U11, U12, U16: 400 with a message. No file."""
        answer = client.post(URL, {"image": a_file(content, name, kind)})
        assert answer.status_code == 400
        assert "PNG, JPEG, GIF or WebP" in answer.json()["error"]
        assert nothing_stored(settings)

    def test_a_bomb(self, client, author, settings):
        """U14: 400. No file."""
        answer = client.post(URL, {"image": a_file(huge_png())})
        assert answer.status_code == 400
        assert "megapixels" in answer.json()["error"]
        assert nothing_stored(settings)

    def test_nothing_at_all(self, client, author):
        assert client.post(URL, {"image": "text"}).status_code == 400

    def test_a_large_file(self, client, author, settings):
        """U19: 11 MB -> 413."""
        answer = client.post(URL, {"image": a_file(b"\0" * (11 * 1024 * 1024))})
        assert answer.status_code == 413
        assert "10 MB" in answer.json()["error"]
        assert nothing_stored(settings)

    def test_a_file_a_little_over_the_limit(self, client, author):
        """U19: the request is small enough to be read, the file is not."""
        assert client.post(URL, {"image": a_file(b"\0" * (uploads.MAX_BYTES + 1))}).status_code == 413

    def test_sixty_in_a_minute(self, client, author):
        """U19: 429 from the 31st, with Retry-After."""
        content = picture_bytes(size=(2, 2))
        statuses = [client.post(URL, {"image": a_file(content)}).status_code for _ in range(33)]
        assert statuses == [200] * 30 + [429] * 3
        assert client.post(URL, {"image": a_file(content)}).headers["Retry-After"] == "60"
        assert Picture.objects.count() == 30


class TestThePageWithoutJavaScript:
    URL = "/admin/insights/picture/add/"

    def test_it_asks_for_alt_text(self, client, author, settings):
        answer = client.post(self.URL, {"upload": a_file(), "alt": ""})
        assert answer.status_code == 400
        assert b"This field is required." in answer.content
        assert nothing_stored(settings)

    def test_it_shows_the_markdown_to_copy(self, client, author):
        answer = client.post(self.URL, {"upload": a_file(), "alt": "A field", "caption": "", "credit": ""}, follow=True)
        picture = Picture.objects.get()
        assert answer.status_code == 200
        assert f"![A field]({picture.reference})" in answer.content.decode()

    def test_a_file_over_the_limit(self, client, author):
        """U19: 413 here too, with a message."""
        answer = client.post(self.URL, {"upload": a_file(b"\0" * (uploads.MAX_BYTES + 1)), "alt": "A field"})
        assert answer.status_code == 413
        assert "larger than 10 MB" in answer.content.decode()

    def test_it_refuses_what_is_no_picture(self, client, author, settings):
        answer = client.post(self.URL, {"upload": a_file(b"<svg/>"), "alt": "A field"})
        assert answer.status_code == 400
        assert "This is an SVG drawing" in answer.content.decode()
        assert nothing_stored(settings)


@pytest.mark.parametrize(("url", "file"), [(URL, "image"), (TestThePageWithoutJavaScript.URL, "upload")])
def test_picture_texts_are_stored_without_invisible_characters(client, author, url, file):
    """F13: for every kind of upload. Also the character that PostgreSQL cannot store."""
    words = dict.fromkeys(("alt", "caption", "credit"), "A\u202e\nfie\x1bld ")
    assert client.post(url, {file: a_file(), **words}).status_code < 400
    picture = Picture.objects.get()
    assert {picture.alt, picture.caption, picture.credit} == {"A field"}
    assert client.post(url, {file: a_file(), **words, "alt": "A\0field"}).status_code < 500


def test_a_stored_picture_is_the_reencoded_one(client, author, settings):
    """The stored file opens as a picture and has nothing of the upload's metadata."""
    from PIL import Image

    client.post(URL, {"image": a_file(picture_bytes("GIF") + b"<script>", "a.gif", "image/gif")})
    with Picture.objects.get().file.open() as file:
        stored = file.read()
    assert b"<script>" not in stored
    assert Image.open(io.BytesIO(stored)).format == "PNG"
