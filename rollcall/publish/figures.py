"""The figures of the municipal monitor, read from the published marts and the ledger. Counts only, nobody's
name.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from rollcall.publish.errors import PublishError
from rollcall.warehouse.connect import connect
from rollcall.warehouse.settings import settings

TIERS = {"school": "学校", "unit": "区县", "municipality": "市级"}


@dataclass(frozen=True)
class Figures:
    """What the monitor shows. `municipality`: the row of mon_municipality. `statuses`: {status, zh, en,
    is_open,
    n, owners: {tier: n} of those open} in the order of seed_status. `units`: rows of mon_unit, most open cases first.
    `deliveries`: {feed, state: n}. `alerts`: {kind, n} of open ones. `failed`: the newest publish if it
    failed, else None.
    """

    schema: str
    as_of: date
    known_at: datetime
    published_at: datetime
    code_version: str
    model_version: str
    n_missing: int
    municipality: dict
    n_on_roll: int
    statuses: list[dict]
    units: list[dict]
    deliveries: list[dict]
    alerts: list[dict]
    failed: dict | None

    def flat(self) -> dict:
        """One level of names and numbers, for scripts."""
        told = {
            "schema": self.schema,
            "as_of": self.as_of,
            "known_at": self.known_at,
            "published_at": self.published_at,
            "code_version": self.code_version,
            "model_version": self.model_version,
            "n_deliveries_not_here": self.n_missing,
            "n_on_roll": self.n_on_roll,
            **{name: value for name, value in self.municipality.items() if name != "as_of"},
        }
        told |= {f"status_{row['status']}": row["n"] for row in self.statuses}
        for tier in TIERS:
            told[f"open_{tier}"] = sum(row["owners"].get(tier, 0) for row in self.statuses)
        for state in sorted({state for row in self.deliveries for state in row["states"]}):
            told[f"deliveries_state_{state}"] = sum(row["states"].get(state, 0) for row in self.deliveries)
        told |= {f"alerts_{row['kind']}": row["n"] for row in self.alerts}
        return told


def figures(schema: str = "marts") -> Figures:
    """Read them, in one snapshot. Raises PublishError if nothing has been published in `schema`."""
    with connect("pipeline") as conn:
        conn.execute("set transaction isolation level repeatable read, read only")
        conn.row_factory = dict_row
        published = _publish(conn, schema, "published")
        last = _publish(conn, schema, None)
        if published is None:
            raise PublishError(
                f"{schema} 尚未发布任何数据，请先执行 rollcall publish。",
                f"Nothing has been published in {schema} yet: run `rollcall publish`.",
            )
        return Figures(
            schema=schema,
            as_of=published["as_of"],
            known_at=published["known_at"],
            published_at=published["finished_at"],
            code_version=published["code_version"],
            model_version=published["model_version"],
            n_missing=published["n_missing"],
            municipality=_rows(conn, schema, "select * from {}.mon_municipality")[0],
            n_on_roll=_rows(conn, schema, "select count(*) as n from {}.dim_child where is_on_roll")[0]["n"],
            statuses=_statuses(conn, schema),
            units=_rows(
                conn,
                schema,
                """select * from {}.mon_unit where coalesce(n_children, 0) > 0
                order by n_open desc nulls last, accounted_share, unit_code""",
            ),
            deliveries=_deliveries(conn, schema),
            alerts=_rows(
                conn,
                schema,
                "select kind, count(*) as n from ops.alert where closed_at is null group by 1 order by 1",
            ),
            failed=last if last and last["verdict"] == "failed" else None,
        )


def _rows(conn: Connection, schema: str, query: str) -> list[dict]:
    statement: Composed = SQL(query).format(Identifier(schema))  # type: ignore[arg-type]
    return conn.execute(statement).fetchall()


def _publish(conn: Connection, schema: str, verdict: str | None) -> dict | None:
    return conn.execute(
        """select as_of, known_at, finished_at, code_version, model_version, verdict, reasons,
            jsonb_array_length(missing) as n_missing
        from ops.publish
        where schema_name = %(schema)s and (verdict = %(verdict)s or %(verdict)s::text is null)
            and verdict <> 'running' and to_regnamespace(quote_ident(schema_name)) is not null
        order by publish_id desc limit 1""",
        {"schema": schema, "verdict": verdict},
    ).fetchone()


def _statuses(conn: Connection, schema: str) -> list[dict]:
    """Children by status, the open ones also by the tier that must act, which the rule decides."""
    counted: dict[str, int] = {}
    owners: dict[str, dict[str, int]] = {}
    for row in _rows(
        conn,
        schema,
        """select status, owner_tier, is_open, count(*) as n from {}.fct_child_status
        where to_on = 'infinity' group by 1, 2, 3""",
    ):
        counted[row["status"]] = counted.get(row["status"], 0) + row["n"]
        if row["is_open"]:
            owners.setdefault(row["status"], {})[row["owner_tier"]] = row["n"]
    return [
        {
            **{name: row[name] for name in ("status", "zh", "en")},
            "is_open": row["is_open"] == "true",
            "n": counted.get(row["status"], 0),
            "owners": owners.get(row["status"], {}),
        }
        for row in known_statuses()
    ]


def known_statuses() -> list[dict]:
    """The rows of seed_status.csv, as text, in its order."""
    with open(settings().repo / "dbt_project" / "seeds" / "seed_status.csv", encoding="utf-8") as file:
        return sorted(csv.DictReader(file), key=lambda row: int(row["sort"]))


def _deliveries(conn: Connection, schema: str) -> list[dict]:
    """By feed: how many promised deliveries are in each state. Sections of platform files are counted in
    theirs.
    """
    found: dict[str, dict] = {}
    for row in _rows(
        conn,
        schema,
        """select feed, state, count(*) as n from {}.fct_delivery_quality
        where part = 'whole' and is_expected group by 1, 2 order by 1, 2""",
    ):
        found.setdefault(row["feed"], {})[row["state"]] = row["n"]
    return [{"feed": feed, "states": states} for feed, states in found.items()]
