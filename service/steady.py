"""The same bytes for the same content: a zip package (.xlsx, .docx) without the instant at which it was packed."""

import io
import re
import zipfile

PACKED_AT = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
INSTANT = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
WRITTEN_AT = rb"\g<1>2000-01-01T00:00:00Z\g<3>"
PROPERTIES = "docProps/core.xml"


def part(name: str) -> zipfile.ZipInfo:
    """The heading of a part as it stands in every package."""
    info = zipfile.ZipInfo(name, PACKED_AT)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system, info.external_attr = 3, 0o600 << 16
    return info


def steady(package: bytes) -> bytes:
    """The package with fixed instants, its parts in the order of their names but for the list of types, which is first.

    What the parts hold is left as it is.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(written, "w") as target:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            target.writestr(part(name), undated(name, source.read(name)))
    return written.getvalue()


def undated(name: str, content: bytes) -> bytes:
    """A part without the instants at which somebody wrote it."""
    return INSTANT.sub(WRITTEN_AT, content) if name == PROPERTIES else content
