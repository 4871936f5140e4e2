"""Every bench runs, at its small size: figures are for people, but a bench that has stopped running tells nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCHES = sorted(
    file.stem if file.stem != "__main__" else file.parent.name
    for file in (ROOT / "tests" / "bench").rglob("*.py")
    if "--smoke" in file.read_text()
)


@pytest.mark.slow
@pytest.mark.parametrize("bench", BENCHES)
def test_a_bench_runs(bench: str, tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("ZHIBAN_", "COV_", "PYTEST_"))}
    command = [sys.executable, "-m", f"tests.bench.{bench}", "--smoke"]
    env |= {"ZHIBAN_DATA": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stdout.strip(), "it printed no figures"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_bench_is_in_the_readme(readme: str) -> None:
    text = (ROOT / readme).read_text()
    assert [bench for bench in BENCHES if f"tests.bench.{bench}" not in text] == []
