{#- The surname: one character, or two where the name begins with a compound surname. -#}
{% macro surname(name) -%}
    case
        when left({{ name }}, 2) in (
            '欧阳', '司马', '上官', '诸葛', '夏侯', '皇甫', '尉迟', '公孙', '慕容', '令狐',
            '宇文', '长孙', '司徒', '东方', '端木', '南宫', '轩辕', '鲜于', '闾丘', '呼延'
        ) then left({{ name }}, 2)
        else left({{ name }}, 1)
    end
{%- endmacro %}

{#- A name without the dots and spaces in which two writings of one name differ. -#}
{% macro bare_name(name) -%}
    translate({{ name }}, ' 　·‧•・．.', '')
{%- endmacro %}

{#-
    A valid ID is not proof: siblings' and strangers' IDs are used. The two rows must also agree in the name,
    or in birth date, sex and surname. Both sides need name, former_name, sex and birth_on.
-#}
{% macro corroborates(a, b) -%}
    coalesce({{ bare_name(a ~ '.name') }} = {{ bare_name(b ~ '.name') }}, false)
    or coalesce({{ bare_name(a ~ '.name') }} = {{ bare_name(b ~ '.former_name') }}, false)
    or coalesce({{ bare_name(a ~ '.former_name') }} = {{ bare_name(b ~ '.name') }}, false)
    or coalesce(
        {{ a }}.birth_on = {{ b }}.birth_on
        and {{ a }}.sex = {{ b }}.sex
        and {{ surname(a ~ '.name') }} = {{ surname(b ~ '.name') }}, false
    )
{%- endmacro %}
