-- The words of the ledger, in two languages: states, categories, channels, outcomes, refusals,
-- findings.
select
    word_kind,
    word,
    zh,
    en
from {{ ref('seed_case_word') }}
union all
select
    'state' as word_kind,
    state,
    zh,
    en
from {{ ref('seed_case_state') }}
