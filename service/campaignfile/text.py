"""The text of a campaign file before YAML sees it: size, encoding, characters that can't be seen."""

import json
import re

from service.campaignfile.faults import Faults, Spot, Stop

MOST_BYTES = 256 * 1024

# Controls, lone surrogates, the line breaks that only YAML knows (they would put every later line number off), and the
# marks that make text read in another order than it is written.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)

_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def readable(raw: str | bytes, faults: Faults) -> str:
    """The file as text that YAML can take, or `Stop` with the reason blamed."""
    if len(raw) > MOST_BYTES or (isinstance(raw, str) and len(raw.encode("utf-8", "surrogatepass")) > MOST_BYTES):
        faults.blame(Spot(1), "The file is larger than {limit} KB", limit=MOST_BYTES // 1024)
        raise Stop
    text = (_decoded(raw, faults) if isinstance(raw, bytes) else raw).removeprefix("\ufeff")
    _refuse_unseen(text, faults)
    return _from_json(text) if text.lstrip().startswith("{") else text


def _decoded(raw: bytes, faults: Faults) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.blame(Spot(line), "The file is not UTF-8 text: save it as UTF-8")
        raise Stop from None


def _refuse_unseen(text: str, faults: Faults) -> None:
    for line, row in enumerate(re.split("\r\n|\r|\n", text), start=1):
        if found := UNSEEN.search(row):
            faults.blame(Spot(line), "There is a character that can't be seen, {code}", code=f"U+{ord(found[0]):04X}")
    if faults:
        raise Stop


def _from_json(text: str) -> str:
    """JSON is YAML but for two things: tabs between its words, and characters written as two surrogates."""
    if "\t" not in text and "\\u" not in text:
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    # A raw tab can't stand inside a JSON string, so that each one here is only a blank.
    return _SURROGATES.sub(_joined, text.replace("\t", " "))


def _joined(pair: re.Match[str]) -> str:
    code = 0x10000 + ((int(pair[2], 16) - 0xD800) << 10) + (int(pair[3], 16) - 0xDC00)
    return f"{pair[1]}{chr(code)}"
