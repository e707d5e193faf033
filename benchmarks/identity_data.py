"""A simulated municipality's register, changes and rolls, cleaned as the product cleans them, in history."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
from psycopg.sql import SQL, Identifier

from rollcall.contracts.load import contract
from rollcall.ingest.clean import clean_table
from rollcall.simulate import police_feeds, school_feeds
from rollcall.simulate.habits import Habit
from rollcall.simulate.people import PUPIL
from rollcall.simulate.render import render
from rollcall.simulate.world import World, make_world
from rollcall.warehouse.connect import adbc, connect
from rollcall.warehouse.history import ensure_history, ensure_partition

KNOWN_FROM = "2019-09-02 09:00:00+08"


@dataclass
class Truth:
    """pupils: pupil key, child; children: child key, child (a child registered twice has two); registered, has_seat:
    masks over children. Keys are 32 hex digits.

    uses_stolen: mask over pupils whose row bears another, missing child's number and name or birth date: in the
    truth's words the child is concealed_by stolen_id. Nothing in the files tells such a row from an honest one, so it
    counts neither for nor against a way of matching; how many were linked is counted apart.
    """

    pupil_keys: list[str]
    pupil_child: np.ndarray
    child_keys: list[str]
    key_child: np.ndarray
    registered: np.ndarray
    has_seat: np.ndarray
    uses_stolen: np.ndarray


def load(scale: float, start: date, seed: int, error_rate: float) -> Truth:
    """Write history.population, population_change and roll; return what is true."""
    world = make_world(scale, start, 0, seed, error_rate)
    day = world.clock.first
    with connect("pipeline", autocommit=True) as conn:
        for feed in ("population", "population_change", "roll", "placement", "outside_enrolment", "opening_case",
                     "hardship_register", "disability_register"):  # fmt: skip
            with conn.transaction():
                ensure_history(conn, contract(feed))
        month = date(start.year, start.month, 1)
        ensure_partition(conn, "population_change", month)
        for district, code in enumerate(world.geo.district_code):
            values, _ = police_feeds.population(world, district, day)
            _file(conn, "population", f"police-{code}", values, start)
            changes = police_feeds.population_change(world, district, day - 60, day)
            _file(conn, "population_change", f"police-{code}", changes, month)
        seats = [_unit(conn, world, unit, day, start) for unit in range(len(world.geo.unit_code))]
        conn.execute("analyze history.population")
        conn.execute("analyze history.roll")
    return _truth(world, np.concatenate(seats))


def _unit(conn, world: World, unit: int, day: int, start: date) -> np.ndarray:
    values, rows = school_feeds.roll(world, unit, day)
    _file(conn, "roll", str(world.geo.unit_code[unit]), values, start)
    return rows


def _file(conn, feed: str, sender: str, values: dict, on: date) -> None:
    """Clean and file the rows, as filing does but without gate and ledger."""
    spec = contract(feed)
    sheet = render(spec, values, Habit(code_style="code"))
    if not sheet.n_rows:
        return
    raw = dict(zip(sheet.names, sheet.cells, strict=True)) | {
        "line": pa.array(range(1, sheet.n_rows + 1)).cast(pa.string())
    }
    clean = clean_table(pa.table(raw), spec, _hmac_key())
    with adbc() as target, target.cursor() as cursor:
        cursor.adbc_ingest("bench_rows", clean, mode="replace", db_schema_name="stage")
        target.commit()
    types = {column.name: column.sql_type for column in spec.columns} | dict(spec.companions)
    names = [name for name in clean.column_names if name != "line"]
    casts = [SQL("cast({} as {})").format(Identifier(name), SQL(types[name])) for name in names]
    own = {"sender": SQL("{}").format(sender), "line": SQL("cast(line as integer)"), "filed_by": SQL("1"),
           "known_from": SQL("{}").format(KNOWN_FROM)}  # fmt: skip
    if spec.history == "snapshot":
        own |= {"valid_from": SQL("{}::date").format(on), "row_hash": SQL("md5(r::text)::uuid")}
    else:
        own |= {"business_date": SQL("{}::date").format(on)}
    conn.execute(
        SQL("insert into history.{} ({}) select {} from stage.bench_rows as r").format(
            Identifier(feed),
            SQL(", ").join(map(Identifier, [*names, *own])),
            SQL(", ").join([*casts, *own.values()]),
        )
    )
    conn.execute("drop table stage.bench_rows")


# What clerks mend and break on a day, in equal parts: a number lost, a birthday, a telephone, a class.
_CHANGE = """
with chosen as (
    select r.ctid as row_id, (row_number() over (order by md5(roll_number || %(seed)s::text))) %% 4 as kind
    from history.roll as r where known_to = 'infinity' order by md5(roll_number || %(seed)s::text) limit %(n)s
),
old as (
    update history.roll as r set known_to = %(at)s from chosen as c where r.ctid = c.row_id returning r.*, c.kind
)
insert into history.roll (known_from, known_to, row_hash, id_number, id_number_key, id_number_state, birth_on,
    guardian_phone, class_no, {columns})
