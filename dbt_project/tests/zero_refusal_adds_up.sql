-- Every child on the disability register is counted in one way, and what is enrolled here is what
-- the enrolment rate of the three kinds has above the line.
with

ways as (

    select
        sum(n_children) as n_children,
        sum(
            n_special_school + n_inclusion + n_attached_class + n_home_teaching
            + n_home_teaching_not_done + n_roll_only + n_elsewhere
            + n_deferred + n_exempt + n_waiting + n_unknown
            + n_without_place
        ) as n_by_way
    from {{ ref('mon_zero_refusal') }}

),

here as (

    select
        count(*) filter (where is_enrolled) as numerator,
        count(*) as denominator
    from {{ ref('fct_disabled_child') }}
    where is_of_three_kinds and way <> 'exempt'

),

rate as (

    select numerator, denominator
    from {{ ref('fct_indicator') }}
    where
        indicator = 'disabled_three_enrolment' and tier = 'municipality' and breakdown = 'all'

)

select 'ways' as what from ways
where n_children is distinct from n_by_way
union all
select 'rate' from here
inner join rate
    on here.numerator <> rate.numerator or here.denominator <> rate.denominator
