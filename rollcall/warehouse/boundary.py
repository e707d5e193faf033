"""Named points at which a fault test may pull the plug.

In a normal run `reached` compares one environment variable and returns. ROLLCALL_KILL_AT="filing" ends this
process there as `kill -9` would; ROLLCALL_KILL_AT="filing:server" ends the embedded PostgreSQL instead.
"""

import os
import signal

BOUNDARIES = ("archived", "seen", "copying", "staged", "gated", "filing", "filed", "matched", "swapping", "swapped")


def reached(name: str) -> None:
    """Die here if a fault test asked for it."""
    wanted = os.environ.get("ROLLCALL_KILL_AT")
    if not wanted:
        return
    boundary, _, victim = wanted.partition(":")
    if boundary != name:
        return
    if victim == "server":
        from rollcall.warehouse.server import kill9

        kill9()
    else:
        os.kill(os.getpid(), signal.SIGKILL)
