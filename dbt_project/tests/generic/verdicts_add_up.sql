{#- 待核, 误报 and 属实 are all there is. -#}
{% test verdicts_add_up(model) %}

select comparison, unit_code
from {{ model }}
where n_cases <> n_pending + n_false + n_true

{% endtest %}
