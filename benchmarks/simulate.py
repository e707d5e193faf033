"""The whole municipality, one of each feed, in at most 3 minutes and 6 GiB (design)."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

from benchmarks.scratch import peak_mib

SCALE = os.environ.get("ROLLCALL_BENCH_SCALE") or "1"


def run() -> dict:
    home = tempfile.mkdtemp(prefix="rollcall-bench-", dir=os.environ.get("ROLLCALL_BENCH_DIR"))
    command = [sys.executable, "-m", "rollcall", "simulate", "--scale", SCALE, "--weeks", "0", "--json"]
    try:
        began = time.monotonic()
        subprocess.run(command, env=os.environ | {"ROLLCALL_HOME": home}, check=True, stdout=subprocess.DEVNULL)
        return {"scale": float(SCALE), "seconds": round(time.monotonic() - began, 1), "peak_mib": peak_mib()}
    finally:
        shutil.rmtree(home, ignore_errors=True)
