{#- Spells of a child neither overlap nor leave a gap, and the last one is open. -#}
{% test one_status_a_date(model) %}

with

followed as (

    select
        child_key, from_on, to_on,
        lead(from_on, 1, 'infinity') over (partition by child_key order by from_on) as next_on
    from {{ model }}

)

select child_key, from_on, to_on, next_on
from followed
where to_on <> next_on

{% endtest %}
