"""Pictures of wide color spaces are converted to sRGB when they are uploaded."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from insights.pictures import profiles, reencoding, rendition_encoding, uploads
from tests.insights.photos import as_bytes
from tests.insights.pictures.test_resource_limits import (
    MB,
    MEMORY,
    SECONDS,
    idle_memory,
    measured,
    photograph,
    with_alpha,
)  # fmt: skip

INPUTS = Path(__file__).parent / "samples"
GREEN = (60, 200, 80)
IN_SRGB = {"Display P3": (0, 205, 56), "Adobe RGB": (0, 201, 67), "ProPhoto": (0, 228, 60)}
PROPHOTO = (0.3457, 0.3585, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001)
PROFILES = {
    "Display P3": profiles.matrix_profile(profiles.DISPLAY_P3, profiles.SRGB_CURVE),
    "Adobe RGB": profiles.ADOBE_RGB,
    "ProPhoto": profiles.matrix_profile(PROPHOTO, (1.8,)),
}
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def flat(mode: str = "RGB", color: object = GREEN) -> Image.Image:
    return Image.new(mode, (40, 30), color)  # type: ignore[arg-type]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_with(*chunks: bytes, image: Image.Image | None = None) -> bytes:
    """Return a PNG with these chunks after its header."""
    png = as_bytes(image or flat())
    return png[:33] + b"".join(chunks) + png[33:]


def chromaticities(values: tuple[float, ...]) -> bytes:
    return chunk(b"cHRM", b"".join(struct.pack(">I", round(100_000 * value)) for value in values))


def gamma(value: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(100_000 * value)))


def profile_of_tags(space: bytes, connection: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    start, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data.ljust(-(-len(data) // 4) * 4, b"\0")
    head = struct.pack(">I4xI", start + len(body), 0x02400000) + kind + space + connection + bytes(12) + b"acsp"
    white = struct.pack(">3i", 63190, 65536, 54061)
    return (head + bytes(28) + white).ljust(128, b"\0") + table + body


def gray_profile(power: float) -> bytes:
    curve = b"curv" + struct.pack(">IIH", 0, 1, round(256 * power))
    white = b"XYZ " + struct.pack(">I3i", 0, 63190, 65536, 54061)
    return profile_of_tags(b"GRAY", b"XYZ ", b"mntr", {b"wtpt": white, b"kTRC": curve})


def cmyk_profile() -> bytes:
    """Return the profile of a printer with exactly the Lab values below for cyan, magenta and yellow.

    A table of 2 × 2 × 2 × 2 mixes them.
    """
    inks = ((60, -35, -50), (50, 70, -5), (90, -5, 90), (10, 0, 0))  # L*, a*, b* of each ink alone, on white paper
    nodes = b""
    for node in range(16):
        lab = [100.0, 0.0, 0.0]
        for ink, (light, a, b) in enumerate(inks):
            if node >> (3 - ink) & 1:
                lab = [lab[0] * light / 100, lab[1] + a, lab[2] + b]
        nodes += bytes([round(2.55 * lab[0]), *(max(0, min(255, round(value) + 128)) for value in lab[1:])])
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    curves = bytes(range(256))
    table = b"mft1" + struct.pack(">I4B", 0, 4, 3, 2, 0) + matrix + curves * 4 + nodes + curves * 3
    white = b"XYZ " + struct.pack(">I3i", 0, 63190, 65536, 54061)
    return profile_of_tags(b"CMYK", b"Lab ", b"prtr", {b"wtpt": white, b"A2B0": table, b"A2B1": table})


def stored(source: bytes) -> Image.Image:
    """Return the stored picture. Check that it names no color space any more."""
    image = Image.open(io.BytesIO(reencoding.reencode(source).content))
    image.load()
    assert not {"icc_profile", "gamma", "chromaticity", "srgb", "exif"} & set(image.info)
    return image


def color_of(image: Image.Image, mode: str = "RGB") -> tuple[int, ...]:
    return image.convert(mode).getpixel((20, 15))  # type: ignore[return-value]


def is_close(color: tuple[int, ...], wanted: tuple[int, ...], by: int = 3) -> bool:
    return all(abs(one - other) <= by for one, other in zip(color, wanted, strict=True))


def test_a_photograph_of_a_phone():
    """Fault A6: display-p3.jpg, with the profile of its phone."""
    assert is_close(color_of(stored((INPUTS / "display-p3.jpg").read_bytes())), (0, 205, 56))


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_profile_of_three_colors(name, format_):
    """Fault A6: Display P3, Adobe RGB and ProPhoto, in every format that holds a profile."""
    options = {"PNG": {}, "JPEG": {"quality": 95}, "WEBP": {"lossless": True}}[format_]
    source = as_bytes(flat(), format_, icc_profile=PROFILES[name], **options)
    assert is_close(color_of(stored(source)), IN_SRGB[name], 6)


def test_transparency_stays_as_it_is():
    """Fault A6: a channel, a color or a palette that is transparent. The colors beside it are converted."""
    icc = PROFILES["Display P3"]
    half = color_of(stored(as_bytes(flat("RGBA", (*GREEN, 128)), icc_profile=icc)), "RGBA")
    webp = as_bytes(flat("RGBA", (*GREEN, 128)), "WEBP", icc_profile=icc, lossless=True)
    assert half[3] == color_of(stored(webp), "RGBA")[3] == 128
    assert is_close(half[:3], IN_SRGB["Display P3"])
    image = flat()
    image.putpixel((0, 0), (255, 0, 255))
    keyed = stored(as_bytes(image, icc_profile=icc, transparency=(255, 0, 255)))
    assert keyed.convert("RGBA").getpixel((0, 0))[3] == 0
    assert is_close(color_of(keyed), IN_SRGB["Display P3"])
    palette = image.quantize(4)
    drawn = stored(as_bytes(palette, icc_profile=icc, transparency=palette.getpixel((0, 0))))
    assert (drawn.mode, drawn.convert("RGBA").getpixel((0, 0))[3]) == ("P", 0)
    assert is_close(color_of(drawn), IN_SRGB["Display P3"])


def test_gray_stays_gray():
    """Fault A6: a gray picture with a profile of gray, or with one of color. Also with 16 bits and transparency."""
    curve, light = gray_profile(1.0), (188, 188, 188)  # 128 of linear light
    for source in (
        as_bytes(flat("L", 128), icc_profile=curve),
        as_bytes(flat("L", 128), "JPEG", quality=95, icc_profile=curve),
        as_bytes(flat("LA", (128, 90)), icc_profile=curve),
        as_bytes(flat("I;16", 0x8080), icc_profile=curve),
        as_bytes(flat("L", 128), "JPEG", quality=95, icc_profile=profiles.matrix_profile(profiles.SRGB, (1.0,))),
    ):
        image = stored(source)
        assert is_close(color_of(image), light, 2)
        assert image.mode in {"L", "LA"}
    assert color_of(stored(as_bytes(flat("LA", (128, 90)), icc_profile=curve)), "RGBA")[3] == 90


def test_colors_of_print():
    """Fault A6: a CMYK JPEG has the colors of its profile. Without one it keeps the plain formula."""
    cyan = flat("CMYK", (255, 0, 0, 0))
    assert is_close(color_of(stored(as_bytes(cyan, "JPEG", quality=95))), (0, 255, 255))
    wanted = (0, 164, 232)  # L* 60, a* -35, b* -50
    image = stored(as_bytes(cyan, "JPEG", quality=95, icc_profile=cmyk_profile()))
    assert image.mode == "RGB"
    assert is_close(color_of(image), wanted, 12)


def test_a_picture_on_its_side_is_turned_and_converted():
    """Fault A6: the orientation is not lost with the color space, also where pixels get another mode."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for image, icc in ((flat(), PROFILES["Display P3"]), (flat("CMYK", (255, 0, 0, 0)), cmyk_profile())):
        assert stored(as_bytes(image, "JPEG", icc_profile=icc, exif=exif)).size == (30, 40)


