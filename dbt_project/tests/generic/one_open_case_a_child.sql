{#- A child stands on the ledger once. -#}
{% test one_open_case_a_child(model) %}

select child_key
from {{ model }}
where is_open
group by child_key
having count(*) > 1

{% endtest %}
