-- Accepted placements. One in a school counts only for a child on a roll, and only where that
-- roll's class reports: silence is never presence, and a paper without a seat proves nothing.
with

ruled as (

    select * from {{ ref('int_spell_placements') }}

),

presence as (

    select * from {{ ref('int_spell_presence') }}

),

attended as (

    select
        child_key,
        range_agg(daterange(from_on, to_on)) as on_roll,
        coalesce(
            range_agg(daterange(from_on, to_on)) filter (where state = 'reported'), '{}'
        ) as reported
    from presence
    where child_key in (
            select r.child_key from ruled as r
            where r.rule = 'placed_in_school'
        )
    group by child_key

),

pieces as (

    select r.*, r.rule as piece_rule, daterange(r.from_on, r.to_on) as piece
    from ruled as r
    where r.rule <> 'placed_in_school'
    union all
    select
        r.*, 'placed_in_school', unnest(datemultirange(daterange(r.from_on, r.to_on)) * a.reported)
    from ruled as r
    inner join attended as a on r.child_key = a.child_key
    where r.rule = 'placed_in_school'
    union all
    select
        r.*, 'placed_off_roll',
        unnest(datemultirange(daterange(r.from_on, r.to_on)) - coalesce(a.on_roll, '{}'))
    from ruled as r
    left join attended as a on r.child_key = a.child_key
    where r.rule = 'placed_in_school'

)

select
    child_key,
    piece_rule as rule,
    lower(piece) as from_on,
    upper(piece) as to_on,
    unit_code,
    school_code,
    0 as days_absent,
    'placement:' || filed_by as evidence
from pieces
