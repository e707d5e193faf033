-- Fails the build if a mart could be read past its tier: a table without row-level security or its
-- policy, a view that does not check as its reader. Depends on every mart, so that it runs after
-- all of them.
-- depends_on: {{ ref('mon_municipality') }} {{ ref('mon_unit') }} {{ ref('mon_school') }}
-- depends_on: {{ ref('fct_enrolment') }} {{ ref('fct_absence') }}

select c.relname
from pg_class as c
left join pg_policy as p on c.oid = p.polrelid and p.polcmd = 'r'
where
    c.relnamespace = (
        select d.relnamespace from pg_class as d
        where d.oid = '{{ ref('dim_child') }}'::regclass
    )
    and c.relkind in ('r', 'p', 'v', 'm')
group by c.oid, c.relname, c.relkind, c.relrowsecurity, c.reloptions
having
    case
        when c.relkind in ('r', 'p') then not (c.relrowsecurity and count(p.oid) = 1)
        when c.relkind = 'v'
            then not coalesce('security_invoker=true' = any(c.reloptions), false)
        else true
    end
