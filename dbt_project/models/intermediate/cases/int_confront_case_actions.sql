{{ config(indexes=[{'columns': ['child_key']}]) }}

-- Each step beside what the data say around its date.
with

judged as (

    select * from {{ ref('int_check_case_actions') }}

),

statuses as (

    select * from {{ ref('int_spell_case_statuses') }}

),

withdrawn as (

    select * from {{ ref('int_list_withdrawn_absences') }}

)

select
    j.*,
    -- The first absence after a claimed return, if the child has not been seen before it.
    case
        when j.action_kind = 'return_claimed' and not j.is_present
            then (
                select
                    min(s.from_on) filter (
                        where s.status like 'absent\_%' or s.status = 'never_present'
                    )
                from statuses as s
                where
                    s.child_key = j.child_key and s.from_on > j.acted_on
                    and s.from_on < (
                        select coalesce(min(p.from_on), 'infinity')
                        from statuses as p
                        where
                            p.child_key = j.child_key and p.event = 'present'
                            and p.from_on > j.acted_on
                    )
            )
    end as contradicted_on,
    -- The absences on which a step rested, as many as a written report asks for and still believed
    -- when it was taken, were withdrawn, the child was at a desk that day, and nothing that is
    -- still believed speaks against it: neither another ground for a case in those days nor an
    -- absence after the withdrawn ones.
    case
        when j.is_present
            then (
                select w.withdrawn_on
                from (
                    select
                        count(*) as n_days,
                        min(v.day) as first_day,
                        max(v.withdrawn_on) as withdrawn_on
                    from withdrawn as v
                    where
                        v.child_key = j.child_key and v.withdrawn_on >= j.acted_on
                        and v.day between j.acted_on - 30 and j.acted_on
                ) as w
                where
                    w.n_days >= {{ threshold('absence_report') }}
                    and not exists (
                        select 1 from statuses as s
                        where
                            s.child_key = j.child_key
                            and s.from_on <= w.withdrawn_on
                            and (
                                s.is_ground and s.to_on > j.acted_on - 30
                                or s.status like 'absent\_%' and s.to_on > w.first_day
                            )
                    )
            )
    end as corrected_on,
    -- A closing is believed for a month; if the data then still find no place, the case reopens.
    case
        when j.action_kind in ('close', 'defer', 'verify_false', 'removal_approved')
            then (
                select j.acted_on + 30
                from statuses as s
                where
                    s.child_key = j.child_key and s.is_ground
                    and s.from_on <= j.acted_on + 30 and s.to_on > j.acted_on + 30
                    and j.acted_on + 30 <= {{ as_of() }}
            )
    end as recheck_on
from judged as j
