"""The links of a calendar address, for a page, a phone and its camera."""

from typing import NamedTuple

from service.settings import settings


class Links(NamedTuple):
    """`url` for whoever pastes it, `webcal` for a phone to open, `qr` the same for its camera, as SVG."""

    url: str
    webcal: str
    qr: str


def calendar_links(base: str, secret: str) -> Links:
    """The links of the calendar with a secret: under our public address, else the one that the caller reached us by."""
    import segno  # only whoever makes an address needs it

    url = f"{(settings().address or base).rstrip('/')}/feeds/{secret}.ics"
    webcal = f"webcal://{url.partition('://')[2]}"
    qr = segno.make(webcal, error="m", micro=False).svg_inline(scale=4, border=4)
    return Links(url, webcal, qr)
