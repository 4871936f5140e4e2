"""Couriers that send nowhere: one remembers, for tests and rehearsals, one writes a log line."""

import threading
from collections import deque

import structlog

from service.couriers.base import Answer, Message, Outcome
from service.couriers.shown import shown


class MemoryCourier:
    """Keeps what it got: `got` lists what was delivered, `tried` every attempt, each as (address, message).

    It can be told how to answer next; after that it delivers again. Safe between threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: deque[tuple[Answer, bool]] = deque()
        self._got: list[tuple[str, Message]] = []
        self._tried: list[tuple[str, Message]] = []

    @property
    def got(self) -> list[tuple[str, Message]]:
        with self._lock:
            return list(self._got)

    @property
    def tried(self) -> list[tuple[str, Message]]:
        with self._lock:
            return list(self._tried)

    def refuse_next(self, times: int = 1, *, code: str = "refused", text: str = "") -> None:
        self.answer_next(Answer(Outcome.REFUSED, code, text), times)

    def fail_next(self, times: int = 1, *, code: str = "failed", text: str = "") -> None:
        self.answer_next(Answer(Outcome.FAILED, code, text), times)

    def slow_down_next(self, times: int = 1, *, retry_after: float | None = None) -> None:
        self.answer_next(Answer(Outcome.SLOW_DOWN, "slow_down", "", retry_after), times)

    def lose_next(self, times: int = 1, *, arrived: bool = False) -> None:
        """Answers `unknown`; with `arrived` the message got there all the same."""
        self.answer_next(Answer(Outcome.UNKNOWN, "broken wire"), times, keep=arrived)

    def answer_next(self, answer: Answer, times: int = 1, *, keep: bool | None = None) -> None:
        """Gives this answer `times` times; `keep` says whether the message arrived (by default, if delivered)."""
        arrived = answer.outcome is Outcome.DELIVERED if keep is None else keep
        with self._lock:
            self._planned.extend([(answer, arrived)] * times)

    def send(self, address: str, message: Message) -> Answer:
        with self._lock:
            self._tried.append((address, message))
            answer, arrived = self._planned.popleft() if self._planned else (Answer(Outcome.DELIVERED, "0"), True)
            if arrived:
                self._got.append((address, message))
            return answer


class LogCourier:
    """Writes one structlog line for each message: its key and title, neither its body nor the address's secret."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("zhiban.couriers")

    def send(self, address: str, message: Message) -> Answer:
        self._log.info(
            "notice",
            key=message.key,
            to=shown(address),
            title=message.title,
            characters=len(message.body),
            mentions=len(message.mentions),
            urgent=message.urgent,
        )
        return Answer(Outcome.DELIVERED, "logged")
