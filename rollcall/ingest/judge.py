"""From broken expectations to a verdict: refuse the delivery, refuse a section of it, or reject single rows."""

from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from rollcall.contracts.derive import unit_codes
from rollcall.contracts.model import Contract
from rollcall.contracts.rules import rule_text
from rollcall.ingest.gate import Finding
from rollcall.ingest.stage import Staged

# Below this many rows a share says nothing: three typing errors in a school of twelve do not refuse its roll.
# A contract whose share is 0 allows none.
FREE_ROWS = 5
_LINES_SHOWN = 20


@dataclass
class Judgement:
    """`is_refused`, the reasons, and by section (one, named '', where the feed has none): rows and rejected rows."""

    is_refused: bool = False
    reasons: list[dict] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    refused_sections: list[str] = field(default_factory=list)
    n_unexpected: dict[tuple[str, str], int] = field(default_factory=dict)


def judge(conn: Connection, staged: Staged, contract: Contract, findings: list[Finding]) -> Judgement:
    """Decide on one delivery. Leaves a temp table `fault(line, rule)` naming the rows to reject."""
    judgement = Judgement()
    conn.execute("create temp table fault (line integer, rule text) on commit drop")
    for finding in findings:
        _look_at(conn, staged, contract.name, finding, judgement)
    section = section_of(contract)
    counts = conn.execute(
        SQL(
            """select {section}, count(*), count(f.line)
            from {clean} as c left join (select distinct line from fault) as f using (line)
            group by 1"""
        ).format(section=section, clean=staged.clean)
    ).fetchall()
    judgement.rows = {name: n for name, n, _ in counts}
    judgement.rejected = {name: n for name, _, n in counts}
    for name, n_rows, n_rejected in counts:
        allowed = max(FREE_ROWS, contract.max_rejected_share * n_rows) if contract.max_rejected_share else 0
        if n_rejected <= allowed:
            continue
        judgement.reasons.append(
            reason("share_exceeded", n=n_rejected, unit=name or None, n_rows=n_rows, allowed=int(allowed))
        )
        if contract.section and len(counts) > 1:
            judgement.refused_sections.append(name)
        else:
            judgement.is_refused = True
    if contract.section and counts and len(judgement.refused_sections) == len(counts):
        judgement.is_refused = True
    for name in judgement.refused_sections:
        conn.execute(
            SQL("insert into fault select line, 'section_refused' from {} where {} = {}").format(
                staged.clean, section, Literal(name)
            )
        )
        judgement.rejected[name] = judgement.rows[name]
    return judgement


def section_of(contract: Contract) -> Composable:
    """SQL for a row's section: the unit it names, '' where it names none that exists or the feed has no sections."""
    if contract.section is None:
        return Literal("")
    column = Identifier(contract.section)
    return SQL("case when {} = any({}) then {} else '' end").format(column, Literal(list(unit_codes())), column)


def recall(conn: Connection, delivery_id: int) -> Judgement:
    """The recorded judgement of a delivery taken back from history, with the temp table `fault` that goes with it."""
    conn.execute("create temp table fault (line integer, rule text) on commit drop")
    conn.execute(
        "insert into fault select line, unnest(rules) from ops.rejected_row where delivery_id = %s", (delivery_id,)
    )
    sections = conn.execute(
        "select unit_code from ops.delivery_section where delivery_id = %s and verdict = 'refused'", (delivery_id,)
    ).fetchall()
    return Judgement(refused_sections=[unit for (unit,) in sections])


def reason(rule: str, *, feed: str | None = None, column: str | None = None, value: str | None = None, **facts) -> dict:
    """One entry of `ops.delivery.reasons`; with `feed` the column is named by the header its sender knows."""
    zh, en = rule_text(rule, feed=feed, column=column, value=value, **facts)
    known = {key: facts[key] for key in ("n", "unit", "lines", "action") if facts.get(key) is not None}
    return {"rule": rule, "column": column, "line": None, "value": value, **known, "zh": zh, "en": en}


def _look_at(conn: Connection, staged: Staged, feed: str, finding: Finding, judgement: Judgement) -> None:
    rows = SQL("from {} where ").format(staged.clean) + SQL(finding.where)  # type: ignore[arg-type]
    (n, lines) = conn.execute(
        SQL("select count(*), (array_agg(line order by line))[1:{}] ").format(Literal(_LINES_SHOWN)) + rows
    ).fetchone()
    judgement.n_unexpected[(finding.rule, finding.column or "")] = n
    whole = finding.action == "refuse"
    judgement.reasons.append(
        reason(
            finding.rule,
            feed=feed,
            column=finding.column,
            n=n or None,
            lines=None if whole else lines,
            action=finding.action,
        )
    )
    if whole:
        judgement.is_refused = True
    elif finding.action == "reject":
        conn.execute(SQL("insert into fault select line, {} ").format(Literal(finding.rule)) + rows)
