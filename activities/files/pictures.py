"""A picture made anew from its pixels: nothing else that was in the file is left."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms

from activities.files.kinds import Unfit

MOST_PIXELS = 50_000_000  # the largest that phones take as they come; 200 MB while it is read
EDGE = 2_400  # pixels: enough for a full screen and for A4
SMALL_EDGE = 480
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """Two JPEG files, ``small`` for lists, and the size of the large one in pixels."""

    content: bytes
    small: bytes
    width: int
    height: int


def clean_picture(content: bytes) -> Picture:
    """JPEG, PNG or WebP -> JPEG in sRGB, the right way up, at most EDGE pixels wide and high, without metadata.

    Unfit: "pixels" before anything is decoded, "moving", "unreadable". Other errors of a broken file pass.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses from twice that
    try:
        source = Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    except Image.DecompressionBombError:
        raise Unfit("pixels") from None
    except (OSError, SyntaxError, ValueError):
        raise Unfit("unreadable") from None
    with source:
        if source.width * source.height > MOST_PIXELS:
            raise Unfit("pixels")
        if source.format in ("PNG", "WEBP") and getattr(source, "n_frames", 1) > 1:
            raise Unfit("moving")  # phones put a second picture into a JPEG (MPO): the first one is taken
        profile, turn = source.info.get("icc_profile"), _turn(source)
        source.draft("RGB", (EDGE, EDGE))  # a large JPEG is decoded at a half, a quarter or an eighth
        try:
            source.load()
        except (OSError, SyntaxError, ValueError):
            raise Unfit("unreadable") from None
        picture = _in_srgb(_shrunk(source, EDGE), profile)
    if turn is not None:
        picture = picture.transpose(turn)
    return Picture(_jpeg(picture, 85), _jpeg(_shrunk(picture, SMALL_EDGE), 75), picture.width, picture.height)


def _turn(picture: Image.Image) -> Image.Transpose | None:
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, TypeError):  # EXIF that cannot be read says nothing
        return None


def _shrunk(picture: Image.Image, edge: int) -> Image.Image:
    """A copy in a mode that can be scaled and saved, without what was see-through."""
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
    elif picture.mode not in ("RGB", "L", "CMYK"):
        picture = picture.convert("RGB")
    else:
        picture = picture.copy()
    picture.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None  # a profile that does not fit its picture: the colours are taken as they are
        if converted is not None:
            return converted
    return picture.convert("RGB")


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    # Pixels alone: a picture carries comments and profiles along into what it is saved as.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    written = BytesIO()
    bare.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()
