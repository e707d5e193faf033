{{ config(materialized='view') }}

-- What is to be done, for which case, until when, at which tier: most urgent first. A reader of a
-- lower tier still sees the cases that have risen above it: the work is still to be done there.
with

cases as (

    select * from {{ ref('fct_case') }}
    where is_open

),

rules as (

    select * from {{ ref('dim_case_step') }}

),

words as (

    select * from {{ ref('dim_case_word') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

units as (

    select * from {{ ref('dim_unit') }}

)

select
    {{ as_of() }} as as_of,
    row_number() over (
        order by c.n_escalated desc, c.due_on, c.opened_on, c.case_no
    )::integer as place,
    c.owner_tier,
    c.unit_code,
    u.unit_name,
    c.school_code,
    s.school_name,
    c.admin_unit_code,
    c.case_no,
    c.old_case_no,
    c.name_mask,
    c.grade,
    c.step,
    r.zh as step_zh,
    r.en as step_en,
    c.due_on,
    c.first_due_on,
    c.is_overdue,
    greatest({{ as_of() }} - c.first_due_on, 0) as days_overdue,
    c.days_open,
    c.state,
    t.zh as state_zh,
    c.category,
    g.zh as category_zh,
    h.zh as channel_zh,
    f.zh as finding_zh,
    c.closing_proposed_on,
    c.n_persuasions,
    c.ladder,
    c.n_reopened
from cases as c
left join rules as r on c.step = r.step and c.owner_tier = r.tier
left join words as t on t.word_kind = 'state' and c.state = t.word
left join words as g on g.word_kind = 'category' and c.category = g.word
left join words as h on h.word_kind = 'channel' and c.channel = h.word
left join words as f on f.word_kind = 'finding' and c.finding = f.word
left join units as u on c.unit_code = u.unit_code
left join schools as s on c.school_code = s.school_code
