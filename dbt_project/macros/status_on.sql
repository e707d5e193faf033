{#-
    The status of every child on any date up to the published one, as a function beside the spells: with its caller's
    rights, so that row-level security holds, and bound to this version's table, so that both are swapped together.
    For the knowledge of another moment, publish a study with --known-at and ask the function of its schema.
-#}
{% macro status_on() -%}
    drop function if exists {{ this.schema }}.status_on(date);
    create function {{ this.schema }}.status_on(day date) returns setof {{ this }}
    language sql stable parallel safe
    begin atomic
        select * from {{ this }} where from_on <= day and to_on > day and day <= {{ as_of() }};
    end;
    comment on function {{ this.schema }}.status_on(date) is
        'The spell that holds for each child on a date; no rows after the published date.'
{%- endmacro %}
