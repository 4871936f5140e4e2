"""ical.js and node-ical, fetched once into a folder of the machine and kept there; where there is no Node, none."""

import json
import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

WANTED = {"ical.js": "2.2.1", "node-ical": "0.27.2"}
SCRIPT = Path(__file__).with_name("read.mjs")
WAITS_SECONDS = 240


def lacking(why: str) -> None:
    """Skip for want of Node; on a build machine, where it must be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def folder() -> Path:
    """The folder with both readers in it; made whole or not at all."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        lacking("node and npm are not installed")
    named = sha256(json.dumps(WANTED, sort_keys=True).encode()).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"zhiban-readers-{os.getuid()}-{named}"
    if (place / "node_modules" / "node-ical").is_dir():
        return place
    making = Path(tempfile.mkdtemp(prefix="zhiban-readers-"))
    (making / "package.json").write_text(json.dumps({"private": True, "dependencies": WANTED}))
    fetch = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(fetch, cwd=making, capture_output=True, text=True, timeout=WAITS_SECONDS, check=False)
    if done.returncode:
        shutil.rmtree(making, ignore_errors=True)
        lacking(f"npm could not fetch the readers: {done.stderr[-500:]}")
    try:
        making.rename(place)
    except OSError:  # another test was first
        shutil.rmtree(making, ignore_errors=True)
    return place


def read(files: list[Path]) -> dict[str, Any]:
    """What both readers make of some calendars, by file."""
    call = ["node", str(SCRIPT), str(folder()), *map(str, files)]
    zone = {**os.environ, "TZ": "Asia/Shanghai"}
    done = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False, env=zone)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found
