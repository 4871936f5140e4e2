"""Coverage room by room after a test run with --cov: `python -m tests.house.coverage_by_room`. Rules must be whole."""

import sys
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).parents[2]
ROOMS = (
    "models",
    "service/rules",
    "service/roster",
    "service/couriers",
    "service/web",
    "service/commands",
    "service",
    "flows",
)
WHOLE = ("service/rules",)


def main() -> int:
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
    coverage.load()
    rooms: dict[str, list[int]] = {room: [0, 0] for room in ROOMS}
    gaps: list[str] = []
    for file in sorted(coverage.get_data().measured_files()):
        place = Path(file).relative_to(ROOT).as_posix()
        room = next((one for one in ROOMS if place.startswith(one + "/")), None)
        if room is None or not place.endswith(".py"):  # Jinja compiles templates under their own names
            continue
        found = coverage._analyze(file)  # the public report has no numbers per file in memory
        numbers = found.numbers
        rooms[room][0] += numbers.n_statements + numbers.n_branches
        rooms[room][1] += numbers.n_executed + numbers.n_executed_branches
        if (
            room in WHOLE
            and numbers.n_executed + numbers.n_executed_branches < numbers.n_statements + numbers.n_branches
        ):
            gaps.append(f"{place}: lines {sorted(found.missing)}, branches {dict(found.missing_branch_arcs())}")
    for room, (owed, done) in rooms.items():
        print(f"{room:20} {100 * done / owed if owed else 100:6.1f} %  of {owed} statements and branches")  # noqa: T201
    for gap in gaps:
        print(f"not covered in a room that must be: {gap}")  # noqa: T201
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
