"""The worklist: what is to be done for whom, by whom, until when; and with names, for the unit that must do it."""

from collections.abc import Sequence

from psycopg import Connection
from psycopg.sql import SQL

from rollcall.publish.named_list import NamedList
from rollcall.publish.scope import Scope, rows_of

# A unit has the cases it owns and those of children registered with it, for which it answers too.
_MINE = """
    (%(unit)s::text is null or w.unit_code = %(unit)s or w.admin_unit_code = %(unit)s)
    and (%(school)s::text is null or w.school_code = %(school)s)
    and (%(tier)s::text is null or w.owner_tier = %(tier)s)
order by w.place
"""
_LIST = SQL("select w.* from {marts}.mon_worklist as w where" + _MINE)
_NAMED = SQL(
    """
select w.*, n.name, n.sex, n.birth_on, n.id_number, n.roll_number, n.class_no, n.guardian_name, n.guardian_phone,
    t.township_name, n.village, a.unit_name as admin_unit_name
from {marts}.mon_worklist as w
join {marts}.fct_case as c on c.case_no = w.case_no
left join {work}.int_name_case_children as n on n.child_key = c.child_key
left join {work}.seed_township as t on t.township_code = n.township_code
left join {marts}.dim_unit as a on a.unit_code = w.admin_unit_code
where"""
    + _MINE
)


def worklist(conn: Connection, scope: Scope) -> list[dict]:
    """The rows of mon_worklist in the order of urgency, without names. PublishError if nothing is published."""
    return rows_of(conn, _LIST, scope)


def _book(rows: Sequence[dict], place: str, access_no: int) -> bytes:
    from rollcall.publish.named_book import write
    from rollcall.publish.worklist_book import LAYOUT

    return write(LAYOUT, rows, place, access_no)


WORKLIST = NamedList(
    "worklist export",
    _NAMED,
    ("name", "id_number", "roll_number", "guardian_name", "guardian_phone"),
    ("{place} 没有待办事项。", "Nothing is to be done by {place}."),
    _book,
)
