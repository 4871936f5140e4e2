"""Signed links: what they stand for, when they are none of ours, and the address they begin with."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service import secrets, settings
from service.alerts import links
from service.errors import Refused

NOW = datetime(2026, 6, 6, 1, 30, tzinfo=UTC)
FIRST, SECOND = "first-key-first-key-first-key-0001", "second-key-second-key-second-k-0002"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("ZHIBAN_DATA", str(tmp_path))
    with_settings(monkeypatch, "ZHIBAN_SECRET", FIRST)
    yield monkeypatch
    forget()


def with_settings(patch: pytest.MonkeyPatch, name: str, value: str) -> None:
    patch.setenv(name, value)
    forget()


def forget() -> None:
    settings.settings.cache_clear()
    secrets.secret.cache_clear()


def test_a_link_stands_for_one_receipt_and_one_person_for_a_week() -> None:
    made = links.signed("alert:A-1:v1", "grid1", NOW)
    assert links.opened(made) == ("alert:A-1:v1", "grid1", NOW + timedelta(days=7))
    assert made == links.signed("alert:A-1:v1", "grid1", NOW), "the same for every attempt at the message"
    assert made != links.signed("alert:A-1:v1", "grid2", NOW)
    assert len(links.signed("alert:A-2026-000001:" + "墩" * 64, "员" * 64, NOW)) < 2_000


@pytest.mark.parametrize("text", ["", ".", "x", "𠮷", "WyJhIl0", "a" * 5_000])
def test_what_is_none_of_ours_stands_for_nothing(text: str) -> None:
    assert links.opened(text) is None
    head, _, seal = links.signed("alert:A-1:v1", "grid1", NOW).partition(".")
    assert links.opened(f"{links.signed('alert:A-1:v1', 'grid2', NOW).partition('.')[0]}.{seal}") is None
    assert links.opened(f"{head}.{seal[::-1]}") is None
    assert links.opened(links.signer().dumps(["only", "two"])) is None
    assert links.opened(links.signer().dumps(["a", "b", 10**30])) is None


def test_an_older_key_is_understood_and_a_foreign_one_is_not(fresh: pytest.MonkeyPatch) -> None:
    old = links.signed("alert:A-1:v1", "grid1", NOW)
    with_settings(fresh, "ZHIBAN_SECRET", f"{SECOND},{FIRST}")
    assert links.opened(old) is not None
    with_settings(fresh, "ZHIBAN_SECRET", SECOND)
    assert links.opened(old) is None


def test_a_link_begins_with_the_address_of_the_page(fresh: pytest.MonkeyPatch) -> None:
    assert links.link("alert:A-1:v1", "grid1", NOW) == ""
    with_settings(fresh, "ZHIBAN_ADDRESS", "https://duty.example.org/")
    assert links.link("alert:A-1:v1", "grid1", NOW).startswith("https://duty.example.org/a/")


@pytest.mark.parametrize("bad", ["duty.example.org", "ftp://duty.example.org", "https://", "https://a.org/?x=1"])
def test_an_address_that_is_none_is_refused_by_name(fresh: pytest.MonkeyPatch, bad: str) -> None:
    with_settings(fresh, "ZHIBAN_ADDRESS", bad)
    with pytest.raises(Refused) as refused:
        settings.settings()
    assert [fault.field for fault in refused.value.faults] == ["ZHIBAN_ADDRESS"]
