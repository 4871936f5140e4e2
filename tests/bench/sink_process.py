"""A sink in a process of its own, so that sender and receiver share no interpreter: prints its address and waits."""

import sys

from tests.sinks import HttpSink

if __name__ == "__main__":
    with HttpSink() as sink:
        sys.stdout.write(f"{sink.url}\n")
        sys.stdout.flush()
        sys.stdin.read()
