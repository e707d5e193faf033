{#-
    What a figure about a child is broken down by, as a lateral list of (breakdown, breakdown_value). The relation has
    sex, stage, grade, urban_rural, zone and key_groups; a child counts once in each breakdown but key_group, where it
    counts in every group it belongs to. `also` adds lines of (name, expression).
-#}
{% macro break_down(relation, also=[]) -%}
    lateral (
        select v.breakdown, v.breakdown_value
        from (
            values
            ('all', 'all'),
            ('sex', {{ relation }}.sex),
            ('stage', {{ relation }}.stage),
            ('grade', {{ relation }}.grade::text),
            ('urban_rural', {{ relation }}.urban_rural),
            ('zone', {{ relation }}.zone)
            {%- for name in also %},
            ('{{ name }}', {{ relation }}.{{ name }})
            {%- endfor %}
        ) as v (breakdown, breakdown_value)
        where v.breakdown_value is not null
        union all
        select 'key_group', g.key_group
        from unnest({{ relation }}.key_groups) as g (key_group)
    )
{%- endmacro %}

{#- city, town or rural, of the code by which the statistics class a school (统计用城乡划分). -#}
{% macro urban_rural_of(code) -%}
    case left({{ code }}, 2)
        when '11' then 'city'
        when '12' then 'town'
        when '21' then 'rural'
        when '22' then 'rural'
    end
{%- endmacro %}
