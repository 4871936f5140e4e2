"""`python leash.py PARENT COMMAND…`: become COMMAND, and die with the process PARENT however it ends.

Where the system has no such leash (it is Linux's), the warden of `service.up.warden` alone sees to it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Put the leash on; it stays through the exec. A parent that died in between is noticed by its number."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:
        os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
