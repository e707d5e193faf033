{#- The value of a threshold in force on the published date; see seeds/seed_threshold.csv. -#}
{% macro threshold(name) -%}
    (
        select t.value from {{ ref('seed_threshold') }} as t
        where
            t.threshold = '{{ name }}'
            and t.in_force_from <= {{ as_of() }} and t.in_force_to > {{ as_of() }}
    )
{%- endmacro %}
