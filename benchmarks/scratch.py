"""A warehouse of its own for a benchmark, so that nobody's state is touched."""

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_warehouse() -> Iterator[Path]:
    """Start a migrated embedded server in a fresh ROLLCALL_HOME; stop and remove it afterwards."""
    from rollcall.warehouse import server
    from rollcall.warehouse.migrate import migrate
    from rollcall.warehouse.settings import settings

    home = Path(tempfile.mkdtemp(prefix="rollcall-bench-", dir=os.environ.get("ROLLCALL_BENCH_DIR")))
    before = os.environ.get("ROLLCALL_HOME")
    os.environ["ROLLCALL_HOME"] = str(home)
    try:
        server.start()
        migrate()
        yield home
    finally:
        server.stop()
        shutil.rmtree(settings().postgres, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
        if before is None:
            del os.environ["ROLLCALL_HOME"]
        else:
            os.environ["ROLLCALL_HOME"] = before


def peak_mib() -> float:
    """Peak resident memory of this process and of the largest child that has ended, in MiB."""
    # Not ru_maxrss of this process: Linux hands a child the peak that its parent had when it was made.
    own = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM"))
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(max(int(own.split()[1]), of_children) / 1024, 1)
