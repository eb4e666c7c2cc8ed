"""What is left of a file: the picture or the pages. What is refused: in words, quickly and with little memory."""

import subprocess
import sys
import zlib
from io import BytesIO
from time import monotonic

import pikepdf
import pytest
from PIL import Image, ImageCms

from activities.evidence import FAULTS
from activities.files import cleaning, pdf, pictures
from activities.files.cleaning import clean
from activities.files.jpeg import without_metadata
from activities.files.kinds import FileKind, Unfit, kind_of
from activities.tests.made_files import (
    document,
    exif,
    loaded_pdf,
    moving,
    new_pdf,
    photo,
    picture,
    png_that_says,
    written,
)

MOST = 10_000_000
NOTHING_MORE = [
    b"Exif",
    b"GPS",
    b"http",
    b"anteckning",
    b"plats",
    b"Telefonmakaren",
    b"ICC_PROFILE",
    b"Photoshop",
]


def why(content: bytes) -> str:
    with pytest.raises(Unfit) as unfit:
        clean(content, most=MOST)
    return unfit.value.code


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture(), FileKind.JPEG),
        (picture("PNG"), FileKind.PNG),
        (picture("WEBP"), FileKind.WEBP),
        (document(), FileKind.PDF),
        (b"\xef\xbb\xbf\n%PDF-1.7", FileKind.PDF),
        (picture("GIF"), FileKind.GIF),
        (b"\0\0\0\x18ftypheic\0\0\0\0", FileKind.HEIC),
        (b"\0\0\0\x18ftypavif\0\0\0\0", FileKind.OTHER),
        (b"<?xml version='1.0'?>\n<SVG onload='x()'>", FileKind.SVG),
        (b"<html><script>alert(1)</script>%PDF-1.7", FileKind.OTHER),
        (b"MZ\x90", FileKind.OTHER),
        (b"PK\x03\x04", FileKind.OTHER),
        (b"", FileKind.OTHER),
    ],
)
def test_kind_is_told_by_the_content(content, kind):
    assert kind_of(content) == kind


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_picture_becomes_a_bare_jpeg(fmt):
    cleaned = clean(picture(fmt, exif=exif()), most=MOST)

    image = opened(cleaned.content)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (64, 48))
    assert (cleaned.width, cleaned.height, cleaned.pages) == (64, 48, None)
    red, green, blue = image.getpixel((5, 5))
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_place_maker_and_comments_are_gone(fmt):
    options = {"comment": b"min anteckning"} if fmt == "JPEG" else {}
    sent = picture(fmt, exif=exif(), xmp=b"<x:xmpmeta>http min plats</x:xmpmeta>", **options)
    assert b"Telefonmakaren" in sent

    cleaned = clean(sent, most=MOST)

    for content in (cleaned.content, cleaned.small):
        assert [word for word in NOTHING_MORE if word in content] == []
        assert dict(opened(content).getexif()) == {}
        assert opened(content).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_script_behind_and_within_a_picture_is_gone():
    sent = picture(comment=b"<script>alert(1)</script>") + b"<html><script>alert(2)</script></html>"

    assert b"script" not in clean(sent, most=MOST).content


def test_picture_that_is_a_page_as_well_is_a_picture_alone():
    """A PDF or an archive behind a picture: what is kept is no longer either."""
    cleaned = clean(picture() + document() + b"PK\x05\x06" + bytes(18), most=MOST)

    assert b"%PDF" not in cleaned.content
    assert b"PK\x05\x06" not in cleaned.content


@pytest.mark.parametrize(("orientation", "corner"), [(1, "red"), (3, "blue"), (6, "red"), (8, "blue")])
def test_picture_is_turned_the_right_way_up(orientation, corner):
    """Held upright, a phone writes the picture lying down and says so in EXIF."""
    cleaned = clean(picture(exif=exif(orientation)), most=MOST)

    assert (cleaned.width, cleaned.height) == ((48, 64) if orientation in (6, 8) else (64, 48))
    pixel = opened(cleaned.content).getpixel((3, 3))
    assert pixel.index(max(pixel)) == ("red", "green", "blue").index(corner)


def test_large_picture_is_made_smaller():
    cleaned = clean(picture(size=(4000, 3000)), most=MOST)

    assert (cleaned.width, cleaned.height) == (2400, 1800)
    assert opened(cleaned.small).size == (480, 360)


def test_small_picture_is_not_made_larger():
    cleaned = clean(picture(size=(1, 1)), most=MOST)

    assert opened(cleaned.content).size == opened(cleaned.small).size == (1, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode):
    if mode == "I;16":
        sent = BytesIO()
        Image.new("I;16", (64, 48), 65535).save(sent, "PNG")
        content = sent.getvalue()
    else:
        content = picture("PNG", mode=mode)

    assert opened(clean(content, most=MOST).content).size == (64, 48)


