{#- The stage whose calendar a class follows. -#}
{% macro stage_of(grade, school_kind) -%}
    case
        when {{ school_kind }} in ('511', '512', '513', '514') then 'special'
        when {{ grade }} <= 6 then 'primary'
        else 'junior'
    end
{%- endmacro %}

{#- The stage of a child: by its grade, or, without one, by its age, in years complete on 31 August. -#}
{% macro stage_of_child(grade, years) -%}
    case when coalesce({{ grade }}, {{ years }} - 5) <= 6 then 'primary' else 'junior' end
{%- endmacro %}

{#-
    The 1 September that opens the school year after the birth: a child born on 31 August belongs to the year that
    begins the next day, one born on 1 September to the next. Of age = this date and the years of the threshold.
-#}
{% macro cohort_on(birth_on) -%}
    make_date(
        extract(year from {{ birth_on }})::integer
        + case when extract(month from {{ birth_on }}) >= 9 then 1 else 0 end, 9, 1
    )
{%- endmacro %}

{#- The date on which a cohort reaches the years of a threshold. -#}
{% macro aged_on(cohort_on, threshold_name) -%}
    ({{ cohort_on }} + make_interval(years => {{ threshold(threshold_name) }}::integer))::date
{%- endmacro %}

{#- The school year of a day, named by the year in which it begins, on 1 September. -#}
{% macro school_year(day) -%}
    extract(year from {{ day }} - interval '8 months')::integer
{%- endmacro %}
