"""Functions in SQL: the check of a resident ID number, and what a reader may see."""

from alembic import op

revision = "0003"
down_revision = "0002"

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Sum of weight x digit, less the weights' share of the byte '0', plus the check digit: 1 modulo 11 if right.
SUM = " + ".join(f"get_byte($1::bytea, {i}) * {weight}" for i, weight in enumerate(WEIGHTS))
# One expression without sub-select, so that the planner inlines it. A regular expression would take as long
# as all the rest: 80,000 numbers take a quarter of a second this way.
ID_CHECK = f"""
create function ops.id_check_ok(text) returns boolean
language sql immutable parallel safe
return case
    when octet_length($1) = 18 and ltrim($1, '0123456789') in ('', 'X') then
        left($1, 1) <> '0'
        and substr($1, 7, 2) in ('19', '20')
        and substr($1, 11, 2) between '01' and '12'
        and substr($1, 13, 2) between '01' and case
            when substr($1, 13, 2) <= '28' then '28'
            when substr($1, 11, 2) in ('04', '06', '09', '11') then '30'
            when substr($1, 11, 2) <> '02' then '31'
            when substr($1, 7, 4)::integer % 4 = 0
                and (substr($1, 9, 2) <> '00' or substr($1, 7, 4)::integer % 400 = 0) then '29'
            else '28'
        end
        and ({SUM} - {48 * sum(WEIGHTS)}
            + case when $1 like '%X' then 10 else ascii(substr($1, 18, 1)) - 48 end) % 11 = 1
    when $1 is not null then false
end
"""

# The scope comes from session_user, which no reader can change; settings that it can change decide nothing.
READER = """
create function ops.reader_{name}() returns text
language sql stable parallel safe security definer set search_path = ''
return (select s.{column} from ops.reader_scope as s where s.role_name = session_user and s.tier {tiers})
"""
SEES = """
create function ops.reader_sees(unit_code text, school_code text) returns boolean
language sql stable parallel safe security definer set search_path = ''
return exists (
    select from ops.reader_scope as s
    where s.role_name = session_user
        and (s.tier = 'municipality'
            or (s.tier = 'unit' and s.unit_code = $1)
            or (s.tier = 'school' and s.school_code = $2))
)
"""
COMMENTS = {
    "id_check_ok(text)": "Whether this is a resident ID number (GB 11643): shape, date, check digit."
    " Null for null. Wants canonical text: 18 characters, upper-case X.",
    "reader_tier()": "Tier of the login that asks: municipality, unit, school; null means it sees nothing."
    " In a policy write (select ops.reader_tier()), which is evaluated once, not once a row.",
    "reader_unit()": "Unit of the login that asks, null if its tier is not the unit.",
    "reader_school()": "School of the login that asks, null if its tier is not the school.",
    "reader_sees(text, text)": "Whether the login that asks may see a row of this unit and school."
    " Looked up for every row: for small tables; on large ones compare with (select ops.reader_unit()).",
}


def upgrade() -> None:
    op.execute(ID_CHECK)
    op.execute(READER.format(name="tier", column="tier", tiers="is not null"))
    op.execute(READER.format(name="unit", column="unit_code", tiers="= 'unit'"))
    op.execute(READER.format(name="school", column="school_code", tiers="= 'school'"))
    op.execute(SEES)
    for function, text in COMMENTS.items():
        op.execute(f"comment on function ops.{function} is '{text}'")


def downgrade() -> None:
    raise NotImplementedError("marts' policies depend on these; restore a backup")
