"""The roster problem: its facts, and how one is read and refused."""

from service.roster.facts import (
    ANY_WATCH,
    CATEGORIES,
    Day,
    Fair,
    Fixed,
    Leave,
    Pair,
    Person,
    Problem,
    Role,
    Served,
    Watch,
    Wish,
)
from service.roster.reading import read
from service.roster.scan import ProblemError

__all__ = [
    "ANY_WATCH",
    "CATEGORIES",
    "Day",
    "Fair",
    "Fixed",
    "Leave",
    "Pair",
    "Person",
    "Problem",
    "ProblemError",
    "Role",
    "Served",
    "Watch",
    "Wish",
    "read",
]
