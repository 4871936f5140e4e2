"""What pages cost as a town grows: `python -m tests.bench.pages [--smoke] [--views]`.

The application answers in this very process, so that what is timed is the server's own work: from the request to the
last byte of the page. Two towns of two thousand units stand side by side, one with 1,000 hazards, one with 100,000,
each with twice as many tasks and what belongs to them, and are asked in turns; each figure is the least of its rounds.

A view of the ledger is compared showing as many rows in both towns: where the small one shows fewer, the large one is
asked for that many (`limit`); where it shows none, the large one's page is compared with the small one's whole ledger,
as many rows of it. What the view as it stands takes in each town is printed as well.
"""

import argparse
import asyncio
import time
from typing import NamedTuple

import httpx
from sqlalchemy import Engine

from service.web.app import create, serve_from
from service.web.cookies import COOKIE
from tests.bench.engines import ENGINES, fresh
from tests.bench.page_town import NOW, grow, settle
from tests.web.line import Line

WANTED, MILLISECONDS_MOST = 1.5, 100.0
ROW = b'<th scope="row">'
LATE = "/hazards?state=registered&state=assigned&state=rectifying"
# the ledger as people narrow it: to a page of it what is asked must not matter, however long the ledger is
VIEWS = {
    "the ledger": ("coord", "/hazards"),
    "by deadline": ("coord", "/hazards?sort=due"),
    "major first": ("coord", "/hazards?sort=level"),
    "by rank": ("coord", "/hazards?sort=rank"),
    "not closed, by deadline": ("coord", f"{LATE}&sort=due"),
    "not closed": ("coord", LATE),
    "overdue": ("coord", "/hazards?overdue=true"),
    "overdue, by deadline": ("coord", "/hazards?overdue=true&sort=due"),
    "overdue in a village": ("coord", "/hazards?overdue=true&unit=v3"),
    "to be accepted": ("coord", "/hazards?state=submitted&sort=due"),
    "closed": ("coord", "/hazards?state=closed"),
    "void": ("coord", "/hazards?state=void"),
    "major": ("coord", "/hazards?level=major"),
    "major, not closed": ("coord", f"{LATE}&level=major"),
    "general, by deadline": ("coord", "/hazards?level=general&sort=due"),
    "of a campaign": ("coord", "/hazards?campaign=drive"),
    "of a campaign, major": ("coord", "/hazards?campaign=drive&level=major"),
    "of a sheet": ("coord", "/hazards?source=sheet"),
    "on the spot": ("coord", "/hazards?mode=on_spot"),
    "by a deadline": ("coord", "/hazards?mode=by_deadline"),
    "the town": ("coord", "/hazards?unit=town"),
    "one village": ("coord", "/hazards?unit=v3"),
    "one village, by deadline": ("coord", "/hazards?unit=v3&sort=due"),
    "one enterprise": ("coord", "/hazards?unit=u0007"),
    "found in a week": ("coord", "/hazards?found_from=2026-03-02&found_to=2026-03-08"),
    "found in a year": ("coord", "/hazards?found_from=2025-01-01&found_to=2025-12-31&sort=due"),
    "due in a week": ("coord", "/hazards?due_from=2026-11-23&due_to=2026-11-29&sort=due"),
    "due this year": ("coord", "/hazards?due_from=2026-01-01"),
    "somebody's": ("coord", "/hazards?responsible=grid"),
    "a grid officer's": ("grid", "/hazards"),
    "a village's inspector": ("village", "/hazards"),
    "an inspector's overdue": ("village", "/hazards?overdue=true&sort=due"),
    "words, one has them": ("coord", "/hazards?text=%E9%9A%90%E6%82%A30000007"),
    "words, all have them": ("coord", "/hazards?text=%E6%B6%88%E9%98%B2%E9%80%9A%E9%81%93"),
    "words, nobody has them": ("coord", "/hazards?text=%E9%94%85%E7%82%89"),
    "words in a village": ("coord", "/hazards?text=0000007&unit=v7"),
}
YEAR = "unit=town&from=2026-01-01&to=2026-12-31"
PAGES = VIEWS | {
    "the board": ("coord", "/"),
    "an inspector's board": ("village", "/"),
    "campaigns": ("coord", "/campaigns"),
    "a campaign": ("coord", "/campaigns/drive"),
    "by activity (API)": ("coord", "/api/v1/campaigns/drive/progress?by=activity"),
    "the tree": ("coord", "/units"),
    "the tree, villages": ("coord", "/units?at=town"),
    "a unit found": ("coord", "/units?query=1234"),
    "the town's page": ("coord", "/units/town"),
    "a village's page": ("coord", "/units/v3"),
    "tasks": ("coord", "/tasks"),
    "tasks overdue": ("coord", "/tasks?state=overdue"),
    "tasks missed": ("coord", "/tasks?state=missed&campaign=drive"),
    "tasks of a village": ("coord", "/tasks?unit=v3&state=all"),
    "an inspector's tasks": ("village", "/tasks?state=all"),
    "look-backs": ("coord", "/rechecks"),
    "look-backs missed": ("coord", "/rechecks?state=missed"),
    "one hazard": ("coord", "/hazards/H-0000007"),
    "one task": ("coord", "/tasks/campaign:drive:a0:2024-01-05:u0000"),
    "one look-back": ("coord", "/rechecks/hazard:H-0000007:recheck:1.1"),
    "one person": ("coord", "/people/p1"),
    "a unit's chain": ("coord", "/units/v3/chain"),
    "a campaign's file": ("coord", "/campaigns/drive/file"),
    "readiness": ("coord", "/readiness?campaign=drive&unit=town"),
    "readiness, a year": ("coord", f"/readiness?campaign=drive&{YEAR}"),
    "readiness, a village": ("coord", "/readiness?campaign=drive&unit=v3"),
    "records of a figure": ("coord", f"/figures/hazards.found/records?{YEAR}"),
    "records, none": ("coord", f"/figures/hazards.found.public/records?{YEAR}"),
    "records of units": ("coord", f"/figures/hazards.units.cleared/records?{YEAR}"),
    "records of tasks": ("coord", f"/figures/roadmap.due/records?{YEAR}"),
    "records in a village": ("coord", "/figures/hazards.found/records?unit=v3&from=2026-01-01&to=2026-12-31"),
    "the ledger printed": ("coord", "/hazards/print"),
    "meetings": ("coord", "/meetings"),
    "letters": ("coord", "/letters"),
    "duties counted": ("coord", "/duties"),
    "duty": ("coord", "/duty"),
    "a month of duty": ("coord", "/duty/r0?month=2026-11"),
    "fairness": ("coord", "/duty/r0/fairness"),
    "reports": ("coord", "/reports"),
    "people": ("coord", "/people"),
    "notices": ("coord", "/notices"),
    "everybody's notices": ("coord", "/notices?of=all"),
    "enforcement": ("coord", "/enforcement"),
    "the journal": ("coord", "/journal"),
    "one's work": ("grid", "/work"),
    "a coordinator's work": ("coord", "/work"),
}


