"""QR codes: an address as a picture that any telephone reads."""

from io import BytesIO

import qrcode
from PIL import Image

QUIET = 4  # modules of white around the code, as the standard asks
SCALE = 8  # dots a module


def png_of(text: str) -> bytes:
    """The text as a black and white PNG. The same text gives the same bytes."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    picture = Image.new("1", (len(rows), len(rows)), color=1)
    picture.putdata([0 if dark else 1 for row in rows for dark in row])
    content = BytesIO()
    picture.resize((len(rows) * SCALE, len(rows) * SCALE)).save(content, format="PNG")
    return content.getvalue()
