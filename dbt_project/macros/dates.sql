{#- The business date that is published. -#}
{% macro as_of() -%}
    date '{{ var("as_of") }}'
{%- endmacro %}

{#- The moment whose knowledge is used. -#}
{% macro known_at() -%}
    timestamptz '{{ var("known_at") }}'
{%- endmacro %}

{#- Rows of history believed at that moment. -#}
{% macro is_known() -%}
    known_from <= {{ known_at() }} and known_to > {{ known_at() }}
{%- endmacro %}
