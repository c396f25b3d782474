"""Conversion of a decoded picture to sRGB, which browsers assume for a file without a profile.

The first readable one counts: PNG's cICP, an ICC profile, PNG's gAMA and cHRM, the color space of EXIF (DCF: Adobe
RGB). littleCMS converts with relative colorimetry. A CMYK picture without a profile uses Pillow's plain formula.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageCms

from insights.pictures import profiles

MAX_PROFILE = 4 * 1024 * 1024  # bytes; the largest printer profiles have 3 MB
INDISTINCT = 1  # of 255; a profile that changes no color by more counts as sRGB
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # of pixels, by the color space of a profile
_EXIF_IFD, _INTEROP_IFD, _COLOR_SPACE, _INTEROP_INDEX = 0x8769, 0xA005, 0xA001, 1

Profile = ImageCms.ImageCmsProfile


def to_srgb(image: Image.Image, source: bytes) -> Image.Image:
    """Return the loaded picture in sRGB, or `image` itself if nothing changes. `source`: its file."""
    profile = _profile(image, source)
    if profile is None:
        return image
    try:
        return _converted(image, profile)
    except (ImageCms.PyCMSError, ValueError, OSError):
        return image  # the profile can be opened but not used


def _profile(image: Image.Image, source: bytes) -> Profile | None:
    info = image.info
    coded = profiles.coded(source)
    if coded is not None:
        return _opened(coded) if coded else None
    if embedded := _opened(info.get("icc_profile")):
        return embedded
    if "srgb" in info:
        return None
    if "gamma" in info or "chromaticity" in info:
        return _opened(profiles.from_png(info.get("gamma"), info.get("chromaticity")))
    return _opened(profiles.ADOBE_RGB) if _is_adobe_rgb(image) else None


def _opened(content: bytes | None) -> Profile | None:
    if not content or len(content) > MAX_PROFILE:
        return None
    try:
        profile = Profile(io.BytesIO(content))
        return profile if profile.profile.xcolor_space.strip() in _MODES else None
    except (ImageCms.PyCMSError, ValueError, OSError, TypeError, AttributeError):
        return None


def _is_adobe_rgb(image: Image.Image) -> bool:
    """Return whether EXIF has color space 2, or uncalibrated with R03; some cameras write no profile."""
    if not image.info.get("exif"):
        return False
    try:
        exif = image.getexif().get_ifd(_EXIF_IFD)
        space = exif.get(_COLOR_SPACE)
        if space != 0xFFFF:
            return bool(space == 2)
        index: Any = image.getexif().get_ifd(_INTEROP_IFD).get(_INTEROP_INDEX, "")
        return str(index).startswith("R03")
    except Exception:  # damaged EXIF is ignored
        return False


def _converted(image: Image.Image, profile: Profile) -> Image.Image:
    space = profile.profile.xcolor_space.strip()
    if image.mode == "CMYK":
        return _transformed(image, profile) if space == "CMYK" else image
    if space == "CMYK" or image.mode == "1" or _is_srgb(profile):
        return image
    if image.mode == "P":
        return _with_palette(image, profile) if space == "RGB" else image
    if image.mode in {"L", "LA", "I;16"}:
        return _gray(image, profile)
    if space != "RGB":
        return image
    if image.mode not in {"RGB", "RGBA"} or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return _transformed(image, profile)


def _transformed(image: Image.Image, profile: Profile) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), image.mode, mode, _INTENT, _FLAGS)
    if image.mode != mode:
        return ImageCms.applyTransform(image, transform) or image
    ImageCms.applyTransform(image, transform, inPlace=True)
    return image


def _with_palette(image: Image.Image, profile: Profile) -> Image.Image:
    colors = bytes(image.getpalette("RGB") or b"")
    if colors:
        strip = _transformed(Image.frombytes("RGB", (len(colors) // 3, 1), colors), profile)
        image.putpalette(strip.tobytes(), "RGB")
    return image


def _gray(image: Image.Image, profile: Profile) -> Image.Image:
    """Convert each gray value by a table; a color profile gives gray, too. 16 bits become 8."""
    ramp = Image.frombytes("L", (256, 1), bytes(range(256))).convert(_MODES[profile.profile.xcolor_space.strip()])
    table = list(_transformed(ramp, profile).getchannel("G").tobytes())
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256).convert("L")
    if "transparency" in image.info:
        image = image.convert("LA")
    return image.point(table + list(range(256)) * (image.mode == "LA"))


def _is_srgb(profile: Profile) -> bool:
    if profile.profile.xcolor_space.strip() != "RGB":
        return False
    steps = (0, 16, 48, 96, 128, 176, 224, 255)
    cube = bytes(value for red in steps for green in steps for blue in steps for value in (red, green, blue))
    after = _transformed(Image.frombytes("RGB", (len(cube) // 3, 1), cube), profile).tobytes()
    return max(abs(one - other) for one, other in zip(cube, after, strict=True)) <= INDISTINCT
