"""Sending for real, or only for rehearsal: who carries the messages is decided here and nowhere else."""

from datetime import datetime
from functools import cache

from sqlalchemy import Engine

from service.couriers import CourierDesk, MemoryCourier
from service.notices import Sent, deliver
from service.secrets import opened


@cache
def desk() -> CourierDesk:
    """The couriers of this process, with their pool of connections."""
    return CourierDesk()


def deliver_owed(engine: Engine, now: datetime) -> Sent:
    """Send what is owed at `now` through everybody's own channels."""
    return deliver(engine, now, desk(), unseal=opened)


def rehearse(engine: Engine, now: datetime) -> Sent:
    """Settle what is owed as if it had arrived, and send nothing: along a moved clock nobody shall be rung."""
    return deliver(engine, now, MemoryCourier(), unseal=opened)
