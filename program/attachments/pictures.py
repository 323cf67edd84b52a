"""Making a picture anew, so that nothing is kept of it but what is seen. Pure.

Where it was taken, by whom and with what (EXIF, XMP, IPTC), comments, profiles, previews and whatever hangs on behind
its end are gone. A picture that unpacks to far more than it should is refused before it is unpacked.
"""

from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin

from program.attachments.kinds import MOST_BYTES, Kind, RefusedError

MOST_PIXELS = 30_000_000
"""In all frames together: about 120 MB unpacked."""
MOST_FRAMES = 300
MOST_KEPT = 2 * MOST_BYTES
"""Bytes that a picture may have once it is made anew."""
TOO_MANY_PIXELS = (
    "This picture has more than 30 million pixels, all its frames together. Please make it smaller,"
    " and attach that."
)
TOO_MANY_FRAMES = f"This animation has more than {MOST_FRAMES} frames. Please shorten it, and attach that."
TOO_HEAVY = "This picture becomes larger than 10 MB when it is kept. Please make it smaller, and attach that."
QUALITY = 90
PLAIN_MODES = ("L", "RGB")
"""What a JPEG may be kept as with the tables that it came with, so that it loses next to nothing."""


def remake_picture(data: bytes, kind: Kind) -> bytes:
    """The picture and nothing else. Raises RefusedError, and whatever Pillow does for one that is broken."""
    try:
        picture = Image.open(BytesIO(data), formats=[kind.name])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedError(TOO_MANY_PIXELS) from error
    with picture:
        _check_pixels(picture.width * picture.height)
        frames, durations = _frames(picture, kind)
        options = _options(picture, frames, kind)
    if kind is Kind.WEBP:
        options |= {"quality": QUALITY, "lossless": data[12:16] == b"VP8L"}
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": frames[1:], "duration": durations}
    made = BytesIO()
    frames[0].save(made, format=kind.name, **options)
    if made.tell() > MOST_KEPT:
        raise RefusedError(TOO_HEAVY)
    return made.getvalue()


def _check_pixels(count: int) -> None:
    if count > MOST_PIXELS:
        raise RefusedError(TOO_MANY_PIXELS)


def _frames(picture: Image.Image, kind: Kind) -> tuple[list[Image.Image], list[int]]:
    """Each frame by itself, and for how many milliseconds it is shown. A JPEG has one."""
    frames: list[Image.Image] = []
    durations: list[int] = []
    pixels = 0
    while kind is not Kind.JPEG and _seek(picture, len(frames)):
        pixels += picture.width * picture.height
        _check_pixels(pixels)
        if len(frames) == MOST_FRAMES:
            raise RefusedError(TOO_MANY_FRAMES)
        frames.append(_bare(picture, kind))
        durations.append(int(picture.info.get("duration") or 0))
    if len(frames) > 1:
        return frames, durations
    return [_bare(ImageOps.exif_transpose(picture), kind)], durations


def _seek(picture: Image.Image, number: int) -> bool:
    try:
        picture.seek(number)
    except EOFError:
        return False
    return True


def _bare(picture: Image.Image, kind: Kind) -> Image.Image:
    """A copy that knows nothing but its pixels, and which of its colours is none."""
    bare = picture.copy()
    keeps = kind is Kind.PNG or bare.mode == "P"
    bare.info = {key: value for key, value in bare.info.items() if keeps and key == "transparency"}
    if kind is Kind.JPEG and bare.mode not in PLAIN_MODES:
        bare = bare.convert("RGB")
    return bare


def _options(picture: Image.Image, frames: list[Image.Image], kind: Kind) -> dict[str, Any]:
    """How it is to be saved, so that it looks as it did."""
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        as_it_came = picture.mode in PLAIN_MODES and bool(picture.quantization)
        tables = {"qtables": picture.quantization, "subsampling": JpegImagePlugin.get_sampling(picture)}
        return tables if as_it_came else {"quality": QUALITY}
    if len(frames) > 1:
        loop = {"loop": picture.info["loop"]} if "loop" in picture.info else {}
        clears = kind is Kind.GIF and any(frame.has_transparency_data for frame in frames)
        return loop | ({"disposal": 2} if clears else {})
    return {}
