{#-
    The printed number of a case. It follows from the child and the school year in which the first evidence lies, so
    that it stays the same however often the ledger is computed; a child has one case in a school year, which may
    close and reopen.
-#}
{% macro case_number(child_key, school_year) -%}
    'DM' || {{ school_year }} || '-' || upper(left(md5({{ child_key }}::text || ':' || {{ school_year }}), 10))
{%- endmacro %}

{#- School days before `day` on which the data show the child at a desk. -#}
{% macro n_seen_before(child_key, day) -%}
    coalesce(
        (
            select n.n_before + d.school_day_no - n.first_no
            from {{ ref('int_count_seen_days') }} as n
            inner join {{ ref('int_list_unit_days') }} as d
                on n.unit_code = d.unit_code and least(n.to_on, {{ day }}) - 1 = d.day
            where n.child_key = {{ child_key }} and n.from_on < {{ day }}
            order by n.from_on desc
            limit 1
        ), 0
    )::integer
{%- endmacro %}

{#-
    Why int_walk_cases does not accept an event; null: it does. w is the case before it, e the event, x its row of
    seed_case_transition, or nulls, t the days of a first and of another watch.
-#}
{% macro why_refused() -%}
    coalesce(
        e.refusal,
        case
            when x.state is null and w.state in ('none', 'closed') then 'no_open_case'
            when x.state is null then 'not_now'
            -- Of what was verified, only people say that it was wrong.
            when e.event = 'corrected' and w.kind <> 'suspected' then 'not_now'
            -- A correction speaks of what attendance found, not of what people told.
            when e.event = 'corrected' and w.channel <> 'attendance' then 'not_now'
            -- Nor are people answered by the marks they spoke against.
            when e.event = 'present' and w.is_disputed and w.kind = 'suspected'
                then 'not_now'
            -- What opens a case, or opens it again, is nobody else's yet.
            when e.is_owners_only and w.state <> 'none'
                and (w.state <> 'closed' or x.next_state = 'closed')
                and e.unit_code is distinct from w.unit_code
                and e.unit_code is distinct from e.home_unit_code then 'not_its_case'
            when e.event = 'accept' and e.unit_code = w.handed_by then 'own_hand_over'
            when e.event = 'verify_false' and w.kind <> 'suspected'
                and w.state in ('watch', 'settled', 'closed')
                and e.actor_role <> 'municipality' then 'verified_before'
            when e.needs_watch is not true then null
            when w.state = 'settled' and e.outcome = 'placed' then null
            when w.state <> 'watch' or e.is_present is not true then 'return_not_seen'
            when e.on_date < w.state_since
                + case when w.n_returned > 0 then t.n_days_again else t.n_days end
                then 'watch_not_over'
            when e.n_seen - w.n_seen_at_watch
                < case when w.n_returned > 0 then t.n_seen_again else t.n_seen end
                then 'watch_not_over'
        end
    )
{%- endmacro %}

{#- Later models look cases up one by one; a view has no statistics. -#}
{% macro analyze_table(relation) -%}
    {%- if model.config.materialized == 'table' -%} analyze {{ relation }} {%- else -%} select 1 {%- endif -%}
{%- endmacro %}