def test_chunks_of_a_png_that_describe_its_colors():
    """Fault A6: cICP goes before iCCP, iCCP before sRGB, sRGB before gAMA and cHRM. Missing parts are those of sRGB."""
    p3, linear = chromaticities(profiles.DISPLAY_P3), gamma(1.0)
    icc = chunk(b"iCCP", b"x\0\0" + zlib.compress(PROFILES["Adobe RGB"]))
    coded = chunk(b"cICP", bytes([12, 13, 0, 1]))
    wide, adobe = IN_SRGB["Display P3"], IN_SRGB["Adobe RGB"]
    for chunks, wanted in (
        ((gamma(0.45455), p3), wide),
        ((p3,), wide),
        ((coded,), wide),
        ((coded, icc), wide),
        ((icc, gamma(0.45455), p3), adobe),
        ((chunk(b"cICP", bytes([1, 13, 0, 1])), icc), GREEN),
        ((chunk(b"sRGB", b"\0"), gamma(1.0), p3), GREEN),
        ((gamma(0.45455), chromaticities(profiles.SRGB)), GREEN),
        ((gamma(0.45),), GREEN),
    ):
        assert is_close(color_of(stored(png_with(*chunks))), wanted), chunks
    assert is_close(color_of(stored(png_with(linear, image=flat("RGB", (128, 128, 128))))), (188, 188, 188))
    assert is_close(color_of(stored(png_with(linear, image=flat("L", 128)))), (188, 188, 188))


def test_chunks_that_make_no_sense_change_nothing():
    """Fault A6: impossible primaries and curves, codes of video with high dynamic range, and unknown codes."""
    for part in (
        gamma(0), gamma(0.00001), gamma(4000), chromaticities((0,) * 8), chromaticities((0.3, 0.3) * 4),
        chromaticities((0.9, 0.05, *profiles.SRGB[2:])), chromaticities((9000.0,) * 8),
        chunk(b"cICP", bytes([9, 16, 0, 1])), chunk(b"cICP", bytes([255, 255, 0, 1])), chunk(b"cICP", b"\x0c"),
    ):  # fmt: skip
        assert color_of(stored(png_with(part))) == GREEN, part


