"""A roster's file: YAML or JSON in, what it says or every fault with its line out. Asks no database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from service.campaignfile import nodes
from service.campaignfile.faults import Faults, Stop, fault_at
from service.campaignfile.nodes import Listing, Node, Scalar, Void
from service.campaignfile.text import readable
from service.errors import Fault, Refused
from service.roster import Problem, ProblemError
from service.roster import read as read_problem
from service.roster.naming import N_
from service.roster.scan import Reason, Scan

OWN_KEYS = {"key", "name", "owner", "phone", "note", "drafted_ahead_days", "checks_a_week"}
ENGINE_KEYS = {
    "watch", "watches", "roles", "members", "pairs", "successions", "fair", "rest_days", "rest_hours", "max_in", "seed",
}  # fmt: skip
# what a person writes without quotes and means as a word: a staff number, a room's phone, a time of day
WORDS = {
    "key", "name", "owner", "phone", "note", "role", "code", "starts", "who", "with", "members", "together", "apart",
    "successions", "watches", "from", "to", "last", "leave",
}  # fmt: skip
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,8})")
LONGEST_CODE = 40
STAND_IN_DAY = "9998-12-31"
MOST_AHEAD_DAYS = 366
MOST_CHECKS_A_WEEK = 50
USUAL_AHEAD_DAYS = 30


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a roster's file says; `problem` has its watches, roles, members and rules, and one day that stands in."""

    key: str
    name: str
    owner: str
    phone: str
    note: str
    drafted_ahead_days: int
    checks_a_week: int
    problem: Problem
    lines: Mapping[str, int] = field(default_factory=dict)

    def fault(self, path: str, reason: str, **facts: Any) -> Fault:
        """A fault found after the reading, with the line of `path` or of what encloses it."""
        return fault_at(line_of(self.lines, path), path, reason, facts)


@lru_cache(maxsize=64)
def read(text: str | bytes) -> RosterFile:
    """The roster that a file describes. Raises Refused with every fault found, each with its line.

    The same text is read once: every look at a roster begins with it.
    """
    document, lines = parsed(text)
    wrong: list[tuple[str, Reason]] = []
    own = read_own(document, wrong)
    problem = read_engine(document, wrong)
    if problem is not None:
        wrong += unfit_codes(problem)
    if wrong or problem is None:
        found = sorted((line_of(lines, path), path, reason) for path, reason in wrong)
        raise refusal([fault_at(line, path, reason.msgid, reason.facts) for line, path, reason in found])
    return RosterFile(**own, problem=problem, lines=lines)


def document_of(text: str) -> dict[str, Any]:
    """What the file of a roster that was taken says, as plain values that may be changed."""
    document, _ = parsed(text)
    return dict(document)


def parsed(text: str | bytes) -> tuple[Any, dict[str, int]]:
    """A file as plain values, with the line of each path. Raises Refused where it is not even YAML."""
    faults = Faults()
    try:
        root, lines = nodes.parse(readable(text, faults), faults)
    except Stop:
        raise refusal(faults.refusal().faults) from None
    if faults:
        raise refusal(faults.refusal().faults)
    return plain(root, ""), lines


def refusal(faults: list[Fault]) -> Refused:
    return Refused("The roster file has faults: {n}", faults=faults, n=len(faults))


def line_of(lines: Mapping[str, int], path: str) -> int:
    """The line of a path in the file, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, 1)


def read_own(document: Any, wrong: list[tuple[str, Reason]]) -> dict[str, Any]:
    """What belongs to the roster and not to its plan: names, phone, how far ahead it is drafted."""
    scan = Scan()
    body = scan.table(document, "", OWN_KEYS | ENGINE_KEYS, required={"key", "name", "owner", "roles"})
    ahead = body.get("drafted_ahead_days", USUAL_AHEAD_DAYS)
    own: dict[str, Any] = {
        "key": scan.text(body.get("key"), "key") if "key" in body else "",
        "name": scan.text(body.get("name"), "name") if "name" in body else "",
        "owner": scan.text(body.get("owner"), "owner") if "owner" in body else "",
        "phone": scan.text(body.get("phone", ""), "phone", empty=True),
        "note": scan.text(body.get("note", ""), "note", empty=True),
        "drafted_ahead_days": scan.count(ahead, "drafted_ahead_days", most=MOST_AHEAD_DAYS),
        "checks_a_week": scan.count(body.get("checks_a_week", 0), "checks_a_week", most=MOST_CHECKS_A_WEEK),
    }
    if own["key"] and not KEY.fullmatch(own["key"]):
        scan.wrong("key", "expected lower-case letters, digits, - and _, 64 at most")
    wrong += scan.errors
    return own


def read_engine(document: Any, wrong: list[tuple[str, Reason]]) -> Problem | None:
    """The file as the engine reads it, on one day far away that only stands in for those to be planned."""
    if not isinstance(document, Mapping) or "roles" not in document:
        return None
    body = {key: value for key, value in document.items() if key in ENGINE_KEYS}
    try:
        return read_problem(body | {"key": str(document.get("key", "")), "days": [{"date": STAND_IN_DAY}]})
    except ProblemError as error:
        known = set(wrong)
        wrong += [one for one in error.errors if one not in known]
        return None


def unfit_codes(problem: Problem) -> list[tuple[str, Reason]]:
    """The codes that can't be part of a watch's key, each with why."""
    named = [(f"roles[{n}].role", role.code) for n, role in enumerate(problem.roles)]
    named += [(f"watches[{n}].code", watch.code) for n, watch in enumerate(problem.watches)]
    why = Reason.of(
        N_("expected no space, colon, slash, question mark or hash, {most} characters at most"), most=LONGEST_CODE
    )
    return [(path, why) for path, code in named if len(code) > LONGEST_CODE or set(code) & set(" :/?#")]


def plain(node: Node, word: str) -> Any:
    """A node as plain values; `word` is the key it stands under, which tells a word from a number."""
    if isinstance(node, Scalar):
        return scalar(node, word)
    if isinstance(node, Void):
        return None
    if isinstance(node, Listing):
        return [plain(item, word) for item in node.items]
    found = {key: plain(entry, key) for key, entry in node.entries.items()}
    return {key: value for key, value in found.items() if value is not None}


def scalar(node: Scalar, word: str) -> Any:
    if node.tag == "null":
        return None
    if node.tag == "str" or word in WORDS:
        return node.text
    if node.tag == "bool":
        return node.text.lower() in ("true", "yes", "on")
    if WHOLE.fullmatch(node.text):
        return int(node.text)
    if node.tag == "float":
        try:
            return float(node.text)
        except ValueError:
            return node.text
    return node.text
