"""The stylesheets say nothing of what is not there: each class in them is worn by something."""

import re
from enum import EnumType
from pathlib import Path

import pytest

import service
from models import kinds

ROOM = Path(service.__file__).parent
STYLES = sorted((ROOM / "static").glob("*.css"))
WORN_IN = (*(ROOM / "templates").rglob("*.html"), *(ROOM / "static").glob("*.js"), *(ROOM / "web").rglob("*.py"))
# a class attribute, whatever is filled in to it, and any short string that a macro or a script hands on as one
ATTRIBUTE = re.compile(r'class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"', re.S)
HANDED_ON = re.compile(r"[\"']([a-z][\w -]{0,40})[\"']")
MOST_BYTES = 38_500


def classes_in(style: str) -> set[str]:
    """The classes that a stylesheet speaks of."""
    plain = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", style, flags=re.S)
    return {one for selector in re.findall(r"([^{}]+)\{", plain) for one in re.findall(r"\.([a-z][\w-]*)", selector)}


def worn() -> set[str]:
    """What templates, scripts and pages give as a class; words of ours are classes of days and states."""
    tables = [one for one in vars(kinds).values() if isinstance(one, EnumType)]
    found = {str(word) for table in tables for word in table}
    for file in WORN_IN:
        text = file.read_text("utf-8")
        given = [*ATTRIBUTE.findall(text), *HANDED_ON.findall(text)]
        found |= {word for one in given for word in re.findall(r"[a-z][\w-]*", one)}
    return found


@pytest.mark.parametrize("style", STYLES, ids=[one.name for one in STYLES])
def test_each_class_is_worn(style: Path) -> None:
    assert sorted(classes_in(style.read_text("utf-8")) - worn()) == []


def test_the_stylesheet_stays_small() -> None:
    assert (ROOM / "static" / "zhiban.css").stat().st_size < MOST_BYTES


def test_a_class_that_nothing_wears_is_found() -> None:
    assert classes_in("a.no-such-thing:hover > b { color: red } /* .gone {} */") == {"no-such-thing"}
    assert "no-such-thing" not in worn()
