"""The refusal of an address, for the one who entered it."""

from typing import Any

from service.errors import Refused


class AddressRefused(Refused):
    """This address isn't taken; `reason` says why in a sentence that holds nothing secret."""

    title = "Address refused"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message, **facts)

    @property
    def reason(self) -> str:
        return str(self)
