{{ config(materialized='ephemeral') }}

-- Every row, other than a roll's, that names a child. Ephemeral: it has names, which are never
-- stored here.
with

placement as (

    select * from {{ ref('stg_school__placement') }}

),

outside as (

    select * from {{ ref('stg_school__outside_enrolment') }}

),

opening as (

    select * from {{ ref('stg_school__opening_case') }}

),

hardship as (

    select * from {{ ref('stg_welfare__hardship_register') }}

),

disability as (

    select * from {{ ref('stg_welfare__disability_register') }}

)

select
    'placement' as feed, unit_code as sender, row_hash, pupil_key, id_number, id_number_key,
    id_number_state, name, null::text as former_name, sex, birth_on, valid_from,
    md5(concat_ws(':', 'placement', unit_code, placement_no))::uuid as own_key,
    unit_code as place_code, unit_code as answering_unit_code, null::text as district_code,
    null::text as township_code
from placement
union all
select
    'outside_enrolment', sender, row_hash, null, id_number, id_number_key, id_number_state,
    name, null, sex, birth_on, valid_from, null, null, null, null, null
from outside
union all
select
    'opening_case', sender, row_hash, null, id_number, id_number_key, id_number_state,
    name, null, sex, birth_on, valid_from,
    md5(concat_ws(':', 'opening_case', case_no))::uuid, unit_code,
    unit_code as answering_unit_code, null, null
from opening
union all
select
    'hardship_register', sender, row_hash, null, id_number, id_number_key, id_number_state,
    name, null, sex, birth_on, valid_from, null, coalesce(township_code, district_code),
    null, district_code, township_code
from hardship
union all
select
    'disability_register', sender, row_hash, null, id_number, id_number_key, id_number_state,
    name, null, sex, birth_on, valid_from, null, coalesce(township_code, district_code),
    null, district_code, township_code
from disability
