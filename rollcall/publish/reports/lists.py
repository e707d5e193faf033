"""The lists of a report beyond its figures: who may leave, who has no place, what comparisons found. Counts only."""

from collections.abc import Callable

Ask = Callable[[str], list[dict]]
# What a report counts of each school, or of each unit in a municipality's report.
_PLACES = {"school": "school_name", "unit": "school_name", "municipality": "unit_name"}
_DISABLED = (
    *("n_children", "n_enrolled", "n_special_school", "n_inclusion", "n_attached_class", "n_home_teaching"),
    *("n_roll_only", "n_elsewhere", "n_deferred", "n_exempt", "n_waiting", "n_unknown", "n_without_place"),
    *("n_home_teaching_not_done", "n_plan_missing"),
)
_MIGRANT = (
    *("n_children", "n_enrolled", "n_in_public_place", "n_in_own_township", "n_in_own_district", "n_far"),
    *("n_unknown", "n_without_place"),
)


def disabled(ask: Ask, tier: str) -> list[dict]:
    """零拒绝 by place, those with most left to do first: `name` and columns of mon_zero_refusal."""
    waiting = "sum(n_waiting + n_without_place + n_home_teaching_not_done)"
    todo = f"{waiting} desc, sum(n_plan_missing) desc, sum(n_unknown) desc"
    return ask(
        f"""select coalesce({_PLACES[tier]}, '不在任何学校') as name, {_sums(_DISABLED)},
            max(longest_waiting_days) as longest_waiting_days
        from {{m}}.mon_zero_refusal where {{rows}} group by 1 order by {todo}, sum(n_children) desc, 1"""
    )


def migrants(ask: Ask, tier: str) -> list[dict]:
    """零门槛 by place, those with most children without a place first."""
    return ask(
        f"""select coalesce({_PLACES[tier]}, '不在任何学校') as name, {_sums(_MIGRANT)}
        from {{m}}.mon_zero_threshold where {{rows}}
        group by 1 order by sum(n_without_place) desc, sum(n_unknown) desc, sum(n_children) desc, 1"""
    )


def warnings(ask: Ask, tier: str) -> list[dict]:
    """控辍预警 by place (of a school: by class): children on the list, and how many of them are 重点."""
    name = "concat_ws(' ', grade || ' 年级', rtrim(class_no, '班') || ' 班')" if tier == "school" else _PLACES[tier]
    return ask(
        f"""select coalesce({name}, '不在任何学校') as name, count(*) filter (where level = 'high') as n_high,
            count(*) filter (where level = 'watch') as n_watch, max(points) as most_points
        from {{m}}.mon_early_warning where {{rows}} group by 1 order by 2 desc, 3 desc, 4 desc, 1"""
    )


def warning_reasons(ask: Ask) -> list[dict]:
    """What speaks for it, by children on the list, the commonest first."""
    return ask(
        """select r.label_zh as zh, count(*) as n
        from {m}.fct_warning_reason as r
        where r.child_key in (select child_key from {m}.mon_early_warning where {rows})
        group by 1, r.sort order by 2 desc, r.sort"""
    )


def comparisons(ask: Ask) -> list[dict]:
    """比对核查: cases of each comparison as 待核, 误报, 属实."""
    return ask(
        """select comparison_zh as zh, sum(n_cases)::bigint as n_cases, sum(n_pending)::bigint as n_pending,
            sum(n_false)::bigint as n_false, sum(n_true)::bigint as n_true, sum(n_open)::bigint as n_open
        from {m}.fct_comparison where {rows} group by comparison, comparison_zh
        order by array_position(array['register_roll', 'roll_present', 'out_of_school_hardship'], comparison)"""
    )


def total(rows: list[dict], column: str) -> int:
    """A column added up over the places."""
    return sum(int(row[column]) for row in rows)


def _sums(columns: tuple[str, ...]) -> str:
    return ", ".join(f"sum({column})::bigint as {column}" for column in columns)
