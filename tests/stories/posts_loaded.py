"""Loads all that a working process of `posts` needs, once, in the process it is forked from."""

from service.couriers.apprise import loaded_library
from tests.stories import posts

loaded_library()

__all__ = ["posts"]
