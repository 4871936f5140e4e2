"""The desk where couriers wait: one for each kind of address, with one pool of connections between them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Self

from service.clock import now as the_time
from service.couriers.apprise import AppriseCourier
from service.couriers.base import Answer, Courier, Message, Outcome
from service.couriers.dingtalk import DingTalkCourier
from service.couriers.feishu import FeishuCourier, LarkCourier
from service.couriers.memory import LogCourier
from service.couriers.pushers import PushDeerCourier, QmsgCourier, ServerChanCourier
from service.couriers.refusal import AddressRefused
from service.couriers.robots import Robot
from service.couriers.schemes import FIXED, HOSTED
from service.couriers.wecom import WeComCourier
from service.couriers.wire import Wire, wire_out

ROBOTS: tuple[type[Robot], ...] = (
    WeComCourier,
    DingTalkCourier,
    FeishuCourier,
    LarkCourier,
    ServerChanCourier,
    PushDeerCourier,
    QmsgCourier,
)


class CourierDesk:
    """Gives out the courier for an address, and sends through it.

    `base_urls` puts private gateways in the vendors' place, by kind (`{"wecombot": "http://gateway:8080"}`). `also`
    adds couriers by kind, or takes the place of ours. `guard` is asked before each sending and raises `AddressRefused`
    for an address that may no longer be used (a name can lead elsewhere today than when it was entered). A `wire`
    handed in is used and left open.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = the_time,
        base_urls: Mapping[str, str] | None = None,
        also: Mapping[str, Courier] | None = None,
        guard: Callable[[str], None] | None = None,
        wire: Wire | None = None,
    ) -> None:
        gateways = dict(base_urls or {})
        if strangers := set(gateways) - {robot.scheme for robot in ROBOTS}:
            raise ValueError(f"no gateway can stand in for {', '.join(sorted(strangers))}")
        self._own_wire = None if wire else wire_out()
        wire = wire or self._own_wire
        self._guard = guard
        rest = AppriseCourier()
        self._couriers: dict[str, Courier] = {"log": LogCourier()}
        self._couriers |= dict.fromkeys([*FIXED, *HOSTED], rest)
        for robot in ROBOTS:
            self._couriers[robot.scheme] = robot(wire=wire, clock=clock, base_url=gateways.get(robot.scheme))
        self._couriers |= also or {}

    def courier_for(self, address: str) -> Courier:
        """The courier that carries to this kind of address; `AddressRefused` if none does."""
        try:
            return self._couriers[address.partition("://")[0].lower()]
        except KeyError:
            raise AddressRefused("Addresses of this kind are not taken.") from None

    def send(self, address: str, message: Message) -> Answer:
        """The true answer; an address that is not, or no longer, taken is a refusal."""
        try:
            if self._guard is not None:
                self._guard(address)
            courier = self.courier_for(address)
        except AddressRefused as refusal:
            return Answer(Outcome.REFUSED, "address", refusal.reason)
        return courier.send(address, message)

    def close(self) -> None:
        if self._own_wire is not None:
            self._own_wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, trouble: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@cache
def _common_desk() -> CourierDesk:
    return CourierDesk()


def courier_for(address: str) -> Courier:
    """The courier for this kind of address at a desk shared by the process; `AddressRefused` if none carries there."""
    return _common_desk().courier_for(address)
