{#-
    The printed number of a case. It follows from the child and the school year in which the first evidence lies, so
    that it stays the same however often the ledger is computed; a child has one case in a school year, which may
    close and reopen.
-#}
{% macro case_number(child_key, school_year) -%}
    'DM' || {{ school_year }} || '-' || upper(left(md5({{ child_key }}::text || ':' || {{ school_year }}), 10))
{%- endmacro %}

{#- Later models look cases up one by one; a view has no statistics. -#}
{% macro analyze_table(relation) -%}
    {%- if model.config.materialized == 'table' -%} analyze {{ relation }} {%- else -%} select 1 {%- endif -%}
{%- endmacro %}
