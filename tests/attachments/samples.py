"""Files that people attach, and files that nobody should."""

from io import BytesIO

from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

SECRET = b"57.7089 N, 11.9746 E"
"""Where a picture was taken, and what hangs on behind its end."""


def saved(picture, kind, **options):
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def plot(size=(60, 40)):
    """Colours that go from side to side, so that turning it shows."""
    return Image.linear_gradient("L").resize(size).convert("RGB")


def taken_somewhere(kind):
    """A picture with everything that is not seen in it, turned by a quarter as cameras do."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET.decode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    more = {"PNG": {"pnginfo": text}, "JPEG": {"comment": SECRET}, "WEBP": {"xmp": SECRET}}[kind]
    return saved(plot(), kind, exif=exif, icc_profile=SECRET * 10, **more) + SECRET + b"PK\x03\x04"


def animation(kind, count=3, size=(20, 20)):
    frames = [Image.new("RGB", size, (40 * number, 0, 0)) for number in range(count)]
    return saved(
        frames[0],
        kind,
        save_all=True,
        append_images=frames[1:],
        duration=[100 * number for number in range(1, count + 1)],
        loop=2,
    )


def pdf(change=lambda _writer: None, pages=1):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    change(writer)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def action(**said):
    """A PDF that does this when it is opened."""
    pairs = {NameObject(f"/{key}"): value for key, value in said.items()}
    return pdf(lambda w: w.root_object.update({NameObject("/OpenAction"): DictionaryObject(pairs)}))


PNG, PDF = saved(plot(), "PNG"), pdf()
SCRIPTED = pdf(lambda writer: writer.add_open_action(JavaScript("app.alert(1)")))
OPENLY = action(S=NameObject("/JavaScript"), Q=TextStringObject("xxxx"))
HIDDEN = OPENLY.replace(b"/JavaScript", b"/J#61vaScript").replace(b"(xxxx)", b"(xx)")
