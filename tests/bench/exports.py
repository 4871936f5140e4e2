"""Exporting a ledger of 100,000 rows: `python -m tests.bench.exports [--smoke] [--engine …]`.

Against the bare read of the same rows and columns by the driver. Memory is the most the process has ever held, before
the export and after it: the ledger is streamed, so it hardly grows with the rows.
"""

import argparse
import resource
import time

from sqlalchemy import Engine, select

from models import Hazard, HazardCycle
from models.base import table_of
from service import exports, store
from service.access import SYSTEM
from service.exports import dual_prevention
from service.ledger.wishes import Wishes
from tests.bench.engines import ENGINES, fresh
from tests.bench.ledger import START, grow, settle


def bare(engine: Engine) -> float:
    """Seconds in which the driver alone reads every hazard and its time round."""
    began = time.perf_counter()
    with store.reading(engine) as session:
        for table in (Hazard, HazardCycle):
            count = sum(1 for _ in session.execute(select(table_of(table)).execution_options(yield_per=1_000)))
            assert count
    return time.perf_counter() - began


def held() -> float:
    """The most megabytes that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def export(engine: Engine, form: str) -> tuple[float, int, float]:
    """Seconds and bytes of one export, and by how many megabytes the most memory grew."""
    before, began = held(), time.perf_counter()
    with store.reading(engine) as session:
        if form == "json":
            made = dual_prevention.export(session, SYSTEM, Wishes(), now=START, form="json")
        else:
            made = exports.export_hazards(session, SYSTEM, Wishes(), now=START, form=form, locale="zh_CN")
    with made:
        size = made.seek(0, 2)
    return time.perf_counter() - began, size, held() - before


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="a small ledger: does it run at all")
    asked.add_argument("--engine", choices=ENGINES, action="append")
    given = asked.parse_args()
    rows = 2_000 if given.smoke else 100_000
    for kind in given.engine or ENGINES:
        with fresh(kind) as engine:
            settle(engine)
            grow(engine, 0, rows)
            export(engine, "csv")  # what is imported and remembered on the way counts once
            read = bare(engine)
            for form in ("xlsx", "csv", "json"):
                seconds, size, more = export(engine, form)
                print(
                    f"{kind:10} {rows:,} hazards as {form:4} {seconds:6.2f} s  {size / 1e6:6.1f} MB  "
                    f"ratio to the bare read ({read:.2f} s) {seconds / read:.2f}  memory +{more:.0f} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