class Desk:
    """Somebody's browser on an application that answers in this process."""

    def __init__(self, engine: Engine, cookies: dict[str, str], runner: asyncio.Runner) -> None:
        self.engine = engine
        app = create(engine, lambda: NOW)
        serve_from(app, engine)
        line = Line(app, runner, host="127.0.0.1", forgiving=False)
        self.client = httpx.Client(transport=line, base_url="http://127.0.0.1:8000", headers={"Accept": "text/html"})
        self.cookies = cookies

    def page(self, person: str, path: str) -> bytes:
        answer = self.client.get(path, headers={"Cookie": f"{COOKIE}={self.cookies[person]}"})
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.content

    def milliseconds(self, person: str, path: str) -> float:
        began = time.perf_counter()
        self.page(person, path)
        return (time.perf_counter() - began) * 1000


Towns = tuple[Desk, Desk]


class Seen(NamedTuple):
    """A page in the small town and in the large: the milliseconds it takes, the rows it shows; what it weighs."""

    took: tuple[float, float]
    rows: tuple[int, int]
    weighs: int


def seen(towns: Towns, person: str, path: str, rounds: int) -> Seen:
    small, large = (town.page(person, path) for town in towns)  # what is only learnt once, is learnt
    took = least(towns, (person, path), (person, path), rounds)
    return Seen(took, (small.count(ROW), large.count(ROW)), len(large))


