"""Calls that nobody signs in for: so many an hour from one network for one thing, whichever process they come to.

What is kept is a keyed hash of the network and of what it came for, for an hour, and no address.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from math import ceil

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import PublicCall
from service import store
from service.rules.steps import change, make, remove
from service.secrets import secret
from service.store import Applied

HOUR = timedelta(hours=1)
MOST = 5
NETWORK_BITS = 64  # one household or telephone has a whole network of IPv6 addresses
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
TRIES = 5
BATCH = 2_000


def wait(engine: Engine, caller: str, place: str, *, now: datetime, most: int = MOST, per: timedelta = HOUR) -> int:
    """0 lets the call through and counts it; else the seconds after which the next may come.

    Who is turned away is only looked up, so that a crowd at the door keeps no writer waiting.
    """
    key = key_of(caller, place)
    for _ in range(TRIES):
        with store.reading(engine) as session:
            version, came = lately(session, key, now, per)
        if len(came) >= most:
            return max(1, ceil((came[-most] + per // MILLISECOND - stamp(now)) / 1000))
        values = {"came": [*came, stamp(now)], "attend_at": now + per}
        made = make(PublicCall, key, "came", values)
        step = made if version is None else change(PublicCall, key, version, "came", values)
        with store.transaction(engine) as session:
            if store.apply(session, [step], now=now, by="public", journal=False).applied:
                return 0
    return 1  # a crowd at one moment: the next try is a second away


def lately(session: Session, key: str, now: datetime, per: timedelta) -> tuple[int | None, list[int]]:
    """The version of a row and its calls of the last hour; one ahead of `now` (a clock set back) counts as now."""
    columns = select(col(PublicCall.version), col(PublicCall.came)).where(col(PublicCall.key) == key)
    row = session.execute(columns).one_or_none()
    if row is None:
        return None, []
    return row.version, [min(one, stamp(now)) for one in row.came if one > stamp(now - per)]


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Forget those who have not come for an hour."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            columns = select(col(PublicCall.key), col(PublicCall.version))
            old = store.attending(columns, PublicCall, now)
            rows = session.execute(old.order_by(col(PublicCall.attend_at)).limit(BATCH)).all()
            steps = [remove(PublicCall, key, version, "forgotten") for key, version in rows]
            total += store.apply(session, steps, now=now, by="sweep", journal=False)
        if len(rows) < BATCH:
            return total


def key_of(caller: str, place: str) -> str:
    """What is kept of who came for what: nobody without the secret can try addresses out on it."""
    named = f"{network_of(caller)}\0{place}".encode("utf-8", "surrogatepass")
    return hmac.new(secret().encode(), named, sha256).hexdigest()


def stamp(at: datetime) -> int:
    return (at - EPOCH) // MILLISECOND


def network_of(caller: str) -> str:
    """What counts as one caller: an IPv4 address, a network of IPv6 addresses; anything else as it is."""
    try:
        address = ip_address(caller)
    except ValueError:
        return caller
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(int(address) >> NETWORK_BITS)
