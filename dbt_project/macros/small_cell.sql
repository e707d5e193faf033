{#- 1 to 4 children: above the line, below it, or between the two. -#}
{% macro is_small_cell(numerator, denominator) -%}
    (
        {{ numerator }} between 1 and {{ threshold('small_cell') }} - 1
        or coalesce({{ denominator }} between 1 and {{ threshold('small_cell') }} - 1, false)
        or coalesce(
            {{ denominator }} - {{ numerator }} between 1 and {{ threshold('small_cell') }} - 1, false
        )
    )
{%- endmacro %}
