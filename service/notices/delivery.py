"""Sending for real, or only for rehearsal: who carries the messages is decided here and nowhere else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Engine

from service import clock
from service.couriers import CourierDesk, MemoryCourier
from service.couriers.addresses import check
from service.notices.claims import Terms
from service.notices.sending import Passed, Sender, Sent
from service.secrets import opened
from service.settings import settings


@cache
def desk() -> CourierDesk:
    """The couriers of this process, with their pool of connections, the gateways and the guard of the settings."""
    return CourierDesk(base_urls=settings().gateway_urls(), guard=guard)


def guard(address: str) -> None:
    """Refuse an address that may not be used, or no longer: a name can lead elsewhere than when it was entered."""
    if not address.startswith("log://"):
        check(address, allowed_hosts=settings().hosts(), allow_private=settings().allow_private_hosts)


def terms() -> Terms:
    """What every sender keeps to, by the settings."""
    known = settings()
    return Terms(a_minute=known.messages_a_minute, quiet=known.quiet(), never_twice=known.kinds_never_twice())


def stopwatch() -> Passed:
    """The time since now, asked of the one clock."""
    began_at = clock.now()
    return lambda: clock.now() - began_at


def standing() -> timedelta:
    """No time passes along a moved clock."""
    return timedelta(0)


def deliver_owed(engine: Engine, now: datetime) -> Sent:
    """Send what is owed at `now` through everybody's own channels."""
    return Sender(engine, now, desk(), opened, terms(), stopwatch()).deliver()


def deliver_now(engine: Engine, keys: Sequence[str], now: datetime) -> Sent:
    """Send what is urgent of these notices, named by their keys or subjects, without waiting for the next round.

    For whoever has just committed them; what fails is tried again by the rounds. No keys, no messages.
    """
    return Sender(engine, now, desk(), opened, terms(), stopwatch()).deliver(keys) if keys else Sent()


def rehearse(engine: Engine, now: datetime, courier: MemoryCourier | None = None) -> Sent:
    """Settle what is owed as if it had arrived, and send nothing: along a moved clock nobody shall be rung.

    `courier` keeps what would have been sent, for whoever wants to read it.
    """
    return Sender(engine, now, courier or MemoryCourier(), opened, terms(), standing).deliver()
