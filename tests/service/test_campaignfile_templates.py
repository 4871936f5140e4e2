"""The files to begin with: each reads, and each can be moved to another owner and period."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.campaignfile import Template, from_template, read, templates
from service.campaignfile.templates import years_later
from service.errors import NotFound, Refused
from service.rules.plan import OnDate

KEYS = [
    "flood-season",
    "forest-fire",
    "look-back",
    "pre-holiday",
    "safety-month",
    "three-meetings",
    "three-year-drive",
    "winter-heating",
]


TOO_SHORT = "is too short a period: it needs 4 days at least"


def moved(key: str, from_on: str, to_on: str) -> str:
    first, last = date.fromisoformat(from_on), date.fromisoformat(to_on)
    return from_template(key, campaign_key="drive", name="行动", owner="yanjing", from_on=first, to_on=last)


def days(key: str, from_on: str, to_on: str) -> list[str]:
    return [str(a.when.on) for a in read(moved(key, from_on, to_on)).activities if isinstance(a.when, OnDate)]


def test_eight_templates_are_shipped() -> None:
    assert [template.key for template in templates()] == KEYS


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.key)
def test_a_template_reads_and_says_what_it_is(template: Template) -> None:
    plan = read(template.text)
    assert plan.name == template.name
    assert plan.activities
    assert template.text.startswith(f"# {template.about}\nkey: ")
    assert template.english.isascii()
    assert template.about_english.isascii()
    assert 5 < len(template.english) < 50 < len(template.about_english) < 220
    assert plan.from_on.year == 2026


@pytest.mark.parametrize("key", KEYS)
def test_with_its_own_period_only_the_words_change(key: str) -> None:
    template = next(template for template in templates() if template.key == key)
    plan = read(template.text)
    text = from_template(
        key, campaign_key="drive-2", name='行动 "甲": 乙', owner="12", from_on=plan.from_on, to_on=plan.to_on
    )
    found = read(text)
    assert (found.key, found.name, found.owner, found.targets.within) == ("drive-2", '行动 "甲": 乙', "12", "12")
    assert (found.from_on, found.to_on, found.phases) == (plan.from_on, plan.to_on, plan.phases)
    pairs = zip(template.text.splitlines(), text.splitlines(), strict=True)
    assert [now.partition(":")[0] for was, now in pairs if was != now] == ["key", "name", "owner"]


def test_whole_years_move_every_day_by_those_years() -> None:
    plan = read(moved("safety-month", "2028-06-01", "2028-06-30"))
    assert days("safety-month", "2028-06-01", "2028-06-30")[1] == "2028-06-16"
    assert [str(phase.to_on) for phase in plan.phases] == ["2028-06-05", "2028-06-25", "2028-06-30"]


def test_a_leap_day_moves_to_the_28th() -> None:
    assert years_later(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert years_later(date(2026, 6, 16), 2) == date(2028, 6, 16)


def test_a_date_keeps_its_month_and_day_where_the_new_period_has_them() -> None:
    assert days("flood-season", "2026-05-01", "2027-04-30") == ["2027-04-08", "2026-05-12", "2026-10-12"]


def test_a_date_the_new_period_has_not_takes_its_share_of_it() -> None:
    assert days("safety-month", "2026-09-01", "2026-09-30") == [
        "2026-09-02",
        "2026-09-16",
        "2026-09-10",
        "2026-09-18",
        "2026-09-26",
    ]


def test_phases_take_their_share_of_the_new_period() -> None:
    plan = read(moved("look-back", "2026-03-01", "2026-04-30"))
    assert [(str(phase.from_on), str(phase.to_on)) for phase in plan.phases] == [
        ("2026-03-01", "2026-03-15"),
        ("2026-03-16", "2026-04-14"),
        ("2026-04-15", "2026-04-30"),
    ]


def reasons(text: str) -> set[str]:
    try:
        read(text)
    except Refused as refused:
        return {fault.reason for fault in refused.faults}
    return set()


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(st.sampled_from(KEYS), st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(3, 3000))
def test_moved_phases_stay_in_order_and_fill_the_period(key: str, from_on: date, length: int) -> None:
    to_on = from_on + timedelta(days=length)
    text = from_template(key, campaign_key="k", name="n", owner="o", from_on=from_on, to_on=to_on)
    if wrong := reasons(text):  # in a short period a rule may have no day: the only thing that may be wrong
        assert wrong == {"The rule gives no day between {first} and {last}"}
        return
    plan = read(text)
    assert (plan.from_on, plan.to_on) == (from_on, to_on)
    ends = [from_on - timedelta(days=1), *(phase.to_on for phase in plan.phases)]
    assert [phase.from_on for phase in plan.phases] == [end + timedelta(days=1) for end in ends[:-1]]
    assert ends[-1] == (to_on if plan.phases else ends[0])


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ({"campaign_key": "a b"}, ["line 2: key: A key has no blanks: join its words with -"]),
        ({"name": " "}, ["line 3: name: The text is empty"]),
        ({"owner": "a/b"}, ["line 4: owner: A code has no blanks and no / and at most 64 characters"]),
        (
            {"to_on": date(2025, 12, 31)},
            [f"line 6: to: 2026-01-01 to 2025-12-31 {TOO_SHORT}"],
        ),
        (
            {"to_on": date(2026, 1, 3)},
            [f"line 6: to: 2026-01-01 to 2026-01-03 {TOO_SHORT}"],
        ),
        ({"to_on": date(9999, 1, 1)}, ["line 5: from: The years must lie between 2000 and 2100"]),
    ],
)
def test_words_that_cannot_stand_in_a_file_are_refused(asked: dict[str, Any], faults: list[str]) -> None:
    usual: dict[str, Any] = {"campaign_key": "k", "name": "n", "owner": "o"}
    usual |= {"from_on": date(2026, 1, 1), "to_on": date(2028, 12, 31)}
    with pytest.raises(Refused) as refused:
        from_template("three-year-drive", **(usual | asked))
    assert [str(fault) for fault in refused.value.faults] == faults


def test_an_unknown_template_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no template summer"):
        moved("summer", "2026-06-01", "2026-06-30")
