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
