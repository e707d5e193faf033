"""What a report says, read from a published schema in one snapshot."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from rollcall.publish.errors import PublishError
from rollcall.publish.reports import lists
from rollcall.publish.reports.period import USUAL, Period, period
from rollcall.publish.reports.place import Place, place
from rollcall.publish.reports.words import BREAKDOWNS, LEDGER_BREAKDOWNS, WORK
from rollcall.warehouse.connect import connect

N_NEEDS = 5
# Where the figures of a place stand in fct_indicator, fct_child_status and fct_delivery_quality.
_FIGURES = {
    "school": "tier = 'school' and school_code = %(code)s",
    "unit": "tier = 'unit' and unit_code = %(code)s",
    "municipality": "tier = 'municipality'",
}
_ROWS = {"school": "school_code = %(code)s", "unit": "unit_code = %(code)s", "municipality": "true"}


@dataclass(frozen=True)
class Breakdown:
    """One way to break figures down. `counts`: children by value, with `name`. `rates`: {zh, measure, cells} by
    indicator, each cell {name, value, numerator, denominator}, or None, for the value at its place in `names`."""

    title: str
    counts: list[dict]
    names: list[str]
    rates: list[dict]


@dataclass(frozen=True)
class Report:
    """All a report shows, in the order in which it shows it; counts are children unless a name says otherwise.

    `totals`: {indicator: row of breakdown all}. `needs`: the schools (of a school: its grades) that need help first.
    `unit_needs`: the units, in a municipality's report. `statuses`: {status, zh, is_open, n}. `weeks`: {week_end,
    absent, lost, unconfirmed}. `returns`: {zh, n, n_back, n_still}. `indicators`: rows of dim_indicator with value and
    the tier above's value for comparison. `scoring`: {zh, points}, heaviest first. `breakdowns`: what the marts break
    figures down by. `places`: schools or units, all of them. `deliveries`: {feed, states}. `warnings`, `disabled`,
    `migrants`, `comparisons`: see `lists`.
    """

    place: Place
    period: Period
    schema: str
    known_at: datetime
    code_version: str
    model_version: str
    totals: dict[str, dict]
    needs: list[dict]
    unit_needs: list[dict]
    statuses: list[dict]
    weeks: list[dict]
    returns: list[dict]
    indicators: list[dict]
    scoring: list[dict]
    breakdowns: list[Breakdown]
    places: list[dict]
    deliveries: list[dict]
    warnings: list[dict]
    warning_reasons: list[dict]
    disabled: list[dict]
    migrants: list[dict]
    comparisons: list[dict]


def read(schema: str = "marts", unit: str | None = None, school: str | None = None, kind: str | None = None) -> Report:
    """Read the report of a school, a unit or, with neither, the municipality. `kind`: month, quarter, term or year;
    default what the process asks of that tier. Raises PublishError if nothing is published in `schema` or the place is
    unknown.
    """
    with connect("pipeline") as conn:
        conn.execute("set transaction isolation level repeatable read, read only")
        conn.row_factory = dict_row
        published = _published(conn, schema)
        where = place(conn, schema, unit, school)
        when = period(kind or USUAL[where.tier], published["as_of"])
        ask = _Asked(conn, schema, where, when)
        return Report(
            place=where,
            period=when,
            schema=schema,
            known_at=published["known_at"],
            code_version=published["code_version"],
            model_version=published["model_version"],
            totals={row["indicator"]: row for row in ask.figures("breakdown = 'all'")},
            needs=ask.grades() if where.tier == "school" else ask.needs("school"),
            unit_needs=ask.needs("unit") if where.tier == "municipality" else [],
            statuses=ask.statuses(),
            weeks=ask.weeks(),
            returns=ask.returns(),
            indicators=ask.indicators(),
            scoring=ask.scoring(),
            breakdowns=ask.breakdowns(),
            places=ask.places(),
            deliveries=ask.deliveries(),
            warnings=lists.warnings(ask.ask, where.tier),
            warning_reasons=lists.warning_reasons(ask.ask),
            disabled=lists.disabled(ask.ask, where.tier),
            migrants=lists.migrants(ask.ask, where.tier),
            comparisons=lists.comparisons(ask.ask),
        )


def _published(conn: Connection, schema: str) -> dict:
    row = conn.execute(
        """select as_of, known_at, code_version, model_version from ops.publish
        where schema_name = %s and verdict = 'published' and to_regnamespace(quote_ident(schema_name)) is not null
        order by publish_id desc limit 1""",
        (schema,),
    ).fetchone()
    if row is None:
        raise PublishError(
            f"{schema} 尚未发布任何数据，请先执行 rollcall publish。",
            f"Nothing has been published in {schema} yet: run `rollcall publish`.",
        )
    return row


class _Asked:
    """The questions of one report; every one is a statement on the published schema."""

    def __init__(self, conn: Connection, schema: str, where: Place, when: Period) -> None:
        self._conn = conn
        self._schema = schema
        self._place = where
        self._values = {"code": where.code, "unit": where.unit_code, "from_on": when.from_on, "to_on": when.to_on}
        self._values |= {kind: list(statuses) for kind, (_, statuses) in WORK.items()}
        # A day or two of absence is the school's own work, an unconfirmed class or identity nobody's leaving.
        self._values["came_so_far"] = [s for s in WORK["absent"][1] + WORK["lost"][1] if s != "absent_1"]

    def ask(self, query: str) -> list[dict]:
        parts = {"figures": SQL(_FIGURES[self._place.tier]), "rows": SQL(_ROWS[self._place.tier])}  # type: ignore[arg-type]
        statement: Composed = SQL(query).format(m=Identifier(self._schema), **parts)  # type: ignore[arg-type]
        return self._conn.execute(statement, self._values).fetchall()

    def figures(self, which: str) -> list[dict]:
        # A child of a school may answer to another unit: the school's rows are added up.
        return self.ask(
            f"""select indicator, breakdown, breakdown_value, sum(numerator)::bigint as numerator,
                sum(denominator)::bigint as denominator, max(value) filter (where n = 1) as one_value
            from (
                select *, count(*) over (partition by indicator, breakdown, breakdown_value) as n
                from {{m}}.fct_indicator where {{figures}} and {which}
            ) as f
            group by 1, 2, 3 order by 1, 2, 3"""
        )

    def needs(self, tier: str) -> list[dict]:
        scope = "unit_code = %(unit)s and rank_in_unit" if self._place.tier == "unit" else "rank_in_municipality"
        rank = "rank_in_unit" if self._place.tier == "unit" else "rank_in_municipality"
        return self.ask(
            f"""select {rank} as rank, unit_name, school_code, coalesce(school_name, unit_name) as name,
                n_children, n_open, points, reasons
            from {{m}}.mon_need where tier = '{tier}' and {scope} <= {N_NEEDS} order by 1"""
        )

    def grades(self) -> list[dict]:
        return self.ask(
            """select row_number() over (order by sum(points) desc, grade) as rank, null as unit_name,
                %(code)s as school_code, coalesce(grade || ' 年级', '无年级') as name,
                null::bigint as n_children, sum(n)::bigint as n_open, sum(points)::bigint as points,
                string_agg(zh || ' ' || n || ' 人', '，' order by points desc, zh) as reasons
            from (
                select c.grade, n.zh, count(*) as n, count(*) * n.points as points
                from {m}.fct_child_status as s
                join {m}.dim_child as c on s.child_key = c.child_key
                join {m}.dim_status as n on s.status = n.status
                where s.to_on = 'infinity' and s.school_code = %(code)s and n.points > 0
                group by c.grade, n.zh, n.points
            ) as g
            group by grade order by 1"""
        )

    def statuses(self) -> list[dict]:
        return self.ask(
            """select d.status, d.zh, d.is_open, sum(f.numerator)::bigint as n
            from {m}.fct_indicator as f join {m}.dim_status as d on f.breakdown_value = d.status
            where {figures} and f.indicator = 'children_with_status'
            group by d.status, d.zh, d.is_open, d.sort order by d.sort"""
        )

    def weeks(self) -> list[dict]:
        """Open children on the last day of each week of the period, and on the published date; from when a tenth of the
        place's children were known: before, nothing known would read as nobody open."""
        return self.ask(
            """with days as (
                select d.day::date as day
                from generate_series(%(from_on)s::date, %(to_on)s::date, interval '1 day') as d (day)
                where extract(isodow from d.day) = 5 or d.day::date = %(to_on)s
            ),
            known as (select min(from_on) as from_on from {m}.fct_child_status where {rows} group by child_key),
            first as (select percentile_disc(0.1) within group (order by from_on) as from_on from known)
            select d.day,
                count(*) filter (where s.status = any(%(absent)s)) as absent,
                count(*) filter (where s.status = any(%(lost)s)) as lost,
                count(*) filter (where s.status = any(%(unconfirmed)s)) as unconfirmed
            from days as d
            inner join first as f on d.day >= f.from_on
            left join {m}.fct_child_status as s
                on s.is_open and s.from_on <= d.day and s.to_on > d.day and {rows}
            group by d.day order by d.day"""
        )

    def returns(self) -> list[dict]:
        """Of the children who came so far in the period, who is back: the last status of each."""
        return self.ask(
            """with reached as (
                select s.status, s.child_key
                from {m}.fct_child_status as s
                where s.status = any(%(came_so_far)s)
                    and s.from_on <= %(to_on)s and s.to_on > %(from_on)s and {rows}
                group by 1, 2
            ),
            now as (select child_key, status, is_open from {m}.fct_child_status where to_on = 'infinity')
            select d.zh, count(*) as n,
                count(*) filter (where n.status in ('in_school', 'excused', 'placement')) as n_back,
                count(*) filter (where n.is_open) as n_still
            from reached as r
            join now as n on r.child_key = n.child_key
            join {m}.dim_status as d on r.status = d.status
            group by d.zh, d.sort order by d.sort"""
        )

    def indicators(self) -> list[dict]:
        """Every rate, and 动态清零, which has to be 0; the same of the tier above with small cells hidden as there."""
        above = (
            "s.tier = 'unit' and s.unit_code = %(unit)s" if self._place.tier == "school" else "s.tier = 'municipality'"
        )
        return self.ask(
            f"""select i.indicator, i.zh, i.formula_zh, i.source, i.measure, i.counts, i.target, i.target_is,
                f.numerator, f.denominator, f.missing,
                case when i.measure = 'persons' then f.numerator
                    when f.denominator > 0 then least(f.numerator / f.denominator, i.cap) end as value,
                s.value as above, coalesce(s.is_hidden, false) as is_above_hidden,
                exists (
                    select 1 from {{m}}.fct_indicator as a
                    where a.indicator = i.indicator and a.tier = 'municipality' and a.is_available
                ) as is_known_at_all
            from {{m}}.dim_indicator as i
            left join (
                select indicator, sum(numerator)::numeric as numerator, sum(denominator)::numeric as denominator,
                    max(missing) as missing
                from {{m}}.fct_indicator where {{figures}} and breakdown = 'all' group by 1
            ) as f on i.indicator = f.indicator
            left join {{m}}.fct_indicator_shared as s on i.indicator = s.indicator and {above}
            where i.measure in ('share', 'ratio') or i.indicator = 'poor_cases_open' order by i.sort"""
        )

    def scoring(self) -> list[dict]:
        return self.ask("select zh, points from {m}.dim_status where points > 0 order by points desc, sort")

    def breakdowns(self) -> list[Breakdown]:
        """Every breakdown the marts have: of children as counts, of every rate and of the ledger's open cases."""
        found: dict[str, dict[str, dict[str, dict]]] = {}
        for row in self.figures("breakdown <> 'all'"):
            found.setdefault(row["breakdown"], {}).setdefault(row["breakdown_value"], {})[row["indicator"]] = row
        rated = self.ask(
            """select indicator, zh, measure, cap from {m}.dim_indicator
            where measure in ('share', 'ratio') and indicator <> 'accounted_share'
                or indicator in ('cases_open', 'cases_overdue', 'poor_cases_open') order by sort"""
        )
        shown = BREAKDOWNS | self._ledger_breakdowns()
        if self._place.tier != "municipality":  # a school and a unit lie in one
            del shown["zone"]
        return [
            _breakdown(
                title,
                [(zh, found[name][value]) for value, zh in values.items() if value in found[name]],
                [rate for rate in rated if rate["indicator"] not in _ONLY_AT_SCHOOL.get(name, ())],
            )
            for name, (title, values) in shown.items()
            if name in found
        ]

    def _ledger_breakdowns(self) -> dict[str, tuple[str, dict[str, str]]]:
        words: dict[str, dict[str, str]] = {}
        for row in self.ask("select word_kind, word, zh from {m}.dim_case_word order by word_kind, word"):
            words.setdefault(row["word_kind"], {})[row["word"]] = row["zh"]
        return {name: (zh, values or words.get(kind, {})) for name, (zh, kind, values) in LEDGER_BREAKDOWNS.items()}

    def places(self) -> list[dict]:
        """All schools of a unit, all units of the municipality; none below a school."""
        tier = {"unit": "school", "municipality": "unit"}.get(self._place.tier)
        if tier is None:
            return []
        return self.ask(
            f"""select f.unit_code, f.school_code, coalesce(d.school_name, u.unit_name, '不在任何学校') as name,
                n.points, n.reasons,
                max(f.numerator) filter (where f.indicator = 'children') as n_children,
                max(f.numerator) filter (where f.indicator = 'in_school') as n_in_school,
                max(f.numerator) filter (where f.indicator = 'open') as n_open,
                max(f.numerator) filter (where f.indicator = 'unconfirmed') as n_unconfirmed,
                max(f.numerator) filter (where f.indicator = 'absent_3_or_more') as n_absent_3_or_more,
                max(f.numerator) filter (where f.indicator = 'dropout') as n_dropout,
                max(f.numerator) filter (where f.indicator = 'not_found') as n_not_found,
                max(f.value) filter (where f.indicator = 'accounted_share') as accounted_share,
                max(f.value) filter (where f.indicator = 'net_enrolment') as net_enrolment,
                max(f.value) filter (where f.indicator = 'dropout_rate') as dropout_rate,
                max(f.value) filter (where f.indicator = 'nine_year_retention' and f.unit_code <> '500000')
                    as nine_year_retention
            from {{m}}.fct_indicator as f
            left join {{m}}.dim_school as d on f.school_code = d.school_code
            left join {{m}}.dim_unit as u on f.tier = 'unit' and f.unit_code = u.unit_code
            left join {{m}}.mon_need as n
                on n.tier = f.tier and n.unit_code = f.unit_code and n.school_code is not distinct from f.school_code
            where f.tier = '{tier}' and f.breakdown = 'all'
                and (%(unit)s::text is null or f.unit_code = %(unit)s)
            group by 1, 2, 3, 4, 5
            having max(f.numerator) filter (where f.indicator = 'children') is not null
            order by n.points desc nulls last, f.unit_code, f.school_code nulls last"""
        )

    def deliveries(self) -> list[dict]:
        """By feed: the deliveries of the period that were due, by what became of them. A school sends none itself."""
        if self._place.tier == "school":
            return []
        scope = "unit_code = %(unit)s" if self._place.tier == "unit" else "true"
        found: dict[str, dict] = {}
        for row in self.ask(
            f"""select feed, state, count(*) as n from {{m}}.fct_delivery_quality
            where is_expected and part = 'whole' and state <> 'too_early' and {scope}
                and due_on between %(from_on)s and %(to_on)s
            group by 1, 2 order by 1, 2"""
        ):
            found.setdefault(row["feed"], {})[row["state"]] = row["n"]
        return [{"feed": feed, "states": states} for feed, states in found.items()]


