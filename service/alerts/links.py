"""Signed links: one tap acknowledges an alert, for one unit and by one person, until they expire; nobody signs in.

A link is made when a message is put into words and says nothing that can be read or changed without the key.
"""

from datetime import datetime
from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer

from service.rules.alerts import LINK_GOOD_FOR
from service.secrets import secret
from service.settings import settings


class Tap(NamedTuple):
    """What a link stands for: whose receipt, which person, and until when."""

    receipt: str
    person: str
    until_at: datetime


def signer() -> URLSafeSerializer:
    # several keys: the first signs, all of them are understood (itsdangerous wants the newest last)
    return URLSafeSerializer(secret().split(",")[::-1], salt="alert")


def signed(receipt: str, person: str, owed_at: datetime) -> str:
    """What stands in the link of a message; the same for every attempt at it."""
    until_at = owed_at + LINK_GOOD_FOR
    made: str = signer().dumps([receipt, person, int(until_at.timestamp())])
    return made


def link(receipt: str, person: str, owed_at: datetime) -> str:
    """The address to be tapped, or nothing where nobody has said at which address the page can be reached."""
    address = settings().address.rstrip("/")
    return f"{address}/a/{signed(receipt, person, owed_at)}" if address else ""


def opened(text: str) -> Tap | None:
    """What a link stands for, expired or not; None for what is none of ours."""
    try:
        receipt, person, until = signer().loads(text)
        return Tap(str(receipt), str(person), datetime.fromtimestamp(until, settings().zone_info()))
    except (BadSignature, ValueError, TypeError, OverflowError, OSError):
        return None
