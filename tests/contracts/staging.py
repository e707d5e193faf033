"""Clean stage tables for tests of the suites: sound rows by kind, dirty values, what GX says of them."""

import random
from functools import cache
from typing import Any

from psycopg.sql import SQL, Identifier

from rollcall.contracts.codes import code_list
from rollcall.contracts.derive import unit_codes
from rollcall.contracts.model import Column, Contract
from rollcall.contracts.predicates import bind, predicate
from rollcall.contracts.suite import expectations

SENDER = "500101"
SCHOOLS = ("2150900001", "3150900002")
FACTS = {
    "sender": f"'{SENDER}'",
    "business_date": "'2019-09-02'::date",
    "known_at": "'2019-09-03 08:00:00+08'::timestamptz",
    "manifest_rows": "NULL",
    "declared_total": "NULL",
    "n_read": "0",
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
DIRTY = (
    None,
    "",
    "?",
    "abc",
    "张?",
    "5.00908E+17",
    "5.00908 E17",
    "500908201003051000",
    "50090820100305",
    "500908201002301234",
    "500908201003051234",
    "G500908201003051234",
    "2019-02-30",
    "2019-02-29",
    "1899-01-01",
    "2091-09-02",
    "2019-09-31 25:00:00",
    "2019-2021",
    "2019-2021-3",
    "-1",
    "0",
    "000",
    "1.5",
    "99999999999999999999",
    "o'hara; drop",
    "{batch} %s :sender",
    "男",
    "٣",
)


def id_number(seed: int, born: str = "20100305", area: str = "500908") -> str:
    """An ID number that passes, on the block that is assigned to nobody; odd seeds are male."""
    head = f"{area}{born}{seed % 1000:03d}"
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, _WEIGHTS, strict=True)) % 11]


def sound_row(feed: Contract, n: int) -> dict[str, str | None]:
    """Row `n` of a sound delivery, in canonical text."""
    row = {column.name: _sound(feed, column, n) for column in feed.columns}
    row |= {"sex": str(2 - n % 2)} if "sex" in row else {}
    if feed.name == "class_return":
        row |= {"n_expected": "40", "n_present": "38", "n_absent": "2"}
    if feed.name == "calendar":
        row |= {"school_day": "1", "day": f"2019-09-{n % 28 + 1:02d}"}
    if "inclusion" in row:
        row |= {"inclusion": "0"}
    if feed.name == "placement":
        row |= {"ended_on": None, "roll_number": None}
    return row


def _sound(feed: Contract, column: Column, n: int) -> str | None:
    if column.name == "id_type":
        return "1"
    if column.name == "district_code" and feed.senders == "police":
        return SENDER
    if column.kind == "code":
        codes = list(code_list(column.codes).codes)
        return codes[n % len(codes)] if column.key_position else codes[0]
    number = id_number(n)
    return {
        "text": f"{column.name}-{n}",
        "name": "张三",
        "id_number": number,
        "roll_number": f"G{number}",
        "school_code": str(2150900000 + n) if feed.name in ("school", "school_base") else SCHOOLS[n % 2],
        "unit_code": unit_codes()[0],
        "district_code": "500101",
        "township_code": "500101901",
        "province_code": "51",
        "certificate_no": f"{number}51",
        "phone": "19900000000",
        "secret": None,
        "flag": "true",
        "date": "2019-09-02",
        "birth_date": "2010-03-05",
        "month": "2019-09",
        "school_year": "2018-2019",
        "term": "2019-2020-1",
        "timestamp": "2019-09-02 08:30:00",
        "grade": "7",
        "count": "30",
        "decimal": "1.5",
        "money": "50000",
    }[column.kind]


def dirty_rows(feed: Contract, n_rows: int, seed: int = 1) -> list[dict[str, str | None]]:
    """Sound rows in which one cell in three is dirty and some rows occur again, whole or in part."""
    chance = random.Random(seed)  # noqa: S311
    rows = [sound_row(feed, n) for n in range(n_rows)]
    for row in rows:
        for name in row:
            if chance.random() < 0.3:
                row[name] = chance.choice(DIRTY)
    rows += [dict(row) for row in rows[:5]]
    rows += [dict(row) | {feed.columns[-1].name: "other"} for row in rows[5:10]]
    return rows


def stage(conn, name: str, feed: Contract, rows: list[dict[str, str | None]]) -> None:
    """Make `stage.<name>` with these rows, line 2 on; states of ID numbers by the warehouse's own check."""
    table = Identifier("stage", name)
    columns = [column.name for column in feed.columns]
    defined = SQL(", ").join(
        [SQL("{} text").format(Identifier(name)) for name in columns]
        + [SQL("{} " + type_).format(Identifier(name)) for name, type_ in feed.companions]  # type: ignore[arg-type]
    )
    conn.execute(SQL("drop table if exists {}").format(table))
    conn.execute(SQL("create unlogged table {} (line integer not null, {})").format(table, defined))
    with conn.cursor() as cursor:
        into = SQL(", ").join(map(Identifier, ["line", *columns]))
        with cursor.copy(SQL("copy {} ({}) from stdin").format(table, into)) as copy:
            for line, row in enumerate(rows, start=2):
                copy.write_row([line, *(row[name] for name in columns)])
    for column in feed.of_kind("id_number"):
        conn.execute(
            SQL("update {} set {} = case when ops.id_check_ok({}) then 'valid' else 'bad_check' end").format(
                table, Identifier(f"{column.name}_state"), Identifier(column.name)
            )
        )


def bound(feed: str, **facts: str) -> list[dict[str, Any]]:
    """The feed's expectations with the placeholders filled, as the gate fills them."""
    literals = FACTS | facts

    def fill(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: fill(value) for key, value in node.items()}
        if isinstance(node, list):
            return [fill(value) for value in node]
        return bind(node, literals) if isinstance(node, str) else node

    return fill(expectations(feed))


def broken(conn, name: str, feed: str, **facts: str) -> dict[tuple[str, str], list[int]]:
    """(rule, column) -> lines that break it, by the predicates; rules that hold are left out."""
    found: dict[tuple[str, str], list[int]] = {}
    for item in bound(feed, **facts):
        where = predicate(item).replace("{batch}", f"stage.{name}")
        lines = [line for (line,) in conn.execute(f"select line from stage.{name} where {where} order by line")]
        if lines:
            found[(item["meta"]["rule"], item["kwargs"].get("column") or item["meta"].get("column") or "")] = lines
    return found


def _source():
    from rollcall.warehouse.connect import url

    return _source_at(url("pipeline", "postgresql+psycopg2"))


@cache
def _source_at(url: str):
    import logging

    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    return context.data_sources.add_postgres("tests", connection_string=url)


def validate(name: str, suite: list[dict[str, Any]], result_format: str = "SUMMARY") -> list[Any]:
    """GX's results for a committed table `stage.<name>`, in the order of the suite."""
    import great_expectations as gx

    numbered = [dict(item, id=str(place)) for place, item in enumerate(suite)]
    asset = _source().add_table_asset(name, table_name=name, schema_name="stage")
    try:
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        results = batch.validate(
            gx.ExpectationSuite(name=name, expectations=numbered), result_format=result_format
        ).results
    finally:
        _source().delete_asset(name)
    by_place = {result.expectation_config.id: result for result in results}
    return [by_place[str(place)] for place in range(len(suite))]