# Whoever has no school has no grade and is neither urban nor rural: of the others such a rate says that nobody is
# missing.
_ONLY_AT_SCHOOL = {
    "urban_rural": (
        *("net_enrolment", "gross_enrolment", "disabled_enrolment", "disabled_three_enrolment"),
        *("never_enrolled_rate", "cohort_retention"),
    ),
    "grade": ("never_enrolled_rate",),
}
_COUNTED = ("children", "open", "accounted_share", "dropout", "suspected_dropout", "not_found", "unconfirmed")


def _breakdown(title: str, values: list[tuple[str, dict[str, dict]]], rated: list[dict]) -> Breakdown:
    counts = [
        {"name": name, **{indicator: figures[indicator]["numerator"] for indicator in _COUNTED if indicator in figures}}
        for name, figures in values
        if "children" in figures
    ]
    cells = [(name, [_cell(name, figures.get(rate["indicator"]), rate) for rate in rated]) for name, figures in values]
    told = [(name, row) for name, row in cells if any(row)]
    rates = [{**rate, "cells": [row[n] for _, row in told]} for n, rate in enumerate(rated)]
    return Breakdown(title, counts, [name for name, _ in told], [rate for rate in rates if any(rate["cells"])])


def _cell(name: str, figure: dict | None, rate: dict) -> dict | None:
    """None where there is no such figure, or nobody below the line of a rate."""
    if figure is None:
        return None
    numerator, denominator = figure["numerator"], figure["denominator"]
    if rate["measure"] == "persons":
        return {"name": name, "value": numerator, "numerator": numerator, "denominator": None}
    if not denominator:
        return None
    value = numerator / denominator
    if rate["cap"] is not None:
        value = min(value, float(rate["cap"]))
    return {"name": name, "value": value, "numerator": numerator, "denominator": denominator}
