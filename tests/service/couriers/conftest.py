"""A sink, a desk whose robots all lead to it, and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from service.couriers import CourierDesk, Message
from tests.sinks import HttpSink

NOW = datetime(2026, 5, 8, 1, 30, tzinfo=UTC)
ROBOT_KINDS = ("wecombot", "dingtalk", "feishu", "lark", "schan", "pushdeer", "qq")


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    with HttpSink(clock=lambda: NOW) as sink:
        yield sink


@pytest.fixture
def desk(sink: HttpSink) -> Iterator[CourierDesk]:
    with CourierDesk(clock=lambda: NOW, base_urls=dict.fromkeys(ROBOT_KINDS, sink.url)) as desk:
        yield desk


@pytest.fixture
def message() -> Message:
    return Message("hazard:YJ-0042:due", "隐患整改到期", "三楼西侧安全出口被货物堵塞。\n请于今日 18:00 前整改。")
