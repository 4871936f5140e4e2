"""The Feishu group robot, and Lark's, which is the same outside China; signed when a secret is given."""

import base64
import hashlib
import hmac
import re

from service.couriers.base import Message
from service.couriers.codes import FEISHU
from service.couriers.robots import Robot, Target, as_json
from service.couriers.sizes import clean, one_line, shorten_into
from service.couriers.wire import Letter

# Feishu's page on custom robots: "the request body must not exceed 20 KB".
MOST_BYTES = 20_000
AT_TAG = re.compile(r"<(?=\s*/?\s*at\b)", re.IGNORECASE)


def signature(secret: str, timestamp: str) -> str:
    """What Feishu checks: base64 of HMAC-SHA256 over nothing, keyed with `timestamp` in s, a line break, the secret."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class FeishuCourier(Robot):
    """`feishu://TOKEN[?secret=…]`: a robot in a Feishu group.

    It knows people by open_id only, so nobody can be called up by mobile: the people are named in the text instead, and
    mobiles, which concern nobody else in the group, are left out.
    """

    scheme = "feishu"
    home = "https://open.feishu.cn"
    codes = FEISHU
    # Old answers carry StatusCode, new ones code, some both; a refusal may stand beside `"StatusCode": 0`.
    code_fields = ("code", "StatusCode")
    text_fields = ("msg", "StatusMessage")

    def letter(self, target: Target, message: Message) -> Letter:
        signed: dict[str, object] = {}
        if target.secret:
            timestamp = str(int(self.clock().timestamp()))
            signed = {"timestamp": timestamp, "sign": signature(target.secret, timestamp)}
        heading = AT_TAG.sub("＜", f"{_names(message)}{one_line(message.title)}")

        def build(text: str) -> bytes:
            whole = f"{heading}\n{text}".strip()
            return as_json({**signed, "msg_type": "text", "content": {"text": whole}})

        # A stranger's `<at user_id="all">` in a description must not call up the whole group.
        body = shorten_into(build, AT_TAG.sub("＜", clean(message.body)), MOST_BYTES)
        return Letter(f"{self.base_url}/open-apis/bot/v2/hook/{target.token}", body)


class LarkCourier(FeishuCourier):
    """`lark://TOKEN[?secret=…]`: a robot in a Lark group."""

    scheme = "lark"
    home = "https://open.larksuite.com"


def _names(message: Message) -> str:
    names = [one_line(name) for name in message.names if name.strip()]
    return " ".join(f"@{name}" for name in names) + "\n" if names else ""
