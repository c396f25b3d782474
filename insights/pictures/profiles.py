"""ICC profiles of color spaces that PNG chunks or EXIF name (ICC.1:2010, matrix-based display profile, version 4)."""

from __future__ import annotations

import struct

Chromaticities = tuple[float, ...]  # x and y of white, red, green and blue

SRGB: Chromaticities = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
DISPLAY_P3: Chromaticities = (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
REC_2020: Chromaticities = (0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)
ADOBE: Chromaticities = (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)

SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # IEC 61966-2-1, as ICC's function of type 3
VIDEO_CURVE = (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)  # ITU-R BT.709
PNG_GAMMA = 1 / 2.2  # PNG's value for sRGB; as in libpng, values within 5 % count as the same
_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))

# ITU-T H.273, codes of PNG's cICP that we support; PQ and HLG (16, 18) are not among them.
_PRIMARIES = {1: SRGB, 9: REC_2020, 12: DISPLAY_P3}
_CURVES: dict[int, tuple[float, ...]] = {
    1: VIDEO_CURVE, 4: (2.2,), 5: (2.8,), 6: VIDEO_CURVE, 8: (1.0,), 13: SRGB_CURVE, 14: VIDEO_CURVE, 15: VIDEO_CURVE,
}  # fmt: skip

Vector = tuple[float, float, float]


def matrix_profile(colors: Chromaticities, curve: tuple[float, ...]) -> bytes:
    """Return an ICC profile. `curve`: (gamma,) or ICC's type 3. Raises ValueError, ArithmeticError, struct.error."""
    white, red, green, blue = (colors[at : at + 2] for at in (0, 2, 4, 6))
    columns = [_xyz(*point) for point in (red, green, blue)]
    weights = _solved(columns, _xyz(*white))
    if min(weights) <= 0:
        raise ValueError("These primaries do not surround their white.")
    adapted = [_adapted(_scaled(column, by), _xyz(*white)) for column, by in zip(columns, weights, strict=True)]
    shape = b"para" + struct.pack(">IHH", 0, 3 if len(curve) == 5 else 0, 0) + _fixed(curve)
    tags = [
        (name, b"XYZ \0\0\0\0" + _fixed(value))
        for name, value in zip((b"rXYZ", b"gXYZ", b"bXYZ"), adapted, strict=True)
    ]
    tags += [(b"wtpt", b"XYZ \0\0\0\0" + _fixed(_D50))] + [(name, shape) for name in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    head = struct.pack(">I4xI", start + len(body), 0x04300000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    return (head + _fixed(_D50)).ljust(128, b"\0") + table + body


def from_png(gamma: float | None, colors: Chromaticities | None) -> bytes | None:
    """Return the profile of PNG's gAMA and cHRM, where sRGB replaces a missing one; None if not usable or sRGB."""
    is_usual = gamma is None or abs(gamma / PNG_GAMMA - 1) <= 0.05
    if not is_usual and not 0.1 <= (gamma or 0) <= 10:
        return None
    if is_usual and colors is None:
        return None
    try:
        return matrix_profile(colors or SRGB, SRGB_CURVE if is_usual else (1 / (gamma or 1),))
    except (ArithmeticError, ValueError, struct.error):
        return None


def coded(png: bytes) -> bytes | None:
    """Return the profile of PNG's cICP: b"" for sRGB, None without a supported cICP."""
    if png[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    at = png.find(b"\0\0\0\4cICP", 8, max(8, png.find(b"IDAT")))
    if at < 0 or len(png) < at + 12:
        return None
    primaries, curve, matrix, is_full = png[at + 8 : at + 12]
    if matrix or not is_full or primaries not in _PRIMARIES or curve not in _CURVES:
        return None
    return b"" if (primaries, curve) == (1, 13) else matrix_profile(_PRIMARIES[primaries], _CURVES[curve])


def _xyz(x: float, y: float) -> Vector:
    return x / y, 1.0, (1 - x - y) / y


def _scaled(vector: Vector, by: float) -> Vector:
    return vector[0] * by, vector[1] * by, vector[2] * by


def _solved(columns: list[Vector], result: Vector) -> Vector:
    """Return the weights with which the three columns add up to `result` (Cramer's rule)."""
    whole = _determinant(*columns)
    red, green, blue = columns
    return (
        _determinant(result, green, blue) / whole,
        _determinant(red, result, blue) / whole,
        _determinant(red, green, result) / whole,
    )


def _determinant(a: Vector, b: Vector, c: Vector) -> float:
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])


def _adapted(color: Vector, white: Vector) -> Vector:
    """Adapt a color from its own white to D50, which profiles use (Bradford)."""
    of_color, of_white, of_d50 = (_cones(vector) for vector in (color, white, _D50))
    seen = [value * to / by for value, to, by in zip(of_color, of_d50, of_white, strict=True)]
    rows = [(row[0], row[1], row[2]) for row in zip(*_BRADFORD, strict=True)]
    return _solved(rows, (seen[0], seen[1], seen[2]))


def _cones(vector: Vector) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in _BRADFORD]


def _fixed(values: tuple[float, ...]) -> bytes:
    """Pack numbers as ICC's s15Fixed16."""
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


ADOBE_RGB = matrix_profile(ADOBE, (563 / 256,))
