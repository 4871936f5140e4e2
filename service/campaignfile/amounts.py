"""Numbers and days of a campaign file: each reader answers the value, or blames the node and answers None."""

import re
from datetime import date

from yaml.constructor import SafeConstructor
from yaml.nodes import ScalarNode

from service.campaignfile.faults import Faults
from service.campaignfile.nodes import Node, Scalar, Void

YEARS = range(2000, 2101)

_CONSTRUCT = SafeConstructor()


def whole(faults: Faults, node: Node | None, least: int, most: int) -> int | None:
    """A plain whole number between two bounds, both included."""
    if node is None or isinstance(node, Void):
        return None
    if not isinstance(node, Scalar):
        faults.blame(node, "A whole number is expected here")
    elif node.tag == "int" and re.fullmatch("-?(0|[1-9][0-9]{0,8})", node.text):
        if least <= int(node.text) <= most:
            return int(node.text)
        faults.blame(node, "{number} is not between {least} and {most}", number=int(node.text), least=least, most=most)
    elif node.tag == "int" and (number := yaml_number(node)) is not None:
        faults.blame(
            node,
            "YAML reads {text} as {number}; write the number plainly, without leading zeros, : or _",
            text=node.text,
            number=str(number),
        )
    else:
        faults.blame(node, "{text} is not a whole number; write it plainly, without quotes", text=node.text)
    return None


def share(faults: Faults, node: Node | None) -> float | None:
    """A share of the whole: more than 0, at most 1."""
    if node is None or isinstance(node, Void):
        return None
    if isinstance(node, Scalar) and node.tag in ("int", "float") and re.fullmatch(r"[01]|[01]?\.[0-9]{1,9}", node.text):
        value = float(node.text)
        if 0 < value <= 1:
            return value
    faults.blame(node, "A share is expected here: a number above 0 and up to 1, like 0.25")
    return None


def day(faults: Faults, node: Node | None) -> date | None:
    """A civil date written like 2026-06-16."""
    if node is None or isinstance(node, Void):
        return None
    said = node.text if isinstance(node, Scalar) else ""
    try:
        found = date.fromisoformat(said) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", said) else None
    except ValueError:
        faults.blame(node, "There is no day {text} in the calendar", text=said)
        return None
    if found is None:
        faults.blame(node, "A date is expected here, written like 2026-06-16")
    elif found.year not in YEARS:
        faults.blame(
            node, "The year {year} is not between {least} and {most}", year=said[:4], least=YEARS[0], most=YEARS[-1]
        )
    else:
        return found
    return None


def yaml_number(node: Scalar) -> float | None:
    """What YAML 1.1 makes of 0x1F, 010, 1_000 or 12:30."""
    read = _CONSTRUCT.construct_yaml_int if node.tag == "int" else _CONSTRUCT.construct_yaml_float
    try:
        return read(ScalarNode(node.tag, node.text))
    except ValueError:  # its patterns admit 0x_ and the like, which are no numbers
        return None
