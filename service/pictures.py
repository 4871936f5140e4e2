"""Photos as they come from a telephone: looked at, turned upright, stripped of where and by whom they were taken."""

import io
import warnings
from hashlib import sha256
from typing import NamedTuple

from PIL import Image, ImageOps

from service.errors import Fault, Refused
from service.settings import settings

BYTES_AT_MOST = 10 * 1024 * 1024
PIXELS_AT_MOST = 64_000_000
QUALITY = 88
SMALL_SIDE, SMALL_QUALITY = 480, 72  # some 30 kB: what a list shows, or a telephone's screen side by side
GPS = 0x8825  # the part of a photo's EXIF that says where it was taken
POSITION = range(7)  # of that part: version, latitude, longitude and altitude with their references
# how a file of each kind begins, whatever its name says; Pillow is asked for that kind and no other
KINDS = ("JPEG", "PNG", "WEBP")
PDF = "application/pdf"
DAMAGED = "is damaged, or was not copied whole: choose another"
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class Photo(NamedTuple):
    """A photo fit to be kept, and a small JPEG of it."""

    media_type: str
    sha256: str
    data: bytes
    small: bytes


def read_paper(data: bytes) -> Photo:
    """A document's file: a PDF as it came, or a photo of it (`read_photo`). Refused says why a file is not taken."""
    if not data.startswith(b"%PDF-"):
        return read_photo(data)
    if len(data) > BYTES_AT_MOST:
        raise refused("is larger than {most} MB", most=BYTES_AT_MOST // 1024 // 1024)
    if b"%%EOF" not in data[-1024:]:
        raise refused(DAMAGED)
    return Photo(PDF, sha256(data).hexdigest(), data, b"")


def kind_of(data: bytes) -> str:
    """The kind of a picture by its first bytes; empty for any other file."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def read_photo(data: bytes) -> Photo:
    """The photo in a file's bytes, made anew: the pixels and nothing else, so that no name goes with it, and no
    position unless the settings keep that.

    JPEG, PNG and WebP up to 10 MB and 64 million pixels. It takes a second for a large one: call it outside any
    transaction. Refused says why a file is not taken.
    """
    if len(data) > BYTES_AT_MOST:
        raise refused("is larger than {most} MB", most=BYTES_AT_MOST // 1024 // 1024)
    kind = kind_of(data)
    if not kind:
        raise refused("is no photo of the kind JPEG, PNG or WebP")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is odd about a picture is decided below
            made, small = remade(data, kind)
    except Refused:
        raise
    except Exception as wrong:  # a broken picture makes the reader stumble anywhere: each way it is the file's fault
        raise refused(DAMAGED) from wrong
    return Photo(MEDIA_TYPES[kind], sha256(made).hexdigest(), made, small)


def remade(data: bytes, kind: str) -> tuple[bytes, bytes]:
    """The picture verified, decoded, turned as its camera says and encoded again without anything beside it; with it
    a small one."""
    with Image.open(io.BytesIO(data), formats=(kind,)) as looked_at:
        if looked_at.width * looked_at.height > PIXELS_AT_MOST:
            raise refused("has more than {most} million pixels", most=PIXELS_AT_MOST // 1_000_000)
        looked_at.verify()
    with Image.open(io.BytesIO(data), formats=(kind,)) as opened:
        kept = position(opened) if settings().photo_positions else None
        upright = ImageOps.exif_transpose(opened)
        plain = upright.convert("RGBA" if kind != "JPEG" and upright.has_transparency_data else "RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    written = io.BytesIO()
    bare.save(written, kind, **({} if kind == "PNG" else {"quality": QUALITY}), **({"exif": kept} if kept else {}))
    return written.getvalue(), small_of(bare)


def position(picture: Image.Image) -> Image.Exif | None:
    """Where a photo was taken, and nothing else of what its camera wrote; None where it doesn't say."""
    where = {tag: value for tag, value in picture.getexif().get_ifd(GPS).items() if tag in POSITION}
    if not where:
        return None
    kept = Image.Exif()
    kept[GPS] = where
    return kept


def small_of(picture: Image.Image) -> bytes:
    """A small JPEG of a picture, what is clear on white."""
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    if small.mode == "RGBA":
        white = Image.new("RGB", small.size, "white")
        white.paste(small, mask=small.getchannel("A"))
        small = white
    written = io.BytesIO()
    small.save(written, "JPEG", quality=SMALL_QUALITY)
    return written.getvalue()


def small_from(data: bytes) -> bytes:
    """The small JPEG of a picture that `read_photo` made before small ones were kept."""
    with Image.open(io.BytesIO(data), formats=KINDS) as opened:
        return small_of(opened.convert("RGBA" if opened.has_transparency_data else "RGB"))


def refused(reason: str, **facts: object) -> Refused:
    return Refused("The photo can't be taken", faults=[Fault("photo", reason, dict(facts) or None)])
