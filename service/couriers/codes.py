"""What the channels' own codes mean for the sender: a table per channel, each code with its meaning and what follows.

Sources: the vendors' pages on custom robots (DingTalk, Feishu: error codes and limits), the WeCom global code list,
and answers seen in the wild where a page is silent (marked "seen"). A code that is in no table is a temporary failure:
better tried again than lost, and never taken for delivered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.couriers.base import Outcome

REFUSED, SLOW_DOWN, FAILED = Outcome.REFUSED, Outcome.SLOW_DOWN, Outcome.FAILED


@dataclass(frozen=True, slots=True)
class Code:
    """One code: what follows from it, what it means, and how long its channel blocks (seconds, None when unsaid).

    `words` hold the sub-reasons of a code that means several things: the first word found in the answer's text decides.
    """

    outcome: Outcome
    meaning: str
    retry_after: float | None = None
    words: tuple[tuple[str, Outcome], ...] = ()


@dataclass(frozen=True, slots=True)
class CodeTable:
    """The codes of one channel; `families` are ranges whose every code shares a meaning."""

    codes: Mapping[int, Code]
    families: tuple[tuple[range, Code], ...] = field(default=())

    def reads(self, code: int, text: str) -> tuple[Outcome, float | None]:
        """What follows from a code other than success, and the seconds to wait where the channel blocks for a time."""
        entry = self.codes.get(code) or next((entry for family, entry in self.families if code in family), None)
        lower = text.lower()
        if entry is None:
            # A limit that got a new number still says so in words.
            limited = any(word in lower for word in LIMIT_WORDS)
            return (SLOW_DOWN, None) if limited else (FAILED, None)
        outcome = next((outcome for word, outcome in entry.words if word in lower), entry.outcome)
        return outcome, entry.retry_after if outcome is SLOW_DOWN else None

    def knows(self, code: int) -> bool:
        return code in self.codes or any(code in family for family, _ in self.families)


LIMIT_WORDS = ("too fast", "too many request", "freq", "rate limit", "限流", "频率", "频繁", "频次")

WECOM = CodeTable(
    {
        -1: Code(FAILED, "system busy"),
        45009: Code(SLOW_DOWN, "called more often than the limit (a robot: 20 a minute)", 60),
        45033: Code(SLOW_DOWN, "more calls at once than the limit", 60),
        45002: Code(REFUSED, "content longer than the limit"),
        47001: Code(REFUSED, "body is not the JSON expected"),
        48002: Code(REFUSED, "no permission for this interface"),
        60020: Code(REFUSED, "this address is not on the trusted list"),
        81013: Code(REFUSED, "none of the recipients is valid"),
        93000: Code(REFUSED, "the robot's key is invalid, or (seen) content longer than the limit"),
        93004: Code(REFUSED, "the robot was disabled"),
        93008: Code(REFUSED, "the robot is not in the group"),
    },
    families=(
        (range(40001, 40100), Code(REFUSED, "a parameter or a credential is invalid")),
        (range(41001, 41100), Code(REFUSED, "a parameter is missing")),
        (range(44001, 44100), Code(REFUSED, "the content is empty")),
    ),
)

DINGTALK = CodeTable(
    {
        -1: Code(FAILED, "system busy"),
        40035: Code(REFUSED, "a parameter is missing"),
        43004: Code(REFUSED, "wrong Content-Type"),
        # Robots over 20 messages a minute are blocked for 10 minutes.
        130101: Code(SLOW_DOWN, "send too fast, exceed 20 times per minute", 600),
        410100: Code(SLOW_DOWN, "sent too fast, limited", 600),
        300001: Code(REFUSED, "token does not exist", words=(("too fast", SLOW_DOWN), ("freq", SLOW_DOWN))),
        300005: Code(REFUSED, "token does not exist (seen)"),
        310000: Code(
            REFUSED,
            "the robot's security settings: keywords not in content, sign not match, ip not in whitelist",
            # The next attempt carries a new timestamp; a clock set right cures it.
            words=(("timestamp", FAILED),),
        ),
        430101: Code(REFUSED, "an unsafe link in the content"),
        430102: Code(REFUSED, "unfit text in the content"),
        430103: Code(REFUSED, "an unfit picture in the content"),
        430104: Code(REFUSED, "unfit content"),
    },
    # 400013 group dissolved, 400101 no such token, 400102 robot stopped, 400105 message type, 400106 no such robot
    families=(
        (range(400000, 401000), Code(REFUSED, "the group, the token or the robot is gone, or the kind unknown")),
    ),
)

FEISHU = CodeTable(
    {
        # 100 a minute and 5 a second a robot; also answered when the platform itself is pressed on the full hour.
        11232: Code(SLOW_DOWN, "frequency limited"),
        99991400: Code(SLOW_DOWN, "frequency limited for the application"),
        9499: Code(
            REFUSED,
            "bad request, or too many requests",
            words=(("too many", SLOW_DOWN), ("frequency", SLOW_DOWN), ("limit", SLOW_DOWN)),
        ),
    },
    # 19001 the webhook's token, 19002 a parameter, 19007 robot not enabled, 19021 sign or timestamp, 19022 this
    # address not allowed, 19024 key words not found, 19036 (seen) body too large
    families=((range(19000, 19100), Code(REFUSED, "the robot, its token, its security settings or the body")),),
)

# The day's quota comes under the code of a wrong key: only the words tell them apart (seen).
SERVERCHAN = CodeTable(
    {
        20001: Code(REFUSED, "an input is missing"),
        40001: Code(
            REFUSED, "wrong key, or the day's quota is used up", 3600, (("次数", SLOW_DOWN), ("超过", SLOW_DOWN))
        ),
    }
)

PUSHDEER = CodeTable(
    {
        80403: Code(REFUSED, "no such key"),
        80501: Code(REFUSED, "a parameter is wrong"),
    }
)

QMSG = CodeTable({})

PUSHPLUS = CodeTable(
    {
        900: Code(SLOW_DOWN, "the account asked too often", 3600),
        903: Code(REFUSED, "the token is not valid"),
        905: Code(REFUSED, "a parameter is wrong, or the account is not verified"),
        907: Code(REFUSED, "no such token"),
        908: Code(REFUSED, "the account is blocked"),
        909: Code(REFUSED, "the content must be reviewed first"),
        912: Code(REFUSED, "no service package"),
    }
)

WXPUSHER = CodeTable(
    {
        1001: Code(REFUSED, "the token is missing"),
        1002: Code(REFUSED, "the token is wrong"),
        1003: Code(REFUSED, "no content"),
        1004: Code(REFUSED, "no such user or topic"),
        1007: Code(REFUSED, "content longer than the limit"),
        1008: Code(SLOW_DOWN, "called too often"),
        1010: Code(REFUSED, "this address is not allowed"),
    }
)
