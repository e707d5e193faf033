{#-
    Query of those in table `people` (person_key, child_key) whose name somebody else on the register bears, or bore, or
    bears by sound, who shares the birthday with them, or the guardian or telephone with them or with the child whose
    number they have: then the number may be that of a twin or a sibling. `bearers` is the table of the next macro.

    `people` needs person_key, child_key (of the number, null if none), plain, sound, birth_on, guardian_name,
    guardian_phone, child_guardian_name, child_guardian_phone.
-#}
{% macro namesakes(people, bearers) -%}
    {%- for mine, theirs in [
        ('birth_on', 'birth_on'),
        ('guardian_phone', 'guardian_phone'),
        ('guardian_name', 'guardian_name'),
        ('child_guardian_phone', 'guardian_phone'),
        ('child_guardian_name', 'guardian_name'),
    ] %}
    select p.person_key, p.child_key
    from {{ people }} as p
    inner join {{ bearers }} as o on p.sound = o.sound and p.{{ mine }} = o.{{ theirs }}
    where o.child_key is distinct from p.child_key
    {% if not loop.last %}union{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- Query of the children who bear the name of anybody in `people`, by sound, or bore it: the register is read once for
    its names and once for former ones, which are few. -#}
{% macro bearers(people, children) -%}
    select c.child_key, s.sound, c.birth_on, c.guardian_name, c.guardian_phone
    from {{ children }} as c
    inner join (select distinct sound from {{ people }}) as s on c.sound = s.sound
    union all
    select c.child_key, s.sound, c.birth_on, c.guardian_name, c.guardian_phone
    from {{ children }} as c
    inner join (select distinct plain, sound from {{ people }}) as s on c.former_plain = s.plain
    where c.former_plain is not null
{%- endmacro %}

{#-
    Query of people's last words on pairs (person_key, child_key, verdict) while the evidence is what they saw.
    `people` needs person_key and what evidence_hash reads.
-#}
{% macro last_words(verdicts, people, children) -%}
    select distinct on (v.pupil_key, v.child_key)
        v.pupil_key as person_key, v.child_key, v.verdict, v.decided_at
    from {{ verdicts }} as v
    inner join {{ people }} as p on v.pupil_key = p.person_key
    inner join {{ children }} as c on v.child_key = c.child_key
    where v.evidence_hash = {{ evidence_hash('p', 'c') }}
    order by v.pupil_key, v.child_key, v.decided_at desc, v.verdict
{%- endmacro %}