select %(at)s, 'infinity', md5(row_hash || 'changed')::uuid, case when kind > 0 then id_number end,
    case when kind > 0 then id_number_key end, case when kind > 0 then id_number_state else 'missing' end,
    case when kind = 1 then birth_on + 1 else birth_on end,
    case when kind = 2 then '13800000000' else guardian_phone end,
    case when kind = 3 then class_no || '1' else class_no end, {columns}
from old
"""
_CHANGED = ("known_from", "known_to", "row_hash", "id_number", "id_number_key", "id_number_state", "birth_on",
            "guardian_phone", "class_no")  # fmt: skip


def change(n: int, at: datetime, seed: int) -> None:
    """Other content for so many rows of the roll, known from then on."""
    with connect("pipeline", autocommit=True) as conn:
        columns = conn.execute(
            """select attname::text from pg_attribute where attrelid = 'history.roll'::regclass and attnum > 0
            and not attisdropped and attname <> all(%s)""",
            (list(_CHANGED),),
        ).fetchall()
        names = SQL(", ").join(Identifier(name) for (name,) in columns)
        conn.execute(SQL(_CHANGE).format(columns=names), {"n": n, "at": at, "seed": seed})


def _uses_stolen(world: World, seats: np.ndarray) -> np.ndarray:
    from rollcall.simulate.concealment import _thefts

    robbed = np.array(sorted(_thefts(world)), int)
    return np.isin(world.seats.w_id[seats], world.people.id[robbed]) & ~np.isin(world.seats.child[seats], robbed)


def _truth(world: World, seats: np.ndarray) -> Truth:
    people, everyone = world.people, np.arange(len(world.people))
    old = [(old, child) for child, _, kind, old in world.life.register if kind == "id_corrected"]
    twice = np.flatnonzero(people.second_id != b"")
    # The key of a child whose number the police corrected is that of the number first known.
    number = people.id.copy()
    for old_number, child in old:
        number[child] = old_number
    numbers = np.concatenate([number, people.id, people.second_id[twice]])
    children = np.concatenate([everyone, everyone, twice])
    has_seat = np.zeros(len(people), bool)
    has_seat[world.seats.child[seats]] = True
    assert (people.part[world.seats.child[seats]] == PUPIL).all()
    return Truth(
        _keys(world.seats.roll_number[seats], "roll_number"),
        world.seats.child[seats],
        _keys(numbers, "id_number"),
        children,
        people.on_register,
        has_seat,
        _uses_stolen(world, seats),
    )


def _keys(numbers: np.ndarray, kind: str) -> list[str]:
    from rollcall.ingest.clean.identity import keys
    from rollcall.simulate.render import text_of

    return keys(text_of(numbers), kind, _hmac_key()).to_pylist()


def _hmac_key() -> bytes:
    from rollcall.warehouse.secrets import secret

    return bytes.fromhex(secret("pseudonym.key"))
