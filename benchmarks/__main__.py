"""`make bars`: run the long checks that have no result for this commit yet, and write down what was seen.

Each check is a module here with `run() -> dict`. A result is benchmarks/results/<check>.json and names its commit;
a check that already has one for this commit is passed over, so an interrupted run goes on where it stopped.
Name checks to run only those: `make bars ARGS="ingest"`; add `--again` to measure once more.
"""

import importlib
import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rollcall.telemetry import switch_off

CHECKS = ("simulate", "ingest", "score", "early_warning", "crash", "mutants", "identity")
RESULTS = Path(__file__).parent / "results"


def main(arguments: list[str]) -> int:
    switch_off()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    wanted = [name for name in arguments if not name.startswith("-")] or CHECKS
    for name in wanted:
        result = RESULTS / f"{name}.json"
        if result.exists() and "--again" not in arguments and json.loads(result.read_text())["commit"] == commit:
            print(f"{name}: done for {commit}")
            continue
        began = time.monotonic()
        seen = importlib.import_module(f"benchmarks.{name}").run()
        facts = {
            "check": name,
            "commit": commit,
            "measured_at": datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(timespec="seconds"),
            "seconds_in_all": round(time.monotonic() - began, 1),
        }
        RESULTS.mkdir(exist_ok=True)
        result.write_text(json.dumps(facts | seen, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(json.dumps(facts | seen, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
