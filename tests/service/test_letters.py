"""Letters of responsibility: the text of a year, signing it, and who has and hasn't."""

from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Letter, Signature, Task
from models.kinds import TaskState
from service import store, sweeps
from service.access import actor_for
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.records import letters
from service.tasks import acts as tasks
from tests.service.hazard_worlds import act
from tests.service.worlds import LONG_AGO, at, drive, found, journal, launch, once, row, rows

MORNING = at("2026-03-02 09:00")
TEXT = "{unit}负责人{person}郑重承诺:{year}年度落实安全生产责任。"
V1, V2 = (f"campaign:drive:letters:2026-03-02:{unit}" for unit in ("v1", "v2"))
WHICH = {"campaign": "drive", "activity": "letters", "year": 2026}
SIGNED = "v1负责人grid1郑重承诺:2026年度落实安全生产责任。"


@pytest.fixture
def town(engine: Engine) -> Engine:
    found(engine)
    activity = once("2026-03-02", "letters", kind="commitment", name="责任书", window={"days": 30})
    launch(engine, drive(activity, once("2026-03-02", "check")), LONG_AGO)
    sweeps.sweep(engine, MORNING)
    write(engine)
    return engine


def write(engine: Engine, text: str = TEXT, who: str = "coord", **which: Any) -> str:
    return str(act(engine, letters.write, who, now=MORNING, title="目标责任书", text=text, **(WHICH | which)))


def to_sign(engine: Engine, who: str, task: str = V1) -> letters.ToSign:
    with store.reading(engine) as session:
        return letters.to_sign(session, actor_for(session, who), task)


def sign(engine: Engine, who: str, task: str = V1, sha: str = "") -> str:
    return str(act(engine, letters.sign, who, task, now=MORNING, sha256=sha or to_sign(engine, who, task).sha256))


def covered(engine: Engine, who: str = "coord", **more: Any) -> letters.Covered:
    with store.reading(engine) as session:
        return letters.coverage(session, actor_for(session, who), **(WHICH | more))


def test_a_letter_is_signed_by_its_person_and_proved_for_ever(town: Engine) -> None:
    read = to_sign(town, "grid1")
    assert (read.text, read.mine, read.signature) == (SIGNED, True, None)
    assert to_sign(town, "coord").text == SIGNED  # who may not sign reads it with the name of who is asked to
    key = sign(town, "grid1")
    kept = row(town, Signature, key)
    assert (kept.person, kept.name, kept.text, kept.signed_at) == ("grid1", "grid1", SIGNED, MORNING)
    assert kept.sha256 == sha256(SIGNED.encode()).hexdigest()
    assert row(town, Task, V1).state == TaskState.submitted
    assert ("grid1", "signed", key, kept.sha256) in journal(town)
    write(town, "{unit}新文本")
    after = to_sign(town, "coord")
    assert (after.text, after.letter) == (SIGNED, "drive:letters:2026:1"), "signed ones stay as signed"
    assert to_sign(town, "coord", V2).text == "v2新文本"


def test_what_changed_since_it_was_read_is_not_signed(town: Engine) -> None:
    read = to_sign(town, "grid1")
    write(town, "换了文本")
    with pytest.raises(Conflict):
        sign(town, "grid1", sha=read.sha256)
    assert rows(town, Signature) == []
    assert row(town, Task, V1).state == TaskState.open


@pytest.mark.parametrize(("who", "error"), [("coord", Forbidden), ("inspector", Forbidden), ("stranger", NotFound)])
def test_nobody_signs_for_somebody_else(town: Engine, who: str, error: type[Exception]) -> None:
    sha = to_sign(town, "grid1").sha256
    with pytest.raises(error):
        sign(town, who, sha=sha)
    with pytest.raises(error):
        sign(town, who, sha=sha256("v1负责人coord".encode()).hexdigest())


def test_coverage_says_who_has_and_who_has_not(town: Engine) -> None:
    assert covered(town)[:4] == (2, 0, 0, 0.0)
    sign(town, "grid1")
    found_now = covered(town)
    assert found_now[:4] == (2, 1, 1, 0.5)
    assert [(one["unit"], one["signed"], one["lacking"]) for one in found_now.units] == [
        ("v1", True, False), ("v2", False, True),
    ]  # fmt: skip
    act(town, tasks.submit, "grid2", V2, now=MORNING, note="纸质责任书已签")  # on paper: filed, not signed here
    assert covered(town)[:4] == (2, 2, 1, 1.0)
    act(town, tasks.reject, "leader", V1, now=MORNING, reason="重签")
    assert covered(town)[:4] == (2, 1, 0, 0.5)
    assert to_sign(town, "grid1").signature is None
    sign(town, "grid1")
    assert [one.key for one in rows(town, Signature)] == [f"{V1}:signed:1", f"{V1}:signed:2"]
    assert covered(town, unit="v1")[:4] == (1, 1, 1, 1.0)
    assert covered(town, year=2025)[:4] == (0, 0, 0, None)
    with pytest.raises(NotFound):
        covered(town, "stranger")


def test_the_same_text_again_changes_nothing(town: Engine) -> None:
    assert write(town) == "drive:letters:2026:1"
    assert write(town, "别的文本") == "drive:letters:2026:2"
    assert len(rows(town, Letter)) == 2
    with store.reading(town) as session:
        listed = letters.listed(session, actor_for(session, "viewer"))
        assert [one.key for one in listed.items] == ["drive:letters:2026:2"]
        assert letters.listed(session, actor_for(session, "stranger")).items == []
        assert letters.find(session, actor_for(session, "viewer"), "drive:letters:2026:1").text == TEXT
        with pytest.raises(NotFound):
            letters.find(session, actor_for(session, "stranger"), "drive:letters:2026:1")
        with pytest.raises(NotFound):
            letters.find(session, actor_for(session, "viewer"), "drive:letters:2026:9")


@pytest.mark.parametrize(
    ("what", "who", "field"),
    [
        ({"text": "{unit.path}{0}"}, "coord", "text"),
        ({"text": " "}, "coord", "text"),
        ({"activity": "check"}, "coord", "activity"),
        ({"activity": "none"}, "coord", "activity"),
        ({"year": 1800}, "coord", "year"),
        ({}, "viewer", ""),
        ({}, "stranger", ""),
    ],
)
def test_what_is_no_letter(town: Engine, what: dict[str, Any], who: str, field: str) -> None:
    if not field:
        with pytest.raises((Forbidden, NotFound)):
            write(town, who=who, **what)
    else:
        with pytest.raises(Refused) as refused:
            write(town, **({"text": "另一个文本"} | what))
        assert field in [one.field for one in refused.value.faults]
    assert len(rows(town, Letter)) == 1


def test_a_task_of_another_kind_has_no_letter(town: Engine) -> None:
    with pytest.raises(NotFound):
        to_sign(town, "coord", "campaign:drive:check:2026-03-02:v1")
