-- What the rolls and the class returns say about each child.
with

presence as not materialized (

    select * from {{ ref('int_spell_presence') }}

),

runs as not materialized (

    select * from {{ ref('int_count_unseen_days') }}

),

limits as (

    select
        {{ threshold('absence_contact') }}::integer as contact,
        {{ threshold('absence_report') }}::integer as report,
        {{ threshold('absence_suspected') }}::integer as suspected,
        {{ threshold('never_present') }}::integer as never,
        {{ threshold('leave_limit') }}::integer as leave,
        {{ threshold('absence_dropout') }}::integer as dropout

)

select
    child_key,
    case state
        when 'reported' then 'present'
        when 'silent' then 'class_silent'
        when 'short' then 'class_short'
        else 'no_report_yet'
    end as rule,
    from_on,
    to_on,
    unit_code,
    school_code,
    0 as days_absent,
    concat_ws(' ', 'roll:' || filed_by, 'class_return:' || reported_by) as evidence
from presence

union all

-- A mark says nothing of the time in which the child is on no roll: then it has left, and whatever
-- is known of that counts. Only the days of a dropout stand until there is newer word.
select
    r.child_key,
    case
        when r.n_in_run >= l.dropout then 'absent_20'
        when r.n_in_run >= l.suspected then 'absent_5'
        when r.n_in_run >= l.report then 'absent_3'
        else 'absent_1'
    end as rule,
    r.day as from_on,
    case
        when r.n_in_run >= l.dropout then r.until_on
        else least(r.until_on, r.on_roll_until_on)
    end as to_on,
    r.unit_code,
    r.school_code,
    r.n_in_run as days_absent,
    'absence:' || r.filed_by as evidence
from runs as r
cross join limits as l
where r.is_unexplained and r.n_in_run >= l.contact

union all

-- No report of the child's classes before the first mark: nobody has ever seen it at school.
select
    r.child_key,
    'never_present' as rule,
    r.day as from_on,
    least(r.until_on, r.on_roll_until_on) as to_on,
    r.unit_code,
    r.school_code,
    r.n_in_run as days_absent,
    'absence:' || r.filed_by as evidence
from runs as r
cross join limits as l
where
    r.is_unexplained and r.n_unseen >= l.never
    and not exists (
        select 1 from presence as p
        where
            p.child_key = r.child_key and p.state = 'reported' and p.from_on < r.unseen_since_on
    )

union all

-- Leave is believed no longer than a report is: then the class's silence counts again. Nor is it
-- believed without a paper when it lasts: a long illness is a suspension.
select
    r.child_key,
    case when r.n_unseen >= l.leave then 'leave_unproved' else 'absent_excused' end as rule,
    r.day as from_on,
    least(r.until_on, r.stale_on, r.on_roll_until_on) as to_on,
    r.unit_code,
    r.school_code,
    0 as days_absent,
    'absence:' || r.filed_by as evidence
from runs as r
cross join limits as l
where not r.is_unexplained
