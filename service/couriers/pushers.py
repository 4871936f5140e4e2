"""Push services to one person's phone whose refusals also come as HTTP 200: ServerChan, PushDeer, Qmsg."""

import re
from typing import Any
from urllib.parse import urlencode

from service.couriers.base import Message
from service.couriers.codes import PUSHDEER, QMSG, SERVERCHAN
from service.couriers.robots import FORM, Robot, Target
from service.couriers.sizes import clean, one_line, shorten
from service.couriers.wire import Letter

THIRD_EDITION_KEY = re.compile(r"sctp(\d+)t", re.IGNORECASE)


class ServerChanCourier(Robot):
    """`schan://SENDKEY`: ServerChan, to WeChat; keys that begin `sctpNNNt` go to the third edition's own host."""

    scheme = "schan"
    home = "https://sctapi.ftqq.com"
    codes = SERVERCHAN
    code_fields = ("code",)
    text_fields = ("message", "info", "error")

    def letter(self, target: Target, message: Message) -> Letter:
        title = one_line(message.title)
        # The service takes titles of 32 characters and texts of 32 KB, and reads the text as markdown.
        text = shorten(clean(message.body).replace("\n", "\n\n"), 32_000)
        form = {"title": title if len(title) <= 32 else title[:31] + "…", "desp": text}
        third = THIRD_EDITION_KEY.match(target.token)
        if third and self.base_url == self.home:
            url = f"https://{third[1]}.push.ft07.com/send/{target.token}.send"
        else:
            url = f"{self.base_url}/{target.token}.send"
        return Letter(url, urlencode(form).encode(), content_type=FORM)


class PushDeerCourier(Robot):
    """`pushdeer://KEY`: PushDeer; an answer that lists no device it reached is a refusal."""

    scheme = "pushdeer"
    home = "https://api2.pushdeer.com"
    codes = PUSHDEER
    code_fields = ("code",)
    text_fields = ("error", "message")

    def letter(self, target: Target, message: Message) -> Letter:
        form = {
            "pushkey": target.token,
            "type": "text",
            "text": one_line(message.title),
            "desp": shorten(clean(message.body), 16_000),
        }
        return Letter(f"{self.base_url}/message/push", urlencode(form).encode(), content_type=FORM)

    def _read(self, body: dict[str, Any]) -> tuple[int | None, str]:
        code, text = super()._read(body)
        content = body.get("content")
        if code == self.success and isinstance(content, dict) and content.get("result") == []:
            return 80403, "no device has this key"
        return code, text


class QmsgCourier(Robot):
    """`qq://KEY`: Qmsg, to QQ; it says `success: true` or why not."""

    scheme = "qq"
    home = "https://qmsg.zendee.cn"
    codes = QMSG
    text_fields = ("reason", "msg")

    def letter(self, target: Target, message: Message) -> Letter:
        text = shorten(f"{one_line(message.title)}\n{clean(message.body)}".strip(), 4_000)
        return Letter(f"{self.base_url}/send/{target.token}", urlencode({"msg": text}).encode(), content_type=FORM)

    def _read(self, body: dict[str, Any]) -> tuple[int | None, str]:
        text = str(body.get("reason") or body.get("msg") or "")
        if body.get("success") is True:
            return self.success, text
        # Refusals come with code 500, and so do troubles: neither says which, so it is tried again.
        return (500, text) if "success" in body else (None, text)
