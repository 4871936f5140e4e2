"""Photos as they come from a telephone: looked at, turned upright, stripped of where and by whom they were taken."""

import io
import warnings
from hashlib import sha256
from typing import NamedTuple

from PIL import Image, ImageOps

from service.errors import Fault, Refused

BYTES_AT_MOST = 10 * 1024 * 1024
PIXELS_AT_MOST = 64_000_000
QUALITY = 88
# how a file of each kind begins, whatever its name says; Pillow is asked for that kind and no other
KINDS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class Photo(NamedTuple):
    """A photo fit to be kept."""

    media_type: str
    sha256: str
    data: bytes


def kind_of(data: bytes) -> str:
    """The kind of a picture by its first bytes; empty for any other file."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def read_photo(data: bytes) -> Photo:
    """The photo in a file's bytes, made anew: the pixels and nothing else, so that no position or name goes with it.

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
            made = remade(data, kind)
    except Refused:
        raise
    except Exception as wrong:  # a broken picture makes the reader stumble anywhere: each way it is the file's fault
        raise refused("is broken: {why}", why=type(wrong).__name__) from wrong
    return Photo(MEDIA_TYPES[kind], sha256(made).hexdigest(), made)


def remade(data: bytes, kind: str) -> bytes:
    """The picture verified, then decoded, turned as its camera says, and encoded again without anything beside it."""
    with Image.open(io.BytesIO(data), formats=(kind,)) as looked_at:
        if looked_at.width * looked_at.height > PIXELS_AT_MOST:
            raise refused("has more than {most} million pixels", most=PIXELS_AT_MOST // 1_000_000)
        looked_at.verify()
    with Image.open(io.BytesIO(data), formats=(kind,)) as opened:
        upright = ImageOps.exif_transpose(opened)
        plain = upright.convert("RGBA" if kind != "JPEG" and upright.has_transparency_data else "RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    written = io.BytesIO()
    bare.save(written, kind, **({} if kind == "PNG" else {"quality": QUALITY}))
    return written.getvalue()


def refused(reason: str, **facts: object) -> Refused:
    return Refused("The photo can't be taken", faults=[Fault("photo", reason, dict(facts) or None)])
