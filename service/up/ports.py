"""The ports of an installation: who may have them, and why one can't be had. The standard library alone."""

import errno
import socket
import sys


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises OSError when another does, or the host is not ours."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    trial = socket.socket(family, kind, protocol)
    try:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an address just left is free, as for the server
        trial.bind(address)
        trial.listen()
    except OSError:
        trial.close()
        raise
    return trial


def why_not(host: str, port: int, chosen_by: str) -> str:
    """Why a port can't be had, and what chooses another; empty where it is free."""
    try:
        listening(host, port).close()
    except OSError as fault:
        return not_had(host, port, chosen_by, fault.strerror)
    return ""


def not_had(host: str, port: int, chosen_by: str, why: str | None) -> str:
    return f"port {port} on {host} cannot be had ({why}); choose another with {chosen_by}"


def claimed(port: int) -> socket.socket | None:
    """Hold a port's name against every other zhiban of this machine, from before anything listens; None: it is held.

    A server needs seconds to begin to listen. Where the system has no such names (they are Linux's), whoever comes
    first to the port itself has it.
    """
    held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if sys.platform != "linux":
        return held
    try:
        held.bind(f"\0zhiban port {port}")
    except OSError as fault:
        held.close()
        if fault.errno == errno.EADDRINUSE:
            return None
        raise
    return held
