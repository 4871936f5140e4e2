"""The DingTalk group robot, signed when a secret is given."""

import base64
import hashlib
import hmac
from typing import Literal, Unpack

from service.couriers.base import Message
from service.couriers.codes import DINGTALK
from service.couriers.robots import Robot, RobotOptions, Target, as_json, mobiles
from service.couriers.sizes import clean, one_line, shorten_into
from service.couriers.wire import Letter

MOST_BYTES = 20_000


def signature(secret: str, timestamp: str) -> str:
    """What DingTalk checks: base64 of HMAC-SHA256 with the secret over `timestamp`, a line break and the secret."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class DingTalkCourier(Robot):
    """`dingtalk://TOKEN[?secret=SEC…]`: a robot in a DingTalk group, in plain text or, if asked, in markdown.

    DingTalk adds the mentions to a text message by itself; in markdown only those count that stand in the text too.
    """

    scheme = "dingtalk"
    home = "https://oapi.dingtalk.com"
    codes = DINGTALK

    def __init__(self, *, style: Literal["text", "markdown"] = "text", **options: Unpack[RobotOptions]) -> None:
        super().__init__(**options)
        self.style = style

    def letter(self, target: Target, message: Message) -> Letter:
        params = {"access_token": target.token}
        if target.secret:
            timestamp = str(int(self.clock().timestamp() * 1000))
            params |= {"timestamp": timestamp, "sign": signature(target.secret, timestamp)}
        body = self._markdown(message) if self.style == "markdown" else self._text(message)
        return Letter(f"{self.base_url}/robot/send", body, params)

    def _text(self, message: Message) -> bytes:
        at = {"atMobiles": mobiles(message), "isAtAll": False}

        def build(text: str) -> bytes:
            return as_json({"msgtype": "text", "text": {"content": text}, "at": at})

        return shorten_into(build, f"{one_line(message.title)}\n{clean(message.body)}".strip(), MOST_BYTES)

    def _markdown(self, message: Message) -> bytes:
        called, title = mobiles(message), one_line(message.title)
        at = {"atMobiles": called, "isAtAll": False}
        calls = "\n\n" + " ".join(f"@{mobile}" for mobile in called) if called else ""

        def build(text: str) -> bytes:
            content = {"title": title[:100], "text": f"#### {title}\n\n{text}{calls}"}
            return as_json({"msgtype": "markdown", "markdown": content, "at": at})

        # A single line break is a space in markdown.
        return shorten_into(build, clean(message.body).replace("\n", "\n\n"), MOST_BYTES)
