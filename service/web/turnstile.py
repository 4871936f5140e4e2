"""A turnstile for calls that nobody signs in for: so many an hour for each caller and place, and no more memory."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil
from threading import Lock

HOUR = timedelta(hours=1)
NETWORK_BITS = 64  # one household or telephone has a whole network of IPv6 addresses


class Turnstile:
    """Lets `most` calls through in an hour for each caller and place, remembered by this process alone.

    Of `kept` callers at most it remembers anything: those who came longest ago are forgotten first.
    """

    def __init__(self, most: int = 5, per: timedelta = HOUR, kept: int = 10_000) -> None:
        self.most = most
        self.per = per
        self.kept = kept
        self._lock = Lock()
        self._came: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()

    def wait(self, caller: str, place: str, now: datetime) -> int:
        """0 lets the call through and counts it; else the seconds after which the next may come."""
        key = (network_of(caller), place)
        with self._lock:
            came = self._came.setdefault(key, deque())
            self._came.move_to_end(key)
            while came and came[0] <= now - self.per:
                came.popleft()
            if len(came) >= self.most:
                return max(1, ceil((came[0] + self.per - now).total_seconds()))
            came.append(now)
            while len(self._came) > self.kept:
                self._came.popitem(last=False)
        return 0

    def __len__(self) -> int:
        return len(self._came)


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
