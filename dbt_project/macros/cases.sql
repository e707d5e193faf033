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

{#- Later models look cases up one by one; a view has no statistics. -#}
{% macro analyze_table(relation) -%}
    {%- if model.config.materialized == 'table' -%} analyze {{ relation }} {%- else -%} select 1 {%- endif -%}
{%- endmacro %}