@pytest.mark.parametrize(
    ("space", "interop", "wanted"),
    [(2, None, "Adobe RGB"), (0xFFFF, "R03", "Adobe RGB"), (0xFFFF, "R98", ""), (0xFFFF, None, ""), (1, "R03", "")],
)
def test_the_color_space_of_a_camera_without_a_profile(space, interop, wanted):
    """Fault A6: cameras name Adobe RGB in EXIF alone. A profile beside it goes first."""
    exif = Image.Exif()
    exif[0x8769] = {0xA001: space, **({0xA005: {1: interop}} if interop else {})}
    source = as_bytes(flat(), "JPEG", quality=95, exif=exif)
    assert is_close(color_of(stored(source)), IN_SRGB[wanted] if wanted else GREEN)
    both = as_bytes(flat(), "JPEG", quality=95, exif=exif, icc_profile=PROFILES["Display P3"])
    assert is_close(color_of(stored(both)), IN_SRGB["Display P3"])


def hostile_profiles() -> dict[str, bytes]:
    whole = PROFILES["Display P3"]
    endless = bytearray(whole)
    endless[128:132] = b"\xff\xff\xff\xff"
    beyond = bytearray(whole)
    beyond[136:140] = b"\x7f\xff\xff\xff"
    return {
        "noise": b"no profile at all" * 9,
        "cut": whole[:150],
        "head alone": whole[:128],
        "of too many tags": bytes(endless),
        "with a tag beyond its end": bytes(beyond),
        "for other pixels": cmyk_profile(),
        "of gray for colors": gray_profile(1.0),
        "as large as a picture": whole + bytes(5_000_000),
    }


@pytest.mark.parametrize("name", hostile_profiles())
def test_a_profile_that_cannot_be_used_is_ignored(name):
    """Fault A6: broken, hostile or for another kind of pixels. The picture is stored as without one."""
    icc = hostile_profiles()[name]
    for format_, options in (("JPEG", {"quality": 95}), ("WEBP", {"lossless": True})):
        source = as_bytes(flat(), format_, icc_profile=icc, **options)
        encoded = uploads.reencode_upload(source)
        assert is_close(color_of(Image.open(io.BytesIO(encoded.content))), GREEN), format_


@pytest.mark.parametrize("name", [b"iCCP", b"zTXt", b"iTXt"])
def test_a_part_of_a_png_that_unpacks_to_hundreds_of_megabytes(name):
    """Fault A6: it is skipped, and the picture is stored."""
    packed = zlib.compress(bytes(100_000_000))
    head = {b"iCCP": b"x\0\0", b"zTXt": b"x\0\0", b"iTXt": b"x\0\1\0\0\0"}[name]
    assert color_of(stored(png_with(chunk(name, head + packed)))) == GREEN


def test_a_profile_of_srgb_changes_no_pixel():
    """Fault A6: most pictures name sRGB. They stay exactly as they are."""
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    for icc in (SRGB, profiles.matrix_profile(profiles.SRGB, profiles.SRGB_CURVE)):
        assert stored(as_bytes(noise, icc_profile=icc)).tobytes() == noise.tobytes()


@pytest.mark.parametrize(
    "make",
    [
        lambda image: as_bytes(image, "JPEG", quality=85, icc_profile=PROFILES["Display P3"]),
        lambda image: as_bytes(image.convert("CMYK"), "JPEG", quality=60, icc_profile=cmyk_profile()),
        lambda image: as_bytes(image, "WEBP", quality=80, method=0, icc_profile=PROFILES["ProPhoto"]),
        lambda image: as_bytes(with_alpha(image), "WEBP", quality=80, method=0, icc_profile=PROFILES["ProPhoto"]),
    ],
    ids=["JPEG", "CMYK", "WebP", "transparent WebP"],
)
def test_converting_stays_within_time_and_memory(make):
    """Fault A6: the bounds of E11, for a quarter of the pixels that an upload may have."""
    source = make(photograph(2000, 1999))
    seconds, memory, result, _ = measured(reencoding.reencode_in_child, source, uploads.LIMITS)
    assert seconds < SECONDS / 4 + 0.7  # the start of the child
    assert memory - idle_memory() < (MEMORY if result["extension"] == "webp" else MEMORY / 4 + 10 * MB)


def test_renditions_are_converted_as_well():
    """Fault A6: a stored file that names its color space gives files in sRGB that name none."""
    for source in (
        as_bytes(flat(), icc_profile=PROFILES["Display P3"]),
        as_bytes(flat(), "JPEG", quality=95, icc_profile=PROFILES["Display P3"]),
        png_with(gamma(0.45455), chromaticities(profiles.DISPLAY_P3)),
    ):
        for files in rendition_encoding.encode(source, {"webp": [40], "avif": [40]}).values():
            image = Image.open(io.BytesIO(files[40]))
            assert is_close(color_of(image), IN_SRGB["Display P3"], 8)
            assert "icc_profile" not in image.info