def alike(towns: Towns, person: str, path: str, found: Seen, rounds: int) -> tuple[float, str]:
    """The ratio of a view with as many rows in both towns, and how it came to them."""
    few, many = found.rows
    if few >= many:
        return found.took[1] / found.took[0], "as it stands"
    if few:
        shorter = f"{path}{'&' if '?' in path else '?'}limit={few}"
        small, large = least(towns, (person, path), (person, shorter), rounds)
        return large / small, f"{few} rows of it in both"
    small, large = least(towns, ("coord", f"/hazards?limit={many}"), (person, path), rounds)
    return large / small, f"beside {many} rows of the ledger"


def least(towns: Towns, small: tuple[str, str], large: tuple[str, str], rounds: int) -> tuple[float, float]:
    """The least each town takes for what it is asked, in turns (others use the machine too)."""
    taken = [(towns[0].milliseconds(*small), towns[1].milliseconds(*large)) for _ in range(rounds)]
    return min(one for one, _ in taken), min(one for _, one in taken)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="small ledgers: does it run at all")
    asked.add_argument("--rounds", type=int, help="fifteen, unless it is only to be seen that it runs")
    asked.add_argument("--engine", choices=ENGINES, action="append")
    asked.add_argument("--views", action="store_true", help="only what people narrow the ledger to")
    given = asked.parse_args()
    sizes = (200, 1_000) if given.smoke else (1_000, 100_000)
    rounds = given.rounds or (1 if given.smoke else 15)
    for kind in given.engine or ENGINES:
        with fresh(kind) as little, fresh(kind) as great, asyncio.Runner() as runner:
            towns = Desk(little, settle(little), runner), Desk(great, settle(great), runner)
            for town, size in zip(towns, sizes, strict=True):
                grow(town.engine, 0, size)
            print_figures(kind, towns, sizes, VIEWS if given.views else PAGES, rounds)


def print_figures(
    kind: str, towns: Towns, sizes: tuple[int, int], pages: dict[str, tuple[str, str]], rounds: int
) -> None:
    far, slow = [], []
    for name, (person, path) in pages.items():
        found = seen(towns, person, path, rounds)
        said = f"({MILLISECONDS_MOST:.0f} ms wanted)"
        if name in VIEWS:
            ratio, how = alike(towns, person, path, found, rounds)
            far += [f"{name} {ratio:.2f}"] if ratio > WANTED else []
            said = f"{found.took[1] / found.took[0]:>5.2f}, alike {ratio:>5.2f} ({WANTED:.2f} wanted) {how}"
        slow += [f"{name} {found.took[1]:.0f} ms"] if found.took[1] > MILLISECONDS_MOST else []
        both = zip(found.took, found.rows, sizes, strict=True)
        figures = ", ".join(f"{took:>6.1f} ms, {rows:>2} rows in {size:,}" for took, rows, size in both)
        print(f"{kind:10} {name:24} {figures} {found.weighs / 1000:>4.0f} kB  {said}", flush=True)
    print(f"{kind:10} of {len(VIEWS)} views over {WANTED}: {'; '.join(far) or 'none'}")
    print(f"{kind:10} of {len(pages)} pages over {MILLISECONDS_MOST:.0f} ms: {'; '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
