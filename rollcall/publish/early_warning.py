"""The early warning with names, for the unit that must visit."""

from collections.abc import Sequence

from psycopg.sql import SQL

from rollcall.publish.named_list import NamedList

_NAMED = SQL(
    """
select w.*, n.name, n.sex, n.roll_number, n.guardian_name, n.guardian_phone
from {marts}.mon_early_warning as w
left join {work}.int_name_warned_children as n on n.child_key = w.child_key
where w.unit_code = %(unit)s and (%(school)s::text is null or w.school_code = %(school)s)
order by w.rank_in_unit
"""
)


def _book(rows: Sequence[dict], place: str, access_no: int) -> bytes:
    from rollcall.publish.named_book import write
    from rollcall.publish.warning_book import LAYOUT

    return write(LAYOUT, rows, place, access_no)


EARLY_WARNING = NamedList(
    "warning export",
    _NAMED,
    ("name", "roll_number", "guardian_name", "guardian_phone"),
    ("{place} 没有预警儿童。", "Nobody of {place} is on the early warning."),
    _book,
)
