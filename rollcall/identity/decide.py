"""From scored pairs to a decision on each person: link, ask people, or neither."""

import duckdb

from rollcall.identity.model import Model

# Pairs (person, child) of which somebody has said that they are two; and those decided on evidence that has changed.
REFUSED = "create table if not exists refused (person varchar, child varchar)"
LAPSED = "create table if not exists lapsed (person varchar, child varchar, is_different boolean)"


def decide(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make table `decided` (person, child, weight, margin, rank, levels, decision, reason) of table `scored`.

    A person is linked to the likeliest child if the weight reaches `link`, the next child is `margin` behind, and no
    guard forbids it; otherwise every child within reach, at most `shown`, goes to review. Guards, by their reason:

    - other_name: the names neither are the same nor sound the same, nor is one a former name; nor do they share a
      given name or a character of it, or surname, number and birth date, with a child who is no twin. Where a character
      is lost, only the names of a child who is no twin are the same.
    - namesake: the names are not written the same, or a character is lost, and somebody else on the register bears the
      person's own name and shares its birthday or household: then number and birth date may be a sibling's.
    - two_numbers: both numbers are valid and differ, and name, birth date and sex do not all agree.
    - close_call: another child is nearly as likely. - low_weight: not likely enough.
    - said_before: people have said that they are two, when the evidence was another.
    - too_many: more children than a person could tell apart are equally likely; nobody is asked.

    Pairs of table `refused` (person, child) are no candidates (reason different): whoever comes next is the likeliest.
    Pairs of table `lapsed` (person, child, is_different) were decided by people when the evidence was another: unless
    the person is linked they are asked again, whatever the weight.
    Reads tables `scored`, `child` (is_twin) and `person` (has_namesake). Ties are broken by key, so that the
    result is one.
    """
    limits = model.thresholds
    con.execute(REFUSED)
    con.execute(LAPSED)
    con.execute(
        f"""create or replace table decided as
        with likely as (
            select s.*, d.person is not null as is_refused, l.person is not null as is_lapsed,
                coalesce(l.is_different, false) as is_said_different,
                max(s.weight) over (partition by s.person, d.person is not null) as most
            from scored as s left join refused as d on s.person = d.person and s.child = d.child
                left join lapsed as l on s.person = l.person and s.child = l.child
            where s.weight >= {limits.review} - {limits.margin} or l.person is not null
        ),
        ranked as (
            select *, row_number() over best as rank, weight - lead(weight) over best as ahead,
                count(*) filter (where weight > most - {limits.margin}) over (
                    partition by person, is_refused
                ) as n_near
            from likely
            window best as (partition by person, is_refused order by weight desc, child)
        ),
        judged as (
            select r.person, r.child, r.weight, r.rank, r.name_level, r.birth_level, r.sex_level, r.number_level,
                r.place_level, r.n_near, r.is_refused, r.is_lapsed,
                case when r.rank = 1 then coalesce(r.ahead, 'infinity'::double) else r.weight - r.most end as margin,
                case
                    when r.is_refused then 'different'
                    when r.is_said_different then 'said_before'
                    when r.n_near > {limits.shown} then 'too_many'
                    when r.weight < {limits.link} then 'low_weight'
                    when r.rank > 1 or r.ahead < {limits.margin} then 'close_call'
                    when r.number_level = 'conflict' and not (
                        r.name_level in ('exact', 'former') and r.birth_level = 'exact' and r.sex_level = 'equal'
                    ) then 'two_numbers'
                    when p.has_namesake
                        and (r.name_level not in {model.same_names} or r.name_level in ('lost', 'sound'))
                        then 'namesake'
                    when not (
                        (r.name_level in {model.same_names} and not (r.name_level = 'lost' and c.is_twin))
                        or (r.name_level in {model.near_names} and not c.is_twin)
                        or (
                            r.name_level = 'surname' and not c.is_twin
                            and r.number_level in ('exact', 'near') and r.birth_level = 'exact'
                        )
                    ) then 'other_name'
                end as reason
            from ranked as r join child as c on r.child = c.unique_id join person as p on r.person = p.unique_id
        ),
        firsts as (select person, reason is null as is_linked from judged where rank = 1 and not is_refused)
        select j.* exclude (n_near, is_refused, is_lapsed),
            case
                when j.is_refused then 'none'
                when f.is_linked and j.rank = 1 then 'link'
                when not f.is_linked and (
                    j.is_lapsed
                    or (j.weight >= {limits.review} and j.n_near <= {limits.shown} and j.rank <= {limits.shown})
                ) then 'review'
                else 'none'
            end as decision
        from judged as j left join firsts as f using (person)"""
    )
