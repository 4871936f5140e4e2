"""The town's facts as they are written down: sheets, checklists, seasons, campaign files, the colleagues' habits."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from service.sheets.reading import Sheet, read_sheet

FOLDER = files("service.demo").joinpath("data")


def sheet(kind: str) -> Sheet:
    """An import sheet with the Chinese headings: units, people or chain."""
    return read_sheet(FOLDER.joinpath(f"{kind}.csv").read_bytes(), f"{kind}.csv")


@cache
def noted(name: str) -> Any:
    """What one of the YAML files says."""
    return yaml.safe_load(FOLDER.joinpath(f"{name}.yaml").read_text("utf-8"))


def text(name: str) -> str:
    """A file that the service itself reads: the roster, or the campaign of the present with `$names` for its days."""
    return FOLDER.joinpath(f"{name}.yaml").read_text("utf-8")


@cache
def campaign_files() -> tuple[str, ...]:
    """The campaign files of 2023, in the order of their names."""
    found = sorted(FOLDER.joinpath("campaigns").iterdir(), key=lambda item: item.name)
    return tuple(item.read_text("utf-8") for item in found if item.name.endswith(".yaml"))
