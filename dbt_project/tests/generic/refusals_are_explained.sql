{#- Every step that was not accepted says why, in a word that has a text. -#}
{% test refusals_are_explained(model) %}

select j.action_no, j.refusal
from {{ model }} as j
left join {{ ref('seed_case_word') }} as w on w.word_kind = 'refusal' and j.refusal = w.word
where not j.is_accepted and w.word is null

{% endtest %}
