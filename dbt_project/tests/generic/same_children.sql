{#- Exactly the children of the other relation are here: nobody is lost, nobody invented. -#}
{% test same_children(model, other) %}

select coalesce(a.child_key, b.child_key) as child_key
from (select child_key from {{ model }} group by child_key) as a
full join (select child_key from {{ other }} group by child_key) as b
    on a.child_key = b.child_key
where a.child_key is null or b.child_key is null

{% endtest %}
