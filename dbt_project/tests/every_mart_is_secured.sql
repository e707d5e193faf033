-- Fails the build if a mart could be read past its tier: a table without row-level security or its
-- policy for readers, a view that does not check as its reader. Depends on every mart, so that it
-- runs after all of them; tests/dbt/test_security.py holds the list against the models.
-- depends_on: {{ ref('dim_child') }} {{ ref('dim_school') }} {{ ref('dim_unit') }}
-- depends_on: {{ ref('fct_absence') }} {{ ref('fct_aid_payment') }} {{ ref('fct_child_status') }}
-- depends_on: {{ ref('fct_delivery_quality') }} {{ ref('fct_enrolment') }}
-- depends_on: {{ ref('fct_indicator') }} {{ ref('fct_link') }} {{ ref('fct_identity_finding') }}
-- depends_on: {{ ref('mon_identity') }}
-- depends_on: {{ ref('fct_case') }} {{ ref('fct_case_action') }} {{ ref('fct_comparison') }}
-- depends_on: {{ ref('dim_case_step') }} {{ ref('dim_case_word') }} {{ ref('mon_worklist') }}
-- depends_on: {{ ref('fct_disabled_child') }} {{ ref('fct_migrant_child') }}
-- depends_on: {{ ref('mon_zero_refusal') }} {{ ref('mon_zero_threshold') }}
-- depends_on: {{ ref('fct_warning_reason') }} {{ ref('mon_early_warning') }}
-- depends_on: {{ ref('fct_indicator_shared') }}
-- depends_on: {{ ref('dim_indicator') }} {{ ref('dim_status') }} {{ ref('mon_indicator') }}
-- depends_on: {{ ref('mon_need') }} {{ ref('mon_roll_call') }}
-- depends_on: {{ ref('mon_municipality') }} {{ ref('mon_unit') }} {{ ref('mon_school') }}

with

policies as (

    select
        polrelid as relation,
        count(*) = 1
        and bool_and(polcmd = 'r' and polroles = array['rollcall_analyst'::regrole::oid])
            as is_sound
    from pg_policy
    group by polrelid

)

select c.relname
from pg_class as c
left join policies as p on c.oid = p.relation
where
    c.relnamespace = (
        select d.relnamespace from pg_class as d
        where d.oid = '{{ ref('dim_child') }}'::regclass
    )
    and c.relkind in ('r', 'p', 'v', 'm')
    and case
        when c.relkind in ('r', 'p') then not (c.relrowsecurity and coalesce(p.is_sound, false))
        when c.relkind = 'v'
            then not coalesce('security_invoker=true' = any(c.reloptions), false)
        else true
    end
