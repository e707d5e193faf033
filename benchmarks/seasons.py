"""Long simulated times: twelve weeks on three seeds, twelve weeks at 1:10, a school year. Each held against its truth.

Hours; resumable by municipality. ROLLCALL_BENCH_SEASONS names those to run (`seed_1 seed_2 seed_3 tenth year`), all
without it; ROLLCALL_BENCH_WEEKS shortens the twelve weeks.
"""

import os

from benchmarks.resume import Progress
from benchmarks.score import measure, pooled

WEEKS = int(os.environ.get("ROLLCALL_BENCH_WEEKS") or 12)
YEAR = 45  # from 2 September to the end of the second term
# Name -> scale, weeks, seed.
SEASONS = {
    "seed_1": (0.01, WEEKS, 1),
    "seed_2": (0.01, WEEKS, 2),
    "seed_3": (0.01, WEEKS, 3),
    "tenth": (0.1, WEEKS, 4),
    "year": (0.01, YEAR, 5),
}


def run() -> dict:
    wanted = (os.environ.get("ROLLCALL_BENCH_SEASONS") or " ".join(SEASONS)).split()
    progress = Progress("seasons", wanted=wanted, weeks=WEEKS)
    for name in wanted:
        if name not in progress.parts:
            part = measure(*SEASONS[name])
            progress.check_code()
            progress.keep(name, part)
    seen = {"weeks": WEEKS, "municipalities": " ".join(wanted)}
    for name in wanted:
        seen |= {f"{name}_{key}": value for key, value in progress.parts[name].items()}
    progress.done()
    return seen | pooled([progress.parts[name] for name in wanted])
