"""The whole state in a file and back: what refers to its own table, between the engines, and what is no backup."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from models import Campaign, Unit
from service import store
from service.backup import backup, restore
from service.errors import Conflict, Refused
from service.rules.steps import make
from tests.databases import Databases

DRIVE = {
    "owner": "yanjing",
    "basis": "",
    "from_on": date(2026, 1, 1),
    "to_on": date(2026, 12, 31),
    "state": "draft",
    "plan": 1,
}


@pytest.fixture
def kept(town: Engine, now: datetime, tmp_path: Path) -> Path:
    """A backup of a town whose sub-plans come before their plan by name, and theirs before them."""
    names = {"a-part": "b-part", "b-part": "whole", "c-part": "whole", "whole": None}
    made = [
        make(Campaign, key, "drafted", {**DRIVE, "name": key, "parent": above})
        for key, above in reversed(names.items())
    ]
    for step in made:
        with store.transaction(town) as session:
            store.require(session, [step], now=now, by="YJ005")
    file = tmp_path / "town.tar"
    assert backup(town, file)["campaign"] == 4
    return file


def test_plans_and_sub_plans_come_back_whatever_their_names(
    kept: Path, all_databases: Databases, tmp_path: Path
) -> None:
    empty = all_databases.sqlite(tmp_path / "empty.sqlite")
    counts = restore(empty, kept)
    with store.reading(empty) as session:
        parents = session.execute(select(col(Campaign.key), col(Campaign.parent)).order_by(col(Campaign.key))).all()
        units = session.execute(select(col(Unit.key))).all()
    assert [tuple(row) for row in parents] == [
        ("a-part", "b-part"), ("b-part", "whole"), ("c-part", "whole"), ("whole", None),
    ]  # fmt: skip
    assert len(units) == counts["unit"] > 1
    empty.dispose()


def test_a_backup_takes_the_place_of_rows_only_when_told(town: Engine, kept: Path) -> None:
    with pytest.raises(Conflict, match="--replace"):
        restore(town, kept)
    assert restore(town, kept, replace=True)["campaign"] == 4


def test_a_file_that_is_not_there_is_said_to_be_missing(town: Engine, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no file"):
        restore(town, tmp_path / "nothing.tar")
    (tmp_path / "torn.tar").write_bytes(b"no tar")
    with pytest.raises(Refused, match="is not a whole backup"):
        restore(town, tmp_path / "torn.tar")
