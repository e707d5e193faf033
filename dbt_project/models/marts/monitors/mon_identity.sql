-- Who is who, by unit: how pupils were identified, what people still have to decide, what is odd.
with

pupils as (

    select * from {{ ref('int_identify_pupils') }}

),

reviews as (

    select
        unit_code,
        count(*) as n_open_reviews,
        max({{ as_of() }} - asked_from) as oldest_review_days
    from {{ ref('int_list_reviews') }}
    where subject = 'roll'
    group by unit_code

),

findings as (

    select
        unit_code,
        count(*) filter (where kind = 'several_enrolments') as n_several_enrolments,
        count(*) filter (where kind = 'number_of_several') as n_number_of_several,
        count(*) filter (where kind = 'number_of_another') as n_number_of_another,
        count(*) filter (where kind = 'unknown_to_police') as n_unknown_to_police,
        count(*) filter (where kind = 'on_roll_after_death') as n_on_roll_after_death,
        count(*) filter (where kind = 'on_roll_after_moving_away') as n_on_roll_after_moving_away,
        count(*) filter (where kind = 'number_of_two_on_register') as n_number_of_two_on_register,
        count(*) filter (where kind = 'registered_twice') as n_registered_twice
    from {{ ref('fct_identity_finding') }}
    group by unit_code

),

counted as (

    select
        unit_code,
        count(*) as n_pupils,
        count(*) filter (where method like 'number%') as n_by_number,
        count(*) filter (where method = 'model') as n_by_model,
        count(*) filter (where method = 'verdict') as n_by_verdict,
        count(*) filter (where is_linked) as n_linked,
        count(*) filter (where outcome = 'in_review') as n_in_review
    from pupils
    group by unit_code

)

select
    coalesce(c.unit_code, f.unit_code) as unit_code,
    coalesce(c.n_pupils, 0) as n_pupils,
    coalesce(c.n_by_number, 0) as n_by_number,
    coalesce(c.n_linked - c.n_by_number - c.n_by_model - c.n_by_verdict, 0) as n_by_rule,
    coalesce(c.n_by_model, 0) as n_by_model,
    coalesce(c.n_by_verdict, 0) as n_by_verdict,
    coalesce(c.n_in_review, 0) as n_in_review,
    coalesce(c.n_pupils - c.n_linked - c.n_in_review, 0) as n_unlinked,
    (c.n_linked::numeric / nullif(c.n_pupils, 0))::numeric(20, 6) as linked_share,
    (c.n_by_number::numeric / nullif(c.n_pupils, 0))::numeric(20, 6) as by_number_share,
    ((c.n_linked - c.n_by_number - c.n_by_model - c.n_by_verdict)::numeric / nullif(c.n_pupils, 0))
    ::numeric(20, 6) as by_rule_share,
    (c.n_by_model::numeric / nullif(c.n_pupils, 0))::numeric(20, 6) as by_model_share,
    (c.n_by_verdict::numeric / nullif(c.n_pupils, 0))::numeric(20, 6) as by_verdict_share,
    (c.n_in_review::numeric / nullif(c.n_pupils, 0))::numeric(20, 6) as in_review_share,
    coalesce(r.n_open_reviews, 0) as n_open_reviews,
    r.oldest_review_days,
    coalesce(f.n_several_enrolments, 0) as n_several_enrolments,
    coalesce(f.n_number_of_several, 0) as n_number_of_several,
    coalesce(f.n_number_of_another, 0) as n_number_of_another,
    coalesce(f.n_unknown_to_police, 0) as n_unknown_to_police,
    coalesce(f.n_on_roll_after_death, 0) as n_on_roll_after_death,
    coalesce(f.n_on_roll_after_moving_away, 0) as n_on_roll_after_moving_away,
    coalesce(f.n_number_of_two_on_register, 0) as n_number_of_two_on_register,
    coalesce(f.n_registered_twice, 0) as n_registered_twice
from counted as c
full join findings as f on c.unit_code = f.unit_code
left join reviews as r on c.unit_code = r.unit_code
