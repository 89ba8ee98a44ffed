import io

import pytest
from PIL import Image

from crm_experience.tools.qr_code import draw_qr_code


def test_it_is_a_square_picture_with_a_quiet_zone():
    picture = Image.open(io.BytesIO(draw_qr_code("https://shop.example/experience/" + "x" * 43)))
    assert picture.format == "PNG"
    assert picture.width == picture.height > 200
    assert all(picture.convert("L").getpixel((x, 16)) == 255 for x in range(picture.width))


def test_different_links_look_different():
    assert draw_qr_code("a") != draw_qr_code("b")


def test_what_no_code_holds():
    with pytest.raises(ValueError, match="version"):
        draw_qr_code("x" * 5000)
