"""Write the lock anew: `python -m tests.house.lock`. Two lists that must agree and that name no host.

`[tool.uv] constraint-dependencies` in pyproject.toml binds `uv run` to exact versions; `requirements.lock` has the same
with hashes, for `pip install --require-hashes` and CI. `uv.lock` is not kept: it names download hosts.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
COMPILE = ["uv", "pip", "compile", "pyproject.toml", "--group", "dev", "--universal", "--no-header", "--no-annotate"]
COMPILE += ["--no-emit-index-url", "--no-emit-find-links", "--quiet", "--python-version", "3.11"]


def compiled(*options: str) -> str:
    return subprocess.run([*COMPILE, *options], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def constraints(text: str) -> list[str]:
    """The exact versions of a lock, one requirement a line."""
    lines = [line.rstrip(" \\") for line in text.splitlines()]
    return [line for line in lines if re.match(r"[A-Za-z0-9]", line)]


def main() -> int:
    without = re.sub(r"\nconstraint-dependencies = \[.*?\n\]\n", "\n", PROJECT.read_text(), flags=re.S)
    PROJECT.write_text(without)
    locked = compiled("--generate-hashes")
    LOCK.write_text(locked)
    listed = "".join(f"    {json.dumps(one)},\n" for one in constraints(locked))
    head = "[tool.uv]\n"
    PROJECT.write_text(without.replace(head, f"{head}constraint-dependencies = [\n{listed}]\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
