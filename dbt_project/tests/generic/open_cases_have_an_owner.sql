{#- No open case without somebody who must act, on both lines, and a date by which. -#}
{% test open_cases_have_an_owner(model) %}

select case_no
from {{ model }}
where
    is_open
    and (
        unit_code is null or admin_unit_code is null or owner_tier is null or step is null
        or due_on is null or first_due_on is null
        or (owner_tier = 'school' and school_code is null)
    )

{% endtest %}
