"""The key that seals addresses and signs forms: from the settings, or made once and kept in the data folder."""

import os
from functools import cache

from service.couriers.addresses import new_key, unseal
from service.settings import settings


@cache
def secret() -> str:
    """The key in force (several with commas between them: the first seals, all of them open).

    Without ZHIBAN_SECRET it is made at the first asking and kept readable for the owner alone.
    """
    made = settings()
    if made.secret:
        return made.secret
    made.data.mkdir(parents=True, exist_ok=True)
    file = made.data / "secret.key"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as out:
        out.write(new_key())
    return file.read_text().strip()


def opened(sealed: str) -> str:
    """A sealed address, opened with the key in force."""
    return unseal(sealed, secret())
