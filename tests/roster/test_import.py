"""The engine is cheap to import: solvers load only when something is solved."""

import subprocess
import sys

PROBE = (
    "import sys, service.roster; print([m for m in ('ortools', 'highspy', 'numpy', 'sqlalchemy') if m in sys.modules])"
)


def test_no_solver_is_loaded_by_importing_the_engine() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_solving_prints_nothing() -> None:
    probe = """
from service.roster import read, solve
solve(read({"days": [{"date": "2023-10-01"}], "roles": [{"role": "r", "need": 2, "members": ["a"]}]}))
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("", "")
