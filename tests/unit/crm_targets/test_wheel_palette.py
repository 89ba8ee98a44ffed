"""The colours of the wheel, for every kind of colour vision.

Dichromats are simulated by the matrices of Viénot, Brettel and Mollon (1999) on linear sRGB. How
far two colours lie apart is the CIE 1976 difference in L*a*b*; below 20 they are easily confused.
Contrast is that of WCAG 2.2: 4.5 for text, 3 for large text and shapes.
"""

import itertools
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "crm_targets" / "static" / "src"
STYLES = {
    "light": STATIC / "wheel" / "drawing" / "wheel_drawing.scss",
    "dark": STATIC / "wheel" / "wheel.dark.scss",
    "poster": STATIC / "poster" / "poster.scss",
}
GROUNDS = {"light": "#ffffff", "dark": "#1b1d26", "poster": "#14171c"}
BANDS = ("good", "fair", "poor")
VISIONS = {
    "trichromat": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanope": ((0.1124, 0.8876, 0), (0.1124, 0.8876, 0), (0.004, -0.004, 1)),
    "deuteranope": ((0.2928, 0.7072, 0), (0.2928, 0.7072, 0), (-0.0223, 0.0223, 1)),
}
WHITE = (0.9505, 1.0, 1.089)
TO_XYZ = (
    (0.4124, 0.3576, 0.1805),
    (0.2126, 0.7152, 0.0722),
    (0.0193, 0.1192, 0.9505),
)


def read_palette(theme):
    colours = dict(re.findall(r"--wheel-([\w-]+): (#[0-9a-f]{3,6});", STYLES[theme].read_text()))
    assert set(BANDS) < colours.keys()
    return colours


def to_linear(colour):
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)


def multiply(matrix, vector):
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def get_lab(colour, vision):
    seen = (min(max(c, 0), 1) for c in multiply(VISIONS[vision], to_linear(colour)))
    ratios = (c / w for c, w in zip(multiply(TO_XYZ, tuple(seen)), WHITE, strict=True))
    x, y, z = (r ** (1 / 3) if r > 0.008856 else 7.787 * r + 16 / 116 for r in ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def get_contrast(first, second):
    light, dark = sorted(
        (multiply(TO_XYZ, to_linear(colour))[1] for colour in (first, second)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_tells_confused_colours():
    red, green = get_lab("#d02020", "deuteranope"), get_lab("#7a7a00", "deuteranope")
    far = sum((a - b) ** 2 for a, b in zip(red, green, strict=True)) ** 0.5
    seen = sum(
        (a - b) ** 2
        for a, b in zip(
            get_lab("#d02020", "trichromat"), get_lab("#7a7a00", "trichromat"), strict=True
        )
    )
    assert far < 20 < seen**0.5
    assert get_contrast("#000", "#fff") == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("theme", STYLES)
@pytest.mark.parametrize("vision", VISIONS)
def test_bands_are_told_apart(theme, vision):
    palette = read_palette(theme)
    for first, second in itertools.combinations((*BANDS, "none"), 2):
        pair = (get_lab(palette[band], vision) for band in (first, second))
        distance = sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5
        assert distance > 20, f"{first} and {second} look alike to a {vision}"


@pytest.mark.parametrize("theme", STYLES)
def test_text_on_a_band_can_be_read(theme):
    palette = read_palette(theme)
    for band in BANDS:
        assert get_contrast(palette[band], palette[f"on-{band}"]) >= 4.5, band


@pytest.mark.parametrize("theme", STYLES)
def test_bands_stand_out_from_the_ground(theme):
    palette = read_palette(theme)
    for band in BANDS:
        # Amber on white is paler; its mark and figure stand on it in dark ink.
        least = 1.8 if (band, theme) == ("fair", "light") else 3
        assert get_contrast(palette[band], GROUNDS[theme]) >= least, band
