"""Whom a report is about: a school, a unit, or the municipality."""

from dataclasses import dataclass

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from rollcall.publish.errors import PublishError


@dataclass(frozen=True)
class Place:
    """`tier`: school, unit or municipality; `code` is 500000 for the municipality."""

    tier: str
    code: str
    name: str
    unit_code: str | None = None
    unit_name: str | None = None


def place(conn: Connection, schema: str, unit: str | None, school: str | None) -> Place:
    """Look it up in the published schema. Raises PublishError if it is not there."""
    if school:
        return _school(conn, schema, school)
    if unit:
        return _unit(conn, schema, unit)
    return Place("municipality", "500000", "重庆市")


def _school(conn: Connection, schema: str, code: str) -> Place:
    row = conn.execute(
        SQL(
            """select s.school_name, s.unit_code, u.unit_name from {0}.dim_school as s
            left join {0}.dim_unit as u on s.unit_code = u.unit_code where s.school_code = %s"""
        ).format(Identifier(schema)),
        (code,),
    ).fetchone()
    if row is None:
        raise PublishError(
            f"{schema} 中没有学校 {code}；学校标识码为 10 位数字。",
            f"There is no school {code} in {schema}; a school code has ten digits.",
        )
    return Place("school", code, row["school_name"], row["unit_code"], row["unit_name"])


def _unit(conn: Connection, schema: str, code: str) -> Place:
    units = dict(
        (row["unit_code"], row["unit_name"])
        for row in conn.execute(
            SQL("select unit_code, unit_name from {}.dim_unit order by 1").format(Identifier(schema))
        )
    )
    if code not in units:
        known = "、".join(f"{unit} {name}" for unit, name in units.items())
        raise PublishError(f"没有单位 {code}。现有：{known}。", f"There is no unit {code}.")
    return Place("unit", code, units[code], code, units[code])
