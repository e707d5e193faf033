"""What `rollcall run` simulates, and the sending of it, once for a state directory."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from rollcall.warehouse.errors import WarehouseError
from rollcall.warehouse.settings import settings


@dataclass(frozen=True)
class Scenario:
    """What `rollcall run` simulates; `start` is a Monday."""

    scale: float
    start: date
    weeks: int
    seed: int

    def publishes(self) -> list[tuple[date, datetime]]:
        """(as_of, known_at) of each week's end: its Sunday, with what was known by the end of that day."""
        sundays = [self.start + timedelta(days=7 * week + 6 - self.start.weekday()) for week in range(self.weeks)]
        shanghai = ZoneInfo("Asia/Shanghai")
        return [(day, datetime.combine(day, time(23, 59), shanghai)) for day in sundays]


def send(scenario: Scenario, console: Console) -> None:
    """Write the senders' files, once for a state directory: the ledger would only call them duplicates."""
    if _marker().exists():
        refuse_another(scenario)
        return
    from rollcall.simulate.run import simulate

    with console.status(f"模拟报送 · simulating {scenario.weeks} weeks at {scenario.scale:g}"):
        simulate(scenario.scale, scenario.start, scenario.weeks, scenario.seed, settings().inbox, settings().truth)
    _marker().write_text(json.dumps(asdict(scenario), default=str))


def refuse_another(scenario: Scenario) -> None:
    held = json.loads(_marker().read_text())
    if held != json.loads(json.dumps(asdict(scenario), default=str)):
        raise WarehouseError(
            "该状态目录已有另一套模拟数据，请先执行 make clean。",
            "This state holds another simulated municipality: `make clean` first, or set ROLLCALL_HOME.",
        )


def is_sent() -> bool:
    """Whether this state directory holds a simulated municipality."""
    return _marker().exists()


def _marker() -> Path:
    return settings().home / "scenario.json"
