"""The couriers' room: objects that carry one message to one address and report the true answer."""

from service.couriers.apprise import AppriseCourier
from service.couriers.base import Answer, Courier, Message, Outcome
from service.couriers.desk import CourierDesk, courier_for
from service.couriers.dingtalk import DingTalkCourier
from service.couriers.feishu import FeishuCourier, LarkCourier
from service.couriers.memory import LogCourier, MemoryCourier
from service.couriers.pushers import PushDeerCourier, QmsgCourier, ServerChanCourier
from service.couriers.wecom import WeComCourier

__all__ = [
    "Answer",
    "AppriseCourier",
    "Courier",
    "CourierDesk",
    "DingTalkCourier",
    "FeishuCourier",
    "LarkCourier",
    "LogCourier",
    "MemoryCourier",
    "Message",
    "Outcome",
    "PushDeerCourier",
    "QmsgCourier",
    "ServerChanCourier",
    "WeComCourier",
    "courier_for",
]
