"""Random towns: records of every kind with every trait, around the edges of a period."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from models.kinds import (
    ActivityKind,
    EnforcementKind,
    HazardLevel,
    HazardMode,
    HazardSource,
    HazardState,
    IncidentKind,
    IncidentState,
    RecheckResult,
    RecheckState,
    TaskState,
    WatchState,
)

TREE = (
    ("city", None, "district", "", ""),
    ("town", "city", "town", "", ""),
    ("v1", "town", "village", "", ""),
    ("e1", "v1", "enterprise", "fire", "red"),
    ("e2", "v1", "mine", "mines", ""),
    ("p1", "town", "hazard_point", "", ""),
    ("town2", "city", "town", "", ""),
    ("e3", "town2", "enterprise", "fire", ""),
    ("h1", "v1", "household", "", ""),
)
CODES = [one[0] for one in TREE]
CAMPAIGNS = ("main", "sub", "else")
FIRST = date(2026, 1, 1)
# days and instants lie around the edges of the period too
DAYS = st.integers(-20, 80).map(lambda n: FIRST + timedelta(days=n))
ON_EDGE = [
    datetime(2025, 12, 31, 16, tzinfo=UTC),
    datetime(2026, 1, 31, 16, tzinfo=UTC),
    datetime(2026, 1, 31, 15, 59, tzinfo=UTC),
]
EDGES = st.sampled_from(ON_EDGE)
INSTANTS = st.one_of(
    EDGES, st.integers(-500, 1_900).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n))
)
UNITS = st.sampled_from(CODES)
MAYBE = st.sampled_from([None, *CAMPAIGNS])


def some(enum: Any) -> Any:
    return st.sampled_from([str(one) for one in enum])


def sparse(what: Any) -> Any:
    return st.one_of(st.none(), what)


HAZARDS = st.fixed_dictionaries(
    {
        "unit": UNITS,
        "campaign": MAYBE,
        "level": some(HazardLevel),
        "mode": some(HazardMode),
        "source": some(HazardSource),
        "state": some(HazardState),
        "rank": sparse(st.integers(1, 9)),
        "measures": st.sampled_from(["", "更换"]),
        "contingency": st.sampled_from(["", "停产"]),
        "funds_yuan": sparse(st.integers(0, 99_999)),
        "supervised_on": sparse(DAYS),
        "delisted_on": sparse(DAYS),
        "cycles": st.lists(
            st.fixed_dictionaries(
                {
                    "found_on": DAYS,
                    "due_at": INSTANTS,
                    "closed_at": sparse(INSTANTS),
                    "closed_in_time": sparse(st.booleans()),
                }
            ),
            min_size=1,
            max_size=2,
        ),
    }
)
NUMBERS = st.dictionaries(
    st.sampled_from(["people", "vehicles", "copies", "points"]), st.integers(0, 4_000).map(lambda n: n / 4), max_size=3
)
TASKS = st.fixed_dictionaries(
    {
        "unit": UNITS,
        "campaign": st.sampled_from(CAMPAIGNS),
        "kind": some(ActivityKind),
        "state": some(TaskState),
        "planned_on": DAYS,
        "due_at": INSTANTS,
        "submitted_at": INSTANTS,
        "numbers": NUMBERS,
        "answers": st.lists(st.sampled_from(["pass", "fail", "na"]), max_size=3),
    }
)
MEASURES = st.fixed_dictionaries(
    {
        "unit": UNITS,
        "hazard": sparse(st.integers(0, 20)),
        "kind": some(EnforcementKind),
        "on": DAYS,
        "amount_yuan": st.integers(0, 10**6),
        "points": st.integers(0, 12),
        "people": st.integers(0, 40),
    }
)
LOOKS = st.fixed_dictionaries(
    {
        "unit": UNITS,
        "campaign": MAYBE,
        "state": some(RecheckState),
        "due_at": INSTANTS,
        "done_at": INSTANTS,
        "result": some(RecheckResult),
    }
)
WATCHES = st.fixed_dictionaries(
    {
        "unit": UNITS,
        "state": some(WatchState),
        "starts_at": INSTANTS,
        "made_at": sparse(INSTANTS),
        "present": st.booleans(),
    }
)
INCIDENTS = st.fixed_dictionaries(
    {
        "unit": UNITS,
        "kind": some(IncidentKind),
        "state": some(IncidentState),
        "happened_on": DAYS,
        "deaths": st.integers(0, 5),
        "injured": st.integers(0, 9),
        "loss_yuan": st.integers(0, 10**9),
    }
)
TOWNS = st.fixed_dictionaries(
    {
        "hazards": st.lists(HAZARDS, max_size=14),
        "tasks": st.lists(TASKS, max_size=16),
        "measures": st.lists(MEASURES, max_size=6),
        "looks": st.lists(LOOKS, max_size=6),
        "watches": st.lists(WATCHES, max_size=6),
        "incidents": st.lists(INCIDENTS, max_size=4),
    }
)
# one town whose every instant lies on an edge of January
AT_EDGES: dict[str, Any] = {
    "hazards": [
        {
            "unit": "e1",
            "campaign": None,
            "level": "general",
            "mode": "on_spot",
            "source": "patrol",
            "state": "assigned",
            "rank": None,
            "measures": "",
            "contingency": "",
            "funds_yuan": 5,
            "supervised_on": None,
            "delisted_on": None,
            "cycles": [{"found_on": date(2026, 1, 31), "due_at": due, "closed_at": closed, "closed_in_time": True}],
        }
        for due in ON_EDGE
        for closed in (None, *ON_EDGE)
    ],
    "tasks": [
        {
            "unit": "v1",
            "campaign": "sub",
            "kind": kind,
            "state": state,
            "planned_on": date(2026, 1, 31),
            "due_at": due,
            "submitted_at": handed,
            "numbers": {"people": 3},
            "answers": ["pass"],
        }
        for kind in ("inspection", "commitment")
        for state in ("accepted", "open")
        for due in ON_EDGE
        for handed in ON_EDGE
    ],
    "measures": [
        {"unit": "e1", "hazard": 0, "kind": "penalty", "on": on, "amount_yuan": 7, "points": 1, "people": 2}
        for on in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    ],
    "looks": [
        {"unit": "e1", "campaign": None, "state": state, "due_at": at, "done_at": at, "result": "rebounded"}
        for state in ("done", "missed")
        for at in ON_EDGE
    ],
    "watches": [
        {"unit": "town", "state": "confirmed", "starts_at": at, "made_at": at, "present": True} for at in ON_EDGE
    ],
    "incidents": [
        {
            "unit": "e1",
            "kind": "accident",
            "state": "open",
            "happened_on": on,
            "deaths": 1,
            "injured": 2,
            "loss_yuan": 3,
        }
        for on in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    ],
}
JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
PERIODS = st.sampled_from([(date(2026, 1, 1), date(2026, 1, 31)), (date(2025, 12, 20), date(2026, 2, 10))])
NOW = datetime(2026, 3, 1, tzinfo=UTC)
