"""The kinds of address zhiban takes: which reach a fixed service, which name a host, and what each may say."""

from dataclasses import dataclass, field

OWN = frozenset({"wecombot", "dingtalk", "feishu", "lark", "schan", "pushdeer", "qq"})
"""Carried by couriers of our own; all reach a fixed service."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of address carried by Apprise: its form in words, the option names it may carry, and their prefixes.

    What is not listed is refused: Apprise's options can read files (`attach`, `pgpkey`), send elsewhere (`smtp` is
    listed and its host checked), switch off TLS checks (`verify`), follow redirects or repeat on their own.
    """

    form: str
    options: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = field(default=())
    least_segments: int = 0
    most_segments: int = 20


FIXED = {
    "wxpusher": Kind("wxpusher://TOKEN/UID", least_segments=1, most_segments=1),
    "pushplus": Kind("pushplus://TOKEN", most_segments=0),
    "wechat": Kind("wechat://CORPID:SECRET@AGENT/USER", least_segments=1),
}
"""Fixed services reached through Apprise."""

_MAIL_OPTIONS = frozenset({"to", "from", "name", "user", "pass", "smtp", "mode"})

_BY_NAME = {
    "json": Kind("json://HOST/PATH", frozenset({"method"}), ("+", "-", ":")),
    "form": Kind("form://HOST/PATH", frozenset({"method"}), ("+", "-", ":")),
    "xml": Kind("xml://HOST/PATH", frozenset({"method"}), ("+", "-", ":")),
    "bark": Kind("bark://HOST/KEY", frozenset({"sound", "level", "group", "volume", "badge"}), (), 1, 1),
    "ntfy": Kind("ntfy://HOST/TOPIC", frozenset({"priority", "tags", "auth", "token"}), (), 1, 1),
    "gotify": Kind("gotify://HOST/TOKEN", frozenset({"priority"}), (), 1),
    "mailto": Kind("mailto://USER:PASS@HOST?to=NAME@HOST", _MAIL_OPTIONS, (), 0, 0),
}

HOSTED = {name + end: kind for name, kind in _BY_NAME.items() for end in ("", "s")}
"""Kinds that name the host to be reached; each also with TLS, under its name and an s."""

MAIL = frozenset({"mailto", "mailtos"})
_ROBOTS = "wecombot://KEY, dingtalk://TOKEN?secret=SECRET, feishu://TOKEN?secret=SECRET"
TRAPS = {"wecom": "wecombot://KEY", "https": _ROBOTS, "http": _ROBOTS}
"""Names that look right and are something else: to Apprise `wecom` is Pushplus."""
