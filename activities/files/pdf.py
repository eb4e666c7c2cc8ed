"""A PDF written anew with its pages and what makes them readable: nothing that runs, nothing hidden, no metadata."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from activities.files.jpeg import without_metadata
from activities.files.kinds import Unfit

MOST_PAGES = 200
MOST_OBJECTS = 50_000
MOST_UNPACKED = 50_000_000  # bytes of one picture within

# All else in the catalogue goes: scripts, forms, attachments, names, actions on opening, signatures, portfolios.
_CATALOGUE = frozenset(
    {
        "/Type",
        "/Pages",
        "/Dests",
        "/Version",
        "/Lang",
        "/MarkInfo",
        "/StructTreeRoot",
        "/Outlines",
        "/PageLabels",
        "/PageMode",
        "/PageLayout",
        "/OCProperties",
        "/OutputIntents",
    }
)
# Wherever they stand. /Thumb is a small picture of the page, perhaps as it was before something was covered.
_REMOVED = (
    "/AA", "/AF", "/EF", "/EmbeddedFiles", "/JS", "/JavaScript", "/LastModified", "/Metadata", "/OpenAction",
    "/PieceInfo", "/RichMediaContent", "/Thumb", "/XFA",
)  # fmt: skip
_ANNOTATIONS = frozenset(
    {
        "/Caret",
        "/Circle",
        "/FreeText",
        "/Highlight",
        "/Ink",
        "/Line",
        "/Link",
        "/PolyLine",
        "/Polygon",
        "/Popup",
        "/Square",
        "/Squiggly",
        "/Stamp",
        "/StrikeOut",
        "/Text",
        "/Underline",
    }
)
_OF_ANNOTATIONS = ("/T", "/NM", "/M", "/CreationDate", "/RC")  # who wrote the note, and when


@dataclass(frozen=True, slots=True)
class Document:
    content: bytes
    pages: int


def clean_pdf(content: bytes) -> Document:
    """Unfit: "encrypted", "pages", "complex", "unreadable". Other errors of a broken file pass."""
    try:
        pdf = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        raise Unfit("encrypted") from None
    except pikepdf.PdfError:
        raise Unfit("unreadable") from None
    with pdf:
        if pdf.is_encrypted:
            raise Unfit("encrypted")
        if len(pdf.objects) > MOST_OBJECTS:
            raise Unfit("complex")
        pages = len(pdf.pages)
        if not pages:
            raise Unfit("unreadable")
        if pages > MOST_PAGES:
            raise Unfit("pages")
        try:
            _clean(pdf)
            written = BytesIO()
            pdf.save(
                written,
                fix_metadata_version=False,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
            )
        except pikepdf.PdfError:
            raise Unfit("unreadable") from None
    return Document(written.getvalue(), pages)


def _clean(pdf: pikepdf.Pdf) -> None:
    pdf.flatten_annotations("all")  # what was filled in and drawn becomes part of its page
    names = pdf.Root.get("/Names")
    places = names.get("/Dests") if isinstance(names, Dictionary) else None
    for key in set(pdf.Root.keys()) - _CATALOGUE:
        del pdf.Root[key]
    if isinstance(places, Dictionary):
        pdf.Root["/Names"] = Dictionary(Dests=places)  # where links within the document lead
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for one in pdf.objects:
        for part in _within(one):
            _clean_dictionary(part)
            if isinstance(part, Stream):
                _clean_stream(part)
    for page in pdf.pages:
        if "/Annots" in page.obj:
            _clean_annotations(page.obj)


def _within(whole: Any) -> Iterator[Any]:
    """The dictionaries and streams of one object; what it only points at has its own turn."""
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            waiting += [item for item in one if isinstance(item, Array | Dictionary) and not item.is_indirect]
        elif isinstance(one, Dictionary | Stream):
            yield one
            values = [one[key] for key in list(one.keys())]
            waiting += [
                value for value in values if isinstance(value, Array | Dictionary) and not value.is_indirect
            ]


def _clean_dictionary(one: Any) -> None:
    for key in _REMOVED:
        if key in one:
            del one[key]
    if _is_action(one.get("/A")) and not _is_harmless(one["/A"]):
        del one["/A"]
    if _is_action(one):
        if "/Next" in one:
            del one["/Next"]
        if not _is_harmless(one):
            for key in list(one.keys()):
                del one[key]


_ACTIONS = frozenset(
    {
        "/GoTo",
        "/GoTo3DView",
        "/GoToE",
        "/GoToR",
        "/GoToDp",
        "/Hide",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Named",
        "/Rendition",
        "/ResetForm",
        "/RichMediaExecute",
        "/SetOCGState",
        "/Sound",
        "/SubmitForm",
        "/Thread",
        "/Trans",
        "/URI",
    }
)


def _is_action(one: Any) -> bool:
    """/S also names the style of a border, a group and an element of the structure: those have other values."""
    return isinstance(one, Dictionary) and isinstance(one.get("/S"), Name) and str(one["/S"]) in _ACTIONS


def _is_harmless(action: Any) -> bool:
    """A place in the same document, or a page on the web."""
    if action["/S"] == Name.GoTo:
        return True
    if action["/S"] != Name.URI:
        return False
    return bytes(action.get("/URI", b"")).lower().startswith((b"http://", b"https://"))


def _clean_annotations(page: Any) -> None:
    kept = []
    for one in page["/Annots"]:
        if not isinstance(one, Dictionary) or str(one.get("/Subtype")) not in _ANNOTATIONS:
            continue  # attached files, sound, film and three dimensions
        for key in _OF_ANNOTATIONS:
            if key in one:
                del one[key]
        kept.append(one)
    page["/Annots"] = Array(kept)


def _clean_stream(stream: Any) -> None:
    """A photo within a PDF is a JPEG file as the phone wrote it: with the place where it was taken."""
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, Array) else [str(filters)]
    if "/JPXDecode" in names:
        raise Unfit("complex")
    if "/DCTDecode" not in names:
        return
    raw = stream.read_raw_bytes()
    while names[0] == "/FlateDecode":
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(raw, MOST_UNPACKED)
        if unpacker.unconsumed_tail:
            raise Unfit("complex")
        names.pop(0)
    if names != ["/DCTDecode"]:
        raise Unfit("complex")
    parameters = stream.get("/DecodeParms")
    last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
    stream.write(
        without_metadata(raw),
        filter=Name.DCTDecode,
        decode_parms=last if isinstance(last, Dictionary) else None,
    )
