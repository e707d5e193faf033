"""Where the time went: wall seconds by step, shown as a table at the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Timing:
    """Steps in the order in which they ended; `part_of` names the step that a finer one belongs to, "" for none."""

    steps: list[tuple[str, str, float]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @contextmanager
    def take(self, step: str) -> Iterator[None]:
        begins = time.monotonic()
        try:
            yield
        finally:
            self.add(step, time.monotonic() - begins)

    def add(self, step: str, seconds: float, part_of: str = "") -> None:
        self.steps.append((step, part_of, round(seconds, 1)))

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self.began, 1)

    def table(self):
        """A rich table: each step, its share of the whole, and the longest of its parts, which may overlap."""
        from rich.table import Table

        total = self.seconds or 0.1
        table = Table("步骤 step", title="时间去向 Where the time went", show_footer=True)
        table.columns[0].footer = "合计 total"
        table.add_column("秒 s", justify="right", footer=f"{total:.1f}")
        table.add_column("%", justify="right")
        for step, part_of, seconds in self.steps:
            if part_of:
                continue
            table.add_row(step, f"{seconds:.1f}", f"{100 * seconds / total:.0f}")
            parts = sorted((row for row in self.steps if row[1] == step), key=lambda row: -row[2])
            for part, _, spent in parts[:8]:
                table.add_row(f"  [dim]{part}[/]", f"[dim]{spent:.1f}[/]", "")
        return table
