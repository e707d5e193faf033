"""On which day the ledger must hold a dropout follows from the truth alone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from rollcall.simulate.score_ledger import Delivered, _holds, _listed

SHANGHAI = ZoneInfo("Asia/Shanghai")


def sep(day: int) -> date:
    return date(2019, 9, day)


def write(directory, name: str, rows: list[dict]) -> None:
    pq.write_table(pa.Table.from_pylist(rows), directory / f"{name}.parquet")


def file_of(day: int, received: int, is_rotten: bool = False) -> dict:
    name = f"absence{day}"
    received_at = datetime(2019, 9, received, 18, tzinfo=SHANGHAI)
    return {
        "feed": "absence", "file_name": name, "business_date": sep(day), "received_at": received_at,
        "is_rotten": is_rotten,
    }  # fmt: skip


def truth(directory) -> None:
    write(directory, "delivery", [file_of(3, 3), file_of(4, 4, is_rotten=True), file_of(5, 9), file_of(6, 6)])
    write(directory, "section", [{"feed": "absence", "file_name": "absence6", "unit_code": "b"}])
    write(directory, "pupil", [{"child_id": 1, "unit_code": "a"}, {"child_id": 2, "unit_code": "b"}])
    spells = [
        (1, sep(1), sep(3), "present", None),
        (1, sep(3), None, "dropout", None),
        (2, sep(3), None, "dropout", None),
        (3, sep(3), None, "dropout", "false_presence_mark"),
    ]
    names = ("child_id", "from_on", "to_on", "state", "concealed_by")
    write(directory, "status", [dict(zip(names, spell, strict=True)) for spell in spells])
    days = [{"child_id": child, "day": sep(day)} for child in (1, 2) for day in (2, 3, 4, 5, 6)]
    write(directory, "unexplained_absence", days)


def test_only_days_whose_lists_had_soundly_come_count(tmp_path):
    truth(tmp_path)
    assert _listed(tmp_path, sep(10)) == {1: [sep(3), sep(5), sep(6)], 2: [sep(3), sep(5)]}
    # The list of the 5th came on the 9th.
    assert _listed(tmp_path, sep(8))[1] == [sep(3), sep(6)]
    assert (sep(6), "b") not in Delivered(tmp_path, sep(10))


def test_the_day_itself_is_in_time_and_the_next_is_late():
    spells = {"k": [(sep(5), sep(9))]}
    assert _holds(sep(5), spells, ["other", "k"])
    assert not _holds(sep(4), spells, ["k"]) and not _holds(sep(9), spells, ["k"]) and not _holds(sep(5), spells, [])
