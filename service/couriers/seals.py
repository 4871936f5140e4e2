"""Addresses at rest: sealed with Fernet, whose keys can be changed while sealed addresses live on."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBroken(Exception):
    """This was not sealed with any of the keys, or was changed since."""


def new_key() -> str:
    """A fresh key, 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


def seal(address: str, key: str | Sequence[str]) -> str:
    """The address sealed with the first key; `key` is one, several with commas between them, or a sequence."""
    return _ring(key).encrypt(address.encode("utf-8")).decode()


def unseal(sealed: str, key: str | Sequence[str]) -> str:
    """The address, opened with whichever of the keys fits; `SealBroken` if none does."""
    try:
        return _ring(key).decrypt(sealed.encode("utf-8")).decode("utf-8")
    except InvalidToken:
        raise SealBroken("an address can't be opened: it was sealed with another key, or changed") from None


def reseal(sealed: str, key: str | Sequence[str]) -> str:
    """The same address sealed anew with the first key, so that older keys can be dropped."""
    return seal(unseal(sealed, key), key)


def _ring(key: str | Sequence[str]) -> MultiFernet:
    keys = [part.strip() for part in (key.split(",") if isinstance(key, str) else key) if part.strip()]
    if not keys:
        raise ValueError("no key to seal addresses with was given")
    try:
        return MultiFernet([Fernet(part) for part in keys])
    except ValueError:
        raise ValueError("a key to seal addresses with is not 32 bytes in URL-safe base64") from None
