"""The house itself: sizes, the lock, migrations, settings and commands in the README."""

import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service import migrate
from service.settings import PREFIX, Settings
from tests.house.lock import constraints

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "service", "flows")
READMES = ("README.md", "README.zh-CN.md")
MOST_LINES = 400


def files(*folders: str) -> list[Path]:
    found = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return [file for file in found if "versions" not in file.parts]


def test_no_file_has_grown_too_large() -> None:
    sizes = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files(*ROOMS, "tests")}
    assert {name: lines for name, lines in sizes.items() if lines > MOST_LINES} == {}


def test_flows_decide_the_moment_and_nothing_else() -> None:
    for file in files("flows"):
        text = file.read_text()
        assert len(text.splitlines()) <= 40, file.name
        assert not re.search(r"\b(select|insert|update)\(", text), file.name


def test_only_the_clock_asks_the_time() -> None:
    asks = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(")
    for file in files(*ROOMS):
        if file.name != "clock.py":
            assert not asks.search(file.read_text()), file


def test_the_two_lists_of_the_lock_agree_and_name_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text()
    project = (ROOT / "pyproject.toml").read_text()
    listed = tomllib.loads(project)["tool"]["uv"]["constraint-dependencies"]
    assert listed == constraints(text)
    assert "://" not in text
    assert "://" not in project
    assert len(re.findall(r"--hash=sha256:", text)) > len(listed)


def test_every_dependency_is_locked_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.split(r"[\[<>=~! ]", one)[0].lower() for one in project["project"]["dependencies"]}
    locked = {line.split("==")[0].lower() for line in constraints((ROOT / "requirements.lock").read_text())}
    assert wanted <= locked
    words = (ROOT / "README.md").read_text().lower()
    assert {name for name in wanted if f"`{name}`" not in words} == set()


def test_the_migrations_say_what_the_models_say(engine: Engine) -> None:
    at, newest = migrate.revisions(engine)
    assert at == newest is not None
    assert migrate.drift(engine) == []


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme: str) -> None:
    text = (ROOT / readme).read_text()
    named = set(re.findall(rf"`({PREFIX}[A-Z_]+)`", text))
    there = {PREFIX + name.upper() for name in Settings.model_fields}
    assert there - named == set()
    assert named - there == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_readme(readme: str) -> None:
    from typer.main import get_command

    from service.cli import app

    text = (ROOT / readme).read_text()
    names: list[str] = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        if command.hidden:
            continue
        inner = getattr(command, "commands", None)
        names += [f"{name} {sub}" for sub in inner] if inner else [name]
    assert [name for name in names if f"zhiban {name}" not in text] == []
