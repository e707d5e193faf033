{#-
    Whether two plain names (identity.name_key) are one. Where a character is lost they may be a brother's as well, so
    they are not.
-#}
{% macro same_plain(a, b) -%}
    coalesce({{ a }} = {{ b }} and {{ a }} not like '%□%', false)
{%- endmacro %}

{#-
    A valid ID is not proof: siblings' and strangers' IDs are used. The two rows must also agree in the name,
    or in birth date, sex and surname. Both sides need plain, surname, former_plain, sex and birth_on.
-#}
{% macro corroborates(a, b) -%}
    {{ same_plain(a ~ '.plain', b ~ '.plain') }}
    or {{ same_plain(a ~ '.plain', b ~ '.former_plain') }}
    or {{ same_plain(a ~ '.former_plain', b ~ '.plain') }}
    or coalesce(
        {{ a }}.birth_on = {{ b }}.birth_on
        and {{ a }}.sex = {{ b }}.sex
        and {{ a }}.surname = {{ b }}.surname, false
    )
{%- endmacro %}

{#-
    What, besides an equal valid number, says that pupil `p` is child `c`: the strongest of four, or null. A lost
    character (□) is nobody's, and a twin's number brings birth date, sex and surname with it.
    Both sides need plain, sound, surname, former_plain, sex and birth_on; `c` also is_twin.
-#}
{% macro corroboration(p, c) -%}
    case
        when
            (
                {{ p }}.plain not like '%□%'
                and ({{ p }}.plain = {{ c }}.plain or {{ p }}.plain = {{ c }}.former_plain)
            )
            or ({{ p }}.former_plain not like '%□%' and {{ p }}.former_plain = {{ c }}.plain)
            then 'number_name'
        when
            {{ p }}.sound not like '%□%' and {{ p }}.sound = {{ c }}.sound
            and ({{ p }}.birth_on = {{ c }}.birth_on or {{ p }}.sex = {{ c }}.sex)
            then 'number_sound'
        when {{ c }}.is_twin
            then null
        when
            {{ p }}.birth_on = {{ c }}.birth_on and {{ p }}.sex = {{ c }}.sex
            and {{ given_name(p) }} = {{ given_name(c) }}
            and {{ given_name(p) }} <> '' and {{ given_name(p) }} not like '%□%'
            then 'number_given'
        when
            {{ p }}.birth_on = {{ c }}.birth_on and {{ p }}.sex = {{ c }}.sex
            and {{ p }}.surname = {{ c }}.surname
            -- Of a given name with a lost character nobody knows that it is another one of this child.
            and ({{ p }}.plain = {{ c }}.plain or {{ given_name(p) }} not like '%□%')
            then 'number_birth'
    end
{%- endmacro %}

{#- The methods from the strongest, 1, to the weakest; null for none. -#}
{% macro strength(method) -%}
    array_position(
        array['number_name', 'number_sound', 'number_given', 'number_birth'], {{ method }}
    )
{%- endmacro %}

{#- The given name of a side that has plain and surname. -#}
{% macro given_name(side) -%}
    substr({{ side }}.plain, length({{ side }}.surname) + 1)
{%- endmacro %}

{#- What a person's verdict on a pair rests on: while this is equal, the verdict holds. -#}
{% macro evidence_hash(p, c) -%}
    md5(
        concat_ws(
            '|',
            {%- for side in (p, c) %}
            coalesce({{ side }}.id_number_key::text, ''), coalesce({{ side }}.plain, ''),
            coalesce({{ side }}.former_plain, ''), {{ side }}.sex, {{ side }}.birth_on
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        )
    )
{%- endmacro %}

{#- In the words of identity.review: what agrees in a scored pair, or what differs. -#}
{% macro agreements(m, p, c, agreeing) -%}
    {%- set tests = {
        'name': m ~ ".name_level = 'exact'",
        'former_name': m ~ ".name_level = 'former'",
        'sound': m ~ ".name_level in ('exact', 'sound')",
        'birth': m ~ ".birth_level = 'exact'",
        'lunar_birth': m ~ ".birth_level = 'lunar'",
        'sex': p ~ '.sex = ' ~ c ~ '.sex',
        'number': m ~ ".number_level in ('exact', 'near')",
        'place': m ~ ".place_level <> 'different'",
        'phone': p ~ '.guardian_phone = ' ~ c ~ '.guardian_phone',
        'guardian': p ~ '.guardian_name = ' ~ c ~ '.guardian_name',
    } -%}
    array_remove(
        array[
            {%- for word, test in tests.items() %}
            {%- if agreeing or word not in ('former_name', 'lunar_birth') %}
            case when {{ '' if agreeing else 'not ' }}({{ test }}) then '{{ word }}' end
            {%- if not loop.last %},{% endif %}
            {%- endif %}
            {%- endfor %}
        ], null
    )
{%- endmacro %}
