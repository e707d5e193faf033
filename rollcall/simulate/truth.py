"""The truth, written apart: Parquet files that only the score reads."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rollcall.simulate import names
from rollcall.simulate.clock import FOREVER
from rollcall.simulate.columns import Columns
from rollcall.simulate.delivery import Post
from rollcall.simulate.life import base_spells
from rollcall.simulate.presence import TRUANT, UNKNOWN
from rollcall.simulate.render import text_of
from rollcall.simulate.world import World

FILES = (
    "child",
    "pupil",
    "status",
    "unexplained_absence",
    "concealment",
    "delivery",
    "rejected_row",
    "section",
    "payment_fault",
)
TIME = pa.timestamp("us", "Asia/Shanghai")
_WHICH = [("sender", pa.string()), ("feed", pa.string()), ("file_name", pa.string()), ("sha256", pa.string())]
_DELIVERY = pa.schema(
    [
        *_WHICH,
        ("received_at", TIME),
        ("business_date", pa.date32()),
        ("revision", pa.int32()),
        ("n_rows", pa.int64()),
        ("is_rotten", pa.bool_()),
        ("rot_kind", pa.string()),
    ]
)
_REJECTED = pa.schema([*_WHICH, ("received_at", TIME), ("line", pa.int32()), ("kind", pa.string())])
_SECTION = pa.schema([*_WHICH, ("received_at", TIME), ("unit_code", pa.string()), ("is_rotten", pa.bool_())])
# `number`: of the payment or transfer; empty where none was made. `child_id`: null for a transfer.
_PAYMENT_FAULT = pa.schema(
    [
        ("fault", pa.string()),
        ("number", pa.string()),
        ("unit_code", pa.string()),
        ("period", pa.int32()),
        ("child_id", pa.int64()),
    ]
)


def prepare(directory: Path) -> None:
    """An empty directory that nobody else can read."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True, mode=0o700)


def write_truth(directory: Path, world: World, post: Post, concealment: pa.Table) -> None:
    """Write all files of the truth."""
    tables = {
        "child": _children(world),
        "pupil": _pupils(world),
        "status": _status(base_spells(world.life, world.people, world.clock)),
        "unexplained_absence": _unexplained(world),
        "concealment": concealment,
        "delivery": pa.Table.from_pylist(post.deliveries, _DELIVERY),
        "rejected_row": pa.Table.from_pylist(post.rejected, _REJECTED),
        "section": pa.Table.from_pylist(post.sections, _SECTION),
        "payment_fault": pa.Table.from_pylist(post.payment_faults, _PAYMENT_FAULT),
    }
    for name, table in tables.items():
        pq.write_table(table, directory / f"{name}.parquet", compression="zstd")


def day_column(days: np.ndarray, open_day: int | None = None) -> pa.Array:
    """Days as dates; `open_day` becomes null."""
    days = np.asarray(days, np.int64)
    mask = days == open_day if open_day is not None else None
    return pa.array(np.clip(days, -(10**6), 10**6).astype(np.int32), mask=mask).cast(pa.date32())


def _children(world: World) -> pa.Table:
    people = world.people
    former = np.zeros(len(people), "S18")
    for child, _, kind, old in world.life.register:
        if kind == "id_corrected":
            former[child] = old
    return pa.table(
        {
            "child_id": np.arange(len(people)),
            "id_number": text_of(people.id),
            "name": names.write(people.surname, people.first, people.second),
            "birth_on": day_column(people.birth),
            "district_code": text_of(world.geo.district_code[world.geo.unit_district[people.register_unit]]),
            "unit_code": text_of(world.geo.unit_code[people.unit]),
            "is_on_register": people.on_register,
            # Numbers that the police have corrected, or that a second registration has; empty for most.
            "former_id_number": text_of(former),
            "second_id_number": text_of(people.second_id),
        }
    )


def _pupils(world: World) -> pa.Table:
    before = world.last_year.copy()
    before.from_on[:], before.to_on[:] = world.last_year_on, world.clock.opening
    seats = Columns.stack([world.seats, before])
    return pa.table(
        {
            "child_id": seats.child,
            "roll_number": text_of(seats.roll_number),
            "unit_code": text_of(world.geo.unit_code[seats.unit]),
            "school_code": text_of(world.school_code[seats.school]),
            "from_on": day_column(seats.from_on),
            "to_on": day_column(seats.to_on, FOREVER),
        }
    )


def _unexplained(world: World) -> pa.Table:
    """child_id, day: absences without leave, as the teachers listed them."""
    days = [(day.day, day.absences.seat[np.isin(day.absences.kind, [TRUANT, UNKNOWN])]) for day in world.days]
    seat = np.concatenate([seats for _, seats in days])
    on = np.repeat([day for day, _ in days], [len(seats) for _, seats in days])
    return pa.table({"child_id": world.seats.child[seat], "day": day_column(on)})


def _status(spells: Columns) -> pa.Table:
    concealed = pa.array(spells.concealed.astype(object), mask=spells.concealed == "")
    return pa.table(
        {
            "child_id": spells.child,
            "from_on": day_column(spells.from_on),
            "to_on": day_column(spells.to_on, FOREVER),
            "state": pa.array(spells.state.astype(object)),
            "unaccounted_since": day_column(spells.since, -1),
            "concealed_by": concealed.cast(pa.string()),
        }
    )
