{#- No closed case without its date, who closed it, an outcome and the evidence for it. -#}
{% test closed_cases_have_evidence(model) %}

select case_no
from {{ model }}
where
    not is_open
    and (closed_on is null or closed_by is null or outcome is null or closing_evidence is null)

{% endtest %}
