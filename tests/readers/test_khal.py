"""vdirsyncer and khal subscribe: the right watches before and after a swap, and one event changed in place.

Over HTTP vdirsyncer names every event by what it says, whatever its UID; from a file it goes by the UID, as phones do.
So the same calendar is fetched both ways.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from service import store
from service.access import actor_for
from service.duty import swaps
from tests import databases
from tests.readers.server import served
from tests.service import feed_worlds
from tests.web.house import House

SYNC = """
[general]
status_path = "{folder}/status/"

[pair duty]
a = "here"
b = "there"
collections = null

[storage here]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"

[storage there]
{there}
"""
KHAL = """
[calendars]
[[duty]]
path = {folder}/calendar/
readonly = True

[locale]
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
timeformat = %H:%M
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[sqlite]
path = {folder}/khal.db
"""
LINE = "{start-date} {start-time} {end-date} {title}|{status}"


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with databases.opened(tmp_path_factory.mktemp("databases")) as both:
        file = tmp_path_factory.mktemp("town") / "town.sqlite"
        engine: Engine = both.sqlite(file)
        feed_worlds.kept(engine)
        made = House(engine, {})
        made.now = feed_worlds.NOW
        yield made
        made.leave()
        engine.dispose()


class Phone:
    """A reader with a folder of its own: vdirsyncer fetches into it, khal lists what is there."""

    def __init__(self, folder: Path, there: str) -> None:
        self.folder = folder
        folder.joinpath("calendar").mkdir(parents=True)
        folder.joinpath("sync.conf").write_text(SYNC.format(folder=folder, there=there))
        folder.joinpath("khal.conf").write_text(KHAL.format(folder=folder))
        self.run("vdirsyncer", "-c", f"{folder}/sync.conf", "discover")

    def run(self, name: str, *words: str) -> str:
        program = str(Path(sys.executable).parent / name)
        quiet = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "HOME": str(self.folder)}
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False, env=quiet)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "rror" not in done.stderr, done.stderr
        return done.stdout

    def sync(self) -> dict[str, bytes]:
        """Fetch; the files that are there then."""
        self.run("vdirsyncer", "-c", f"{self.folder}/sync.conf", "sync")
        return {file.name: file.read_bytes() for file in self.folder.joinpath("calendar").glob("*.ics")}

    def listed(self) -> list[str]:
        """The watches as khal lists them."""
        said = self.run(
            "khal", "-c", f"{self.folder}/khal.conf", "list", "-o", "-df", "", "-f", LINE, "2026-12-01", "5d"
        )
        return [line for line in said.splitlines() if "|" in line]


def by_uid(files: dict[str, bytes]) -> dict[str, bytes]:
    """The events of a folder by what they are named."""
    found = {}
    for octets in files.values():
        (one,) = Calendar.from_ical(octets).walk("VEVENT")
        found[str(one["UID"])] = one.to_ical()
    return found


def fetch(url: str, file: Path) -> None:
    file.write_bytes(httpx.get(url).raise_for_status().content)


@pytest.mark.timeout(240)
def test_subscribers_list_the_right_watches_and_a_swap_changes_one_in_place(house: House, tmp_path: Path) -> None:
    one = feed_worlds.made(house.engine, "coord", roster="night")
    slot = "night:2026-12-03:watch:officer:1"
    with served(house.app) as address:
        url = f"{address}/feeds/{one.secret}.ics"
        phone = Phone(tmp_path / "http", f'type = "http"\nurl = "{url}"')
        named = Phone(tmp_path / "uid", f'type = "singlefile"\npath = "{tmp_path}/feed.ics"')
        fetch(url, tmp_path / "feed.ics")
        before, kept = phone.sync(), named.sync()
        assert len(before) == len(kept) == 8
        for reader in (phone, named):
            listed = reader.listed()
            assert any(line.startswith("2026-12-03 08:00 2026-12-04 值班员 周舟|") for line in listed), listed
            assert any("带班领导 王建国" in line for line in listed), listed
            assert any("CANCELLED" in line and "欧阳" in line for line in listed), listed
        with store.transaction(house.engine) as session:
            coord = actor_for(session, "coord")
            swaps.substitute(session, coord, slot, "inspector", now=house.now, reason="代班")
        fetch(url, tmp_path / "feed.ics")
        assert len(set(phone.sync().items()) ^ set(before.items())) == 2  # one event, as it was and as it is
        after = named.sync()
        assert set(after) == set(kept)  # none was deleted, none added
        assert [uid for uid, said in by_uid(after).items() if by_uid(kept)[uid] != said] == [f"{slot}@zhiban"]
        assert b"SEQUENCE:0" in by_uid(kept)[f"{slot}@zhiban"]
        assert b"SEQUENCE:1" in by_uid(after)[f"{slot}@zhiban"]
        for reader in (phone, named):
            listed = reader.listed()
            assert any(line.startswith("2026-12-03 08:00 2026-12-04 值班员 inspector|") for line in listed), listed
            assert not any("周舟" in line for line in listed)