def test_see_through_picture_stands_on_white():
    sent = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(sent, "PNG")

    assert opened(clean(sent.getvalue(), most=MOST).content).getpixel((4, 4)) == (255, 255, 255)


def test_colour_profile_is_used_and_left_out():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    cleaned = clean(picture(icc_profile=profile), most=MOST)  # it does not fit: the colours as they are

    assert "icc_profile" not in opened(cleaned.content).info
    assert opened(cleaned.content).getpixel((5, 5))[0] > 200


def test_picture_of_a_phone_with_a_second_one_in_it_is_taken():
    sent = moving("MPO")

    assert opened(clean(sent, most=MOST).content).getpixel((5, 5))[0] > 200


@pytest.mark.parametrize("fmt", ["PNG", "WEBP"])
def test_moving_picture_is_refused(fmt):
    assert why(moving(fmt)) == "moving"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (picture("GIF"), "gif"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "heic"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>", "svg"),
        (b"MZ\x90\x00" + bytes(500), "other"),
        (picture("TIFF"), "other"),
        (picture(size=(400, 300))[:900], "unreadable"),
        (b"\xff\xd8\xff" + bytes(100), "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "unreadable"),
        (picture("PNG", size=(400, 300))[:200], "unreadable"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(50), "unreadable"),
        (b"%PDF-1.7\nhej", "unreadable"),
        (document()[:200], "unreadable"),
        (document(encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"),
        (document(encryption=pikepdf.Encryption(owner="a", user="")), "encrypted"),
        (document(pdf.MOST_PAGES + 1), "pages"),
        (bytes(MOST + 1), "large"),
        (picture() + bytes(MOST), "large"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(content, code):
    assert why(content) == code
    assert FAULTS[code]


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")  # from half the limit on
def test_picture_at_the_limit_of_pixels_is_taken_and_one_more_row_is_not(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # as it was before, afterwards
    monkeypatch.setattr(pictures, "MOST_PIXELS", 64 * 48)

    assert pictures.clean_picture(picture()).width == 64
    with pytest.raises(Unfit, match="pixels"):
        pictures.clean_picture(picture(size=(64, 49)))


def test_huge_picture_is_refused_before_it_is_read():
    """900 million pixels in a file of some kilobytes, the picture itself and its head alone."""
    bomb = png_that_says(30_000, 30_000, zlib.compress(bytes(20_000_000), 9))
    assert len(bomb) < 50_000
    began = monotonic()

    assert why(bomb) == "pixels"
    assert why(png_that_says(30_000, 30_000)) == "pixels"
    assert why(png_that_says(2**31 - 1, 1)) == "pixels"
    assert monotonic() - began < 20


def test_png_with_more_in_it_than_its_head_says_needs_no_more_memory():
    """200 MB of zeros for a picture of one pixel."""
    bomb = png_that_says(1, 1, zlib.compress(bytes(200_000_000), 9))

    assert clean(bomb, most=MOST).width == 1


def test_too_much_memory_is_told_and_ends_with_the_process(monkeypatch):
    """A reader that would eat all there is has a process of its own, and limits in it."""
    greedy = "import activities.files.worker as w; w.clean_picture = lambda sent: bytes(4_000_000_000); w.main('jpeg')"
    run = subprocess.run
    monkeypatch.setattr(
        cleaning.subprocess, "run", lambda _args, **options: run([sys.executable, "-c", greedy], **options)
    )

    assert why(picture()) == "heavy"


def test_too_much_time_is_told(monkeypatch):
    run = subprocess.run
    slow = "import time; time.sleep(30)"
    monkeypatch.setattr(cleaning, "SECONDS", 0.2)
    monkeypatch.setattr(
        cleaning.subprocess, "run", lambda _args, **options: run([sys.executable, "-c", slow], **options)
    )

    assert why(picture()) == "heavy"


def test_reader_is_told_none_of_the_sites_secrets(monkeypatch):
    given = {}
    run = subprocess.run

    def spy(arguments, **options):
        given.update(options["env"])
        return run(arguments, **options)

    monkeypatch.setenv("SECRET_KEY", "hemligt")
    monkeypatch.setattr(cleaning.subprocess, "run", spy)
    clean(picture(), most=MOST)

    assert given.keys() == {"PATH", "LC_ALL"}


def test_pdf_keeps_its_pages_language_and_links():
    cleaned = clean(loaded_pdf(), most=MOST)

    assert (cleaned.is_picture, cleaned.pages, cleaned.small) == (False, 2, b"")
    with pikepdf.open(BytesIO(cleaned.content)) as result:
        assert len(result.pages) == 2
        assert str(result.Root.Lang) == "sv-SE"
        addresses = [str(one.A.URI) for one in result.pages[0].obj.Annots if "/A" in one]
        assert addresses == ["https://malmo.se"]
        assert str(result.pages[0].obj.Annots[3].Contents) == "Lappen"


def test_pdf_runs_nothing_and_hides_nothing():
    with pikepdf.open(BytesIO(clean(loaded_pdf(), most=MOST).content)) as result:
        assert result.Root.keys() <= {"/Type", "/Pages", "/Lang", "/Version", "/Names"}
        assert result.Root.Names.keys() == {"/Dests"}
        assert "/Info" not in result.trailer
        assert len(result.attachments) == 0
        plain = written(result, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    forbidden = [
        b"JavaScript", b"/JS", b"skript", b"OpenAction", b"/AA", b"Launch", b"calc.exe", b"SubmitForm", b"stjal",
        b"bilaga", b"EmbeddedFile", b"Upphovsperson", b"xmpmeta", b"PieceInfo", b"dold text", b"miniatyren",
        b"AcroForm", b"XFA", b"file:///", b"FileAttachment", b"/Next",
    ]  # fmt: skip
    assert [word for word in forbidden if word in plain] == []


def test_photo_in_a_pdf_has_lost_its_place_and_is_the_same_picture():
    with pikepdf.open(BytesIO(clean(loaded_pdf(), most=MOST).content)) as result:
        raw = result.pages[0].obj.Resources.XObject.Im0.read_raw_bytes()

    assert [word for word in NOTHING_MORE if word in raw] == []
    assert opened(raw).tobytes() == opened(photo()).tobytes()


def test_packed_photo_in_a_pdf_has_lost_its_place_too():
    sent = new_pdf()
    sent.pages[0].obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(
            Im0=pikepdf.Stream(
                sent,
                zlib.compress(photo()),
                Subtype=pikepdf.Name.Image,
                Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode]),
            )
        )
    )
    with pikepdf.open(BytesIO(clean(written(sent), most=MOST).content)) as result:
        raw = result.pages[0].obj.Resources.XObject.Im0.read_raw_bytes()

    assert opened(raw).size == (64, 48)
    assert b"Telefonmakaren" not in raw


def test_photo_packed_to_burst_is_refused():
    sent = new_pdf()
    sent.pages[0].obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(
            Im0=pikepdf.Stream(
                sent,
                zlib.compress(bytes(pdf.MOST_UNPACKED + 1)),
                Subtype=pikepdf.Name.Image,
                Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode]),
            )
        )
    )

    assert why(written(sent)) == "complex"


def test_pdf_of_ten_thousand_pages_is_refused():
    assert why(document(10_000)) == "pages"


def test_pdf_of_too_many_objects_is_refused(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_OBJECTS", 3)

    with pytest.raises(Unfit, match="complex"):
        pdf.clean_pdf(document(10))


def test_older_version_within_a_pdf_is_gone():
    """Saved on top of itself, a PDF keeps what was struck out; written anew it does not."""
    first = new_pdf()
    first.pages[0].obj.Contents = first.make_stream(b"BT (det gamla) Tj ET")
    old = written(first, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(BytesIO(old)) as stored:
        number, size = stored.pages[0].obj.Contents.objgen[0], int(stored.trailer.Size)
        root = stored.Root.objgen[0]
    new = b"\n%d 0 obj\n<< /Length 18 >>\nstream\nBT (det nya) Tj ET\nendstream\nendobj\n" % number
    update = new + (
        b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
        % (number, len(old) + 1, size, root, int(old.split()[-2]), len(old) + len(new))
    )
    assert b"det gamla" in old

    with pikepdf.open(BytesIO(clean(old + update, most=MOST).content)) as result:
        assert len(result.pages) == 1
        assert result.pages[0].Contents.read_bytes() == b"BT (det nya) Tj ET"
        assert b"det gamla" not in written(
            result,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )


def test_same_file_is_cleaned_to_the_same_bytes():
    """So that a file sent twice is found to be there already."""
    for sent in (loaded_pdf(), photo()):
        assert clean(sent, most=MOST).content == clean(sent, most=MOST).content


START, END = b"\xff\xd8", b"\xff\xd9"
PLACE, NOTE, ADOBE = b"\xff\xe1\x00\x06Exif", b"\xff\xfe\x00\x03x", b"\xff\xee\x00\x04Ad"
SCAN, MORE = b"\xff\xda\x00\x02ab\xff\x00c", b"\xff\xd0d"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", b""),
        (START, b""),
        (b"hej", b""),
        (START + PLACE, b""),
        (START + PLACE + SCAN + END + b"rest", START + SCAN + END),
        (START + b"\xff" + NOTE + SCAN, START + SCAN),
        (START + ADOBE + SCAN + MORE + PLACE + SCAN + END, START + ADOBE + SCAN + MORE + SCAN + END),
        (START + SCAN + END + START + PLACE + SCAN + END, START + SCAN + END),
    ],
)
def test_segments_of_a_jpeg_that_say_more_than_the_picture_are_left_out(content, expected):
    assert without_metadata(content) == expected
