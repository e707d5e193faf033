"""Splink alone over everything: no tier before it, no guard after it."""

import time

import pandas as pd


def everything(work: str) -> tuple[pd.DataFrame, dict]:
    """Links (pupil_key, child_key) of every pupil to its likeliest child from the linking threshold on, and
    seconds."""
    from psycopg.sql import SQL, Identifier

    from rollcall.identity.model import model
    from rollcall.identity.rows import fetch
    from rollcall.identity.score import block, engine, score
    from rollcall.warehouse.connect import connect

    used = model()
    began = time.monotonic()
    with connect("pipeline", autocommit=True) as conn, engine("4GB") as con:
        conn.execute(SQL(ALL).format(work=Identifier(work)))
        ((n_children,),) = conn.execute(
            SQL("select count(*) from {}.int_key_children").format(Identifier(work))
        ).fetchall()
        fetch(con, conn, work, used.version, n_children, "everybody")
        block(con)
        score(con, used, n_children)
        links = con.execute(
            f"""select replace(person, '-', '') as pupil_key, replace(child, '-', '') as child_key from scored
            where weight >= {used.thresholds.link}
            qualify row_number() over (partition by person order by weight desc, child) = 1"""
        ).df()
    return links, {"seconds": round(time.monotonic() - began, 1)}


ALL = """
truncate {work}.int_link_by_rule, {work}.int_find_namesakes;
create table {work}.everybody as
select r.roll_number_key as person_key, 'roll' as subject, r.unit, null::uuid as claimed_child_key, r.id_number,
    false as has_namesake,
    r.id_number_key, r.id_number_state, k.plain, k.sound, k.surname, f.plain as former_plain, r.sex, r.birth_on,
    null::date[] as meant_on, r.hukou_district_code as district_code, r.residence_township_code as township_code,
    r.guardian_name, r.guardian_phone
from (select *, sender as unit from history.roll) as r
left join identity.name_key as k on r.name = k.name
left join identity.name_key as f on r.former_name = f.name
"""
