-- 比对核查: what the comparisons found, by unit and school, as 待核 / 误报 / 属实. Counts of cases,
-- never a rate: a mismatch that nobody has verified is not a child out of school.
with

cases as (

    select * from {{ ref('fct_case') }}

),

compared as (

    select f.*, c.comparison, c.comparison_zh
    from cases as f
    cross join
        lateral (
            values
            ('register_roll', '户籍与学籍', f.channel = 'register_roll'),
            (
                'roll_present', '学籍与在校',
                f.channel in ('attendance', 'roll_present', 'roll', 'suspension', 'transfer')
            ),
            ('out_of_school_hardship', '失学辍学与困难群体', f.is_poor),
            ('out_of_school_disability', '失学辍学与残疾儿童', f.is_disabled)
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
