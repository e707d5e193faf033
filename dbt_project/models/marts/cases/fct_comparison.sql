-- 比对核查: what the comparisons found, by unit and school, as 待核 / 误报 / 属实. Counts of cases,
-- never a rate: a mismatch that nobody has verified is not a child out of school. What was removed,
-- deferred or placed without ever being verified was explained, and is no dropout either.
with

cases as (

    select * from {{ ref('fct_case') }}

),

judged as (

    select
        *,
        case
            when outcome in ('false_alarm', 'came_back', 'accounted') then 'false'
            when category in ('dropout', 'never_enrolled') then 'true'
            when outcome in ('removed', 'deferred', 'placed') then 'false'
            when outcome is not null then 'true'
            else 'pending'
        end as verdict
    from cases

),

compared as (

    select j.*, c.comparison, c.comparison_zh
    from judged as j
    cross join
        lateral (
            values
            ('register_roll', '户籍与学籍', j.channel = 'register_roll'),
            (
                'roll_present', '学籍与在校',
                j.channel in ('attendance', 'roll_present', 'roll', 'suspension', 'transfer')
            ),
            ('out_of_school_hardship', '失学辍学与困难群体', j.is_poor),
            ('out_of_school_disability', '失学辍学与残疾儿童', j.is_disabled)
        ) as c (comparison, comparison_zh, is_compared)
    where c.is_compared

)

select
    {{ as_of() }} as as_of,
    comparison,
    comparison_zh,
    unit_code,
    school_code,
    count(*) as n_cases,
    count(*) filter (where verdict = 'pending') as n_pending,
    count(*) filter (where verdict = 'false') as n_false,
    count(*) filter (where verdict = 'true') as n_true,
    count(*) filter (where is_open) as n_open
from compared
group by comparison, comparison_zh, unit_code, school_code
