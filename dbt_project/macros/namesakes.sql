{#-
    Query of those in table `people` (person_key, child_key, and whether one writes the name as they do: is_written_so)
    whose name somebody else on the register bears, or bore, or bears by sound, who shares the birthday with them, or the
    guardian or telephone with them or with the child whose number they have, or the household with that child: then the
    number may be that of a twin or a sibling. `bearers` is the table of the next macro.

    `people` needs person_key, child_key (of the number, null if none), plain, sound, birth_on, guardian_name,
    guardian_phone, child_guardian_name, child_guardian_phone,
    child_household_no.
-#}
{% macro namesakes(people, bearers) -%}
    {%- for mine, theirs in [
        ('birth_on', 'birth_on'),
        ('guardian_phone', 'guardian_phone'),
        ('guardian_name', 'guardian_name'),
        ('child_guardian_phone', 'guardian_phone'),
        ('child_guardian_name', 'guardian_name'),
        ('child_household_no', 'household_no'),
    ] %}
    {{ 'select s.person_key, s.child_key, bool_or(s.is_written_so) as is_written_so from (' if loop.first }}
    select p.person_key, p.child_key, p.plain = o.plain as is_written_so
    from {{ people }} as p
    inner join {{ bearers }} as o on p.sound = o.sound and p.{{ mine }} = o.{{ theirs }}
    where o.child_key is distinct from p.child_key
    {% if not loop.last %}union{% endif %}
    {%- endfor %}
    ) as s group by s.person_key, s.child_key
{%- endmacro %}

{#- Query of the children who bear the name of anybody in `people`, by sound, or bore it: the register is read once for
    its names and once for former ones, which are few. -#}
{% macro bearers(people, children) -%}
    select c.child_key, c.plain, s.sound, c.birth_on, c.guardian_name, c.guardian_phone, c.household_no
    from {{ children }} as c
    inner join (select distinct sound from {{ people }}) as s on c.sound = s.sound
    union all
    select c.child_key, s.plain, s.sound, c.birth_on, c.guardian_name, c.guardian_phone, c.household_no
    from {{ children }} as c
    inner join (select distinct plain, sound from {{ people }}) as s on c.former_plain = s.plain
    where c.former_plain is not null
{%- endmacro %}

{#-
    The same of those whose name has lost a character (□): whose name theirs may be, in the household of the child whose
    number it is, under the telephone of either, or with the guardian's name in that child's township. Birthday or
    guardian's name alone would be shared with too many of whom one character is unknown.

    `people` needs besides child_township_code, and child_key in every row. `near` is the table of the next macro.
-#}
{% macro lost_namesakes(people, near) -%}
    {%- for mine, theirs in [
        ('array[child_household_no]', 'household_no'),
        ('array[guardian_phone, child_guardian_phone]', 'guardian_phone'),
        ('array[guardian_name, child_guardian_name]', 'guardian_name'),
    ] %}
    select p.person_key, p.child_key
    from (
        select person_key, child_key, plain, child_township_code, unnest({{ mine }}) as shared
        from {{ people }}
        where plain like '%□%'
    ) as p
    inner join {{ near }} as o on p.shared = o.{{ theirs }}
        {%- if theirs == 'guardian_name' %} and p.child_township_code = o.township_code{% endif %}
    where o.child_key <> p.child_key and o.plain like replace(p.plain, '□', '_')
    {% if not loop.last %}union{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- Query of the children who share household, telephone or guardian's name with any of those: the register is read
    once, and never put into memory for the few. -#}
{% macro near_lost(people, children) -%}
    select c.child_key, c.plain, c.township_code, c.household_no, c.guardian_name, c.guardian_phone
    from {{ children }} as c
    where
        {%- for theirs, mine in [
            ('household_no', ['child_household_no']),
            ('guardian_phone', ['guardian_phone', 'child_guardian_phone']),
            ('guardian_name', ['guardian_name', 'child_guardian_name']),
        ] %}
        {%- set first = loop.first %}
        {%- for column in mine %}
        {% if not (first and loop.first) %}or {% endif %}c.{{ theirs }} in (
            select p.{{ column }} from {{ people }} as p
            where p.plain like '%□%' and p.{{ column }} is not null
        )
        {%- endfor %}
        {%- endfor %}
{%- endmacro %}

{#-
    Query of people's last words on pairs (person_key, child_key, verdict, decided_at), and whether they are in force:
    the evidence is what they saw, and nobody has said the contrary since, be it of other evidence. What is not in force
    is to be asked again.
    `people` needs person_key and what evidence_hash reads.
-#}
{% macro last_words(verdicts, people, children) -%}
    select distinct on (v.pupil_key, v.child_key)
        v.pupil_key as person_key, v.child_key, v.last_verdict as verdict, v.decided_at,
        v.verdict = v.last_verdict and v.evidence_hash = e.now_hash as is_in_force
    from (
        select
            *,
            first_value(verdict) over (
                partition by pupil_key, child_key order by decided_at desc, verdict
            ) as last_verdict
        from {{ verdicts }}
    ) as v
    inner join {{ people }} as p on v.pupil_key = p.person_key
    inner join {{ children }} as c on v.child_key = c.child_key
    cross join lateral (select {{ evidence_hash('p', 'c') }} as now_hash) as e
    order by v.pupil_key, v.child_key, v.evidence_hash = e.now_hash desc, v.decided_at desc, v.verdict
{%- endmacro %}

{#-
    Query of the pairs in `people` (person_key, child_key, and what last_words reads) that people have refused, which
    comes before every tier: this pair is not to be, or another is. What was refused on other evidence is not linked
    either, but asked.
-#}
{% macro refused_pairs(verdicts, people, children) -%}
    select distinct p.person_key, p.child_key
    from {{ people }} as p
    inner join (
        {{ last_words(verdicts, people, children) }}
    ) as s on p.person_key = s.person_key
    where
        (s.verdict = 'different') = (s.child_key = p.child_key)
        and (s.is_in_force or s.verdict = 'different' and s.child_key = p.child_key)
{%- endmacro %}

{#-
    What counts of the agreement (see corroboration) of a pair `p`: nothing if people have refused it (row `r`), and if the
    person has a namesake (row `n`) only what a twin or sibling does not share. An equal sound is shared by a sibling whose
    name sounds alike; if that one's is written as the person's, the number is likely the sibling's.
-#}
{% macro undoubted_method(p, n, r) -%}
    case
        when {{ r }}.person_key is not null then null
        when {{ n }}.person_key is null then {{ p }}.agreement
        when {{ p }}.is_other_birth is not false then null
        when
            {{ p }}.agreement = 'number_name'
            or ({{ p }}.agreement = 'number_sound' and not {{ n }}.is_written_so)
            then {{ p }}.agreement
    end
{%- endmacro %}
