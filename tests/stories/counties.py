"""Invented counties for the stories: roots of the tree, each with enterprises and a drive of its own under way."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from service import people, store
from service.access import SYSTEM
from service.campaigns import acts as campaigns

DRIVE = """
key: drive-{code}
name: {name}安全生产检查
owner: {code}
from: {from_on}
to: {to_on}
targets: {{within: {code}, kinds: [enterprise]}}
activities:
  - key: weekly-check
    kind: inspection
    name: 每周安全检查
    when: {{rrule: "FREQ=WEEKLY;BYDAY=MO,TH"}}
    due: {{days: 1}}
    assignee: {{level: 1}}
"""


def drive(code: str, name: str, now: datetime, *, days: int = 60) -> str:
    """The file of a county's drive, from `days` before `now` to as many after it."""
    day, span = now.date(), timedelta(days=days)
    return DRIVE.format(code=code, name=name, from_on=day - span, to_on=day + span)


def found(engine: Engine, now: datetime, *, roots: int, enterprises: int = 2, drives: bool = True) -> list[str]:
    """So many counties with their enterprises, and a running drive in each; answers the counties' codes."""
    codes = [f"county{n:02}" for n in range(roots)]
    with store.transaction(engine) as session:
        for code in codes:
            people.add_unit(session, SYSTEM, now=now, code=code, name=f"{code}县", kind="district", parent=None)
            for n in range(enterprises):
                name = f"{code}第{n}厂"
                people.add_unit(
                    session, SYSTEM, now=now, code=f"{code}-e{n}", name=name, kind="enterprise", parent=code
                )
            if drives:
                campaigns.apply_file(session, SYSTEM, drive(code, f"{code}县", now), now=now)
                campaigns.run(session, SYSTEM, f"drive-{code}", "activate", now=now)
    return codes
