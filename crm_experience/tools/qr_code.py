"""Links as pictures that a phone or tablet reads."""

import io

import qrcode


def draw_qr_code(text: str) -> bytes:
    """Return the QR code (ISO/IEC 18004) of `text` as PNG, with the quiet zone it needs.

    :param text: a few hundred characters at most, so that any phone reads it
    :raises ValueError: when it is longer than any QR code holds
    """
    picture = io.BytesIO()
    code = qrcode.make(text, error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8)
    code.save(picture, "PNG")
    return picture.getvalue()
