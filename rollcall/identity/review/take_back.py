"""A clerk's workbook comes back: each line is judged by itself, and every one is kept with what became of it."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from rollcall.identity.review.errors import ReviewError
from rollcall.identity.review.queue import Doubt, by_number
from rollcall.identity.review.verdict import UNCHANGED, decide
from rollcall.identity.review.words import verdict_of
from rollcall.identity.review.workbook import Line, Returned, is_number, read_workbook, row_code
from rollcall.warehouse.access_log import log_access

ACTION = "review import"
BLANK, REFUSED = "blank", "refused"
OUTCOMES = {
    "accepted": "已登记 accepted",
    UNCHANGED: "此前已登记 was there already",
    BLANK: "未填，仍待核对 left open",
    REFUSED: "退回 refused",
}
_KEEP = """
insert into identity.verdict_line (access_id, line, number_text, verdict_text, why_text, outcome, reason)
values (%s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Judged:
    """What became of one line: a key of OUTCOMES, and for a refused one why, in Chinese, without anybody's data.
    `number` is "" where the line has none.
    """

    line: int
    number: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class Taken:
    """What became of a list. `access_id`: number of this import, see identity.verdict_line."""

    access_id: int
    unit_code: str
    clerk: str
    lines: list[Judged]

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)


def take_back(conn: Connection, data: bytes, at: datetime) -> Taken:
    """Judge and keep every line of a workbook in one transaction, which it commits; twice is harmless.

    Raises ReviewError if it is no workbook of ours or nobody signed it: nothing is written then.
    """
    returned = read_workbook(data)
    _check_list(conn, returned.list_number, returned.unit_code)
    if not returned.clerk:
        raise ReviewError(
            "“填写说明”表中“经办人”未填写，请填写后重发。", "Nobody has signed the first sheet (经办人): fill it in."
        )
    reason = f"清单 {returned.list_number} 发回 list {returned.list_number} came back"
    access_id = log_access(conn, ACTION, returned.unit_code, len(returned.lines), reason)
    known = by_number(conn, [int(line.number) for line in returned.lines if is_number(line.number)])
    judged = []
    seen: set[str] = set()
    for line in returned.lines:
        outcome, said = _judge(conn, line, returned, known, seen, at)
        # Whatever stands there instead of a number is kept below, but not repeated.
        judged.append(Judged(line.line, line.number if is_number(line.number) else "", outcome, said))
        conn.execute(_KEEP, (access_id, line.line, line.number, line.verdict, line.why, outcome, said))
    conn.commit()
    return Taken(access_id, returned.unit_code, returned.clerk, judged)


def _check_list(conn: Connection, list_number: int, unit_code: str) -> None:
    """The log knows which unit a list was for; a list whose first sheet says otherwise was tampered with."""
    row = conn.execute(
        "select unit_code from ops.access_log where access_id = %s and action = 'review export'", (list_number,)
    ).fetchone()
    if row is None or row[0] != unit_code:
        raise ReviewError(
            f"没有为单位 {unit_code} 导出过清单 {list_number}。请用导出的原表填写。",
            f"No list {list_number} was ever exported for unit {unit_code}: fill in the exported workbook itself.",
        )


def _judge(
    conn: Connection, line: Line, returned: Returned, known: dict[int, Doubt], seen: set[str], at: datetime
) -> tuple[str, str]:
    """Outcome and reason of one line; its verdict is written if it is accepted."""
    if not is_number(line.number):
        return REFUSED, "编号缺失或不是数字，请从原表抄录编号。"
    if not line.verdict and not line.why:
        return BLANK, ""
    if line.number in seen:
        return REFUSED, "同一编号在表中出现多次，仅取第一行。"
    seen.add(line.number)
    doubt = known.get(int(line.number))
    if doubt is None:
        return REFUSED, "该对已不再存疑，或导出后证据已变；若仍存疑，下次清单会以新编号列出。"
    if fault := _fault(line, doubt, returned):
        return REFUSED, fault
    verdict = verdict_of(line.verdict)
    if verdict is None:
        return REFUSED, "裁定须为“同一人”或“不是同一人”。" if line.verdict else "写了依据而未选裁定。"
    if not line.why:
        return REFUSED, "未写依据。"
    by = f"{returned.unit_code} {returned.clerk}"
    try:
        return decide(conn, doubt, verdict, line.why, by, at, may_overrule=False), ""
    except ReviewError as error:
        return REFUSED, error.zh


def _fault(line: Line, doubt: Doubt, returned: Returned) -> str:
    """Why this line may not decide this pair, "" if it may."""
    if returned.unit_code not in doubt.units:
        return "该对不属于本单位。"
    if not line.code:
        return "核对码缺失，请从原表抄录。"
    if line.code != row_code(returned.list_number, doubt.evidence_hash):
        if line.code.split("-")[0] != str(returned.list_number):
            return "该行不是这份清单的（核对码属于另一份清单）。"
        return "核对码与编号不符：行被改动，或导出后证据已变。请重新导出核对。"
    return ""
