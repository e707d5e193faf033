"""The score against the planted truth as a table for people: what must be nothing, and what was found as what."""

from rich.table import Table

from rollcall.publish.figures import known_statuses

# Key of `rollcall score` -> what it says; these must be 0, or at most the number given.
BARS = {
    "rotten_accepted": ("坏文件被接收", "rotten files accepted", 0),
    "sound_refused": ("好文件被退回", "sound files refused", 0),
    "rows_planted_not_rejected": ("坏行未被剔除", "planted bad rows not rejected", 0),
    "rows_unexplained": ("无故剔除的行", "rows rejected without cause", 20),
    "unaccounted_in_school": ("下落不明却记为在校", "unaccounted children called in school", 0),
    "open_status_missed": ("下落不明却已销账", "unaccounted children under a settled status", 0),
}


def score_table(found: dict) -> Table:
    """Rows: each bar with its limit, then the children by how they were found. `found`: what `score()` returns."""
    table = Table(title="与真值对比 Score against the planted truth")
    table.add_column("")
    table.add_column("结果 found", justify="right")
    table.add_column("要求 wanted", justify="right")
    for name, (zh, en, limit) in BARS.items():
        n = found.get(name)
        style = None if n is None else "green" if n <= limit else "bold red"
        table.add_row(f"{zh} {en}", _number(n), f"≤ {limit}" if limit else "0", style=style)
    table.add_section()
    table.add_row("报送 files sent", _number(found.get("deliveries")), "")
    table.add_row("  其中坏文件 of them rotten", _number(found.get("rotten")), "")
    table.add_row("下落不明 children unaccounted for", _number(found.get("unaccounted")), "")
    for status in known_statuses():
        if n := found.get(f"unaccounted_found_as_{status['status']}"):
            table.add_row(f"  {status['zh']} found as: {status['en'].lower()}", _number(n), "")
    if n := found.get("unaccounted_found_as_no_status"):
        table.add_row("  未找到任何记录 found nowhere", _number(n), "", style="bold red")
    table.add_row("  所报文件无从显示 concealed: no file shows it", _number(found.get("concealed")), "")
    table.add_row("虚警 false alarms, per 1,000 in school", str(found.get("false_alarms_per_1000") or "—"), "")
    return table


def _number(n: int | None) -> str:
    return "—" if n is None else f"{n:,}"
