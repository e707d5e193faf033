"""What the early warning is worth: the head of its list beside the naive rule, held against who truly leaves.

Asked of the children at a desk whom neither the rules nor the ledger take for a dropout on the date. Right is a list
about whoever truly is a dropout on some day of the four weeks that follow, whether it left before the date or after.
"""

import math
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from rollcall.simulate.score_children import _keys_of, _published

WEEKS_AHEAD = 4
HEAD_SHARE = 0.01
NAIVE_DAYS = 3
_NAMES = "children leavers leavers_not_yet_gone head head_hits head_precision head_recall head_hits_not_yet_gone"
_NAMES += " naive naive_hits naive_precision naive_recall naive_hits_not_yet_gone listed listed_hits listed_per_1000"
COUNTS = tuple(f"warning_{name}" for name in _NAMES.split())
# Each child at a desk with its points and the length of its absence; the marts keep those from the threshold on.
_CHILDREN = """
select c.child_key::text, coalesce(r.points, 0), coalesce(r.absent_run, 0), m.child_key is not null
from marts.dim_child as c
join marts.fct_child_status as s on s.child_key = c.child_key and s.to_on = 'infinity'
left join (
    select child_key, sum(points) as points, max(n) filter (where measure = 'absent_run') as absent_run
    from marts_work.int_warn_of_children group by 1
) as r on r.child_key = c.child_key
left join marts.mon_early_warning as m on m.child_key = c.child_key
where c.is_on_roll
    and s.status not in ('dead', 'moved_away', 'finished', 'over_age', 'suspended', 'placement', 'elsewhere_proved',
        'absent_20', 'never_present')
    and not exists (
        select from marts.fct_case as k
        where k.child_key = c.child_key and k.is_open and k.category in ('dropout', 'never_enrolled')
    )
order by 2 desc, 3 desc, 1
"""


def score_warning(conn, directory: Path, as_of: date | None) -> dict:
    """The counts named in COUNTS; all None when nothing of the kind has been published. `head`: the first hundredth
    of the list, at least one child; `not_yet_gone`: still at a desk on the date.
    """
    if as_of is None or conn.execute("select to_regclass('marts.mon_early_warning')").fetchone()[0] is None:
        return dict.fromkeys(COUNTS)
    published = _published(conn, as_of)
    keys = _keys_of(conn, directory, published)
    child_of = {key: child for child, found in keys.items() for key in found}
    leavers, gone = _leavers(directory, as_of)
    rows = [
        (child_of.get(key.replace("-", "")), points, run, is_listed)
        for key, points, run, is_listed in conn.execute(_CHILDREN)
    ]
    return _measured(rows, leavers, gone)


def _leavers(directory: Path, as_of: date) -> tuple[set[int], set[int]]:
    """Who truly is a dropout in the weeks that follow, and of them who is gone already."""
    until = as_of + timedelta(weeks=WEEKS_AHEAD)
    leavers, gone = set(), set()
    filters = [("state", "=", "dropout"), ("from_on", "<=", until)]
    for row in pq.read_table(directory / "status.parquet", filters=filters).to_pylist():
        if row["to_on"] is None or row["to_on"] > as_of + timedelta(days=1):
            leavers.add(row["child_id"])
            if row["from_on"] <= as_of:
                gone.add(row["child_id"])
    return leavers, gone


def _measured(rows: list[tuple], leavers: set[int], gone: set[int]) -> dict:
    """`rows`: (child_id or None, points, days absent, is listed), the first of the list first."""
    there = {child for child, *_ in rows} & leavers
    head = rows[: math.ceil(HEAD_SHARE * len(rows))]
    naive = [row for row in rows if row[2] >= NAIVE_DAYS]
    listed = [row for row in rows if row[3]]
    found = {"children": len(rows), "leavers": len(there), "leavers_not_yet_gone": len(there - gone)}
    for name, part in (("head", head), ("naive", naive), ("listed", listed)):
        hits = {child for child, *_ in part} & leavers
        found |= {
            name: len(part),
            f"{name}_hits": len(hits),
            f"{name}_precision": round(len(hits) / len(part), 3) if part else None,
            f"{name}_recall": round(len(hits) / len(there), 3) if there else None,
            f"{name}_hits_not_yet_gone": len(hits - gone),
        }
    found["listed_per_1000"] = round(1000 * len(listed) / len(rows), 2) if rows else None
    return {name: found[name.removeprefix("warning_")] for name in COUNTS}
