"""How the weight of a pair comes about, taken apart as the model put it together; and the weights of all pairs.

The weight is the sum of what each comparison says: log2 of how much likelier its outcome is for one person (m) than
for two (u). It starts from how unlikely it is that a child taken at random is the right one.
"""

from math import log2

from psycopg import Connection
from psycopg.errors import UndefinedTable

from rollcall.identity.charts import Step
from rollcall.identity.model import Model, model
from rollcall.identity.review.queue import Doubt
from rollcall.identity.rows import size_class

COMPARISONS = {
    "name": ("姓名", "name"),
    "birth": ("出生日期", "birth date"),
    "sex": ("性别", "sex"),
    "number": ("证件号", "ID number"),
    "place": ("地区", "place"),
}
LEVELS = {
    "exact": "一致 equal",
    "equal": "一致 equal",
    "same": "同一乡镇 same township",
    "former": "与曾用名一致 a former name",
    "sound": "同音 same sound",
    "lost": "生僻字缺失，其余一致 a character lost",
    "given": "名同姓不同 same given name",
    "near": "相近 near",
    "surname": "仅姓相同 only the surname",
    "lunar": "农历与公历 lunar and solar",
    "slip": "笔误 a slip",
    "year": "仅年相同 only the year",
    "cut": "被截断，前15位一致 cut short",
    "far": "号码无效且不同 unsound and different",
    "conflict": "均有效但不同 both valid, different",
    "area": "同一区县 same district",
    "different": "不同 different",
    "unknown": "缺 missing",
}
_LEVELS = """
select m.name_level, m.birth_level, m.sex_level, m.number_level, m.place_level, v.n_children,
    coalesce(t.share, 1.0 / v.n_children) as name_share
from marts_work.match_pair as m
inner join identity.model as v on v.model_version = %(version)s and v.size_class = %(size_class)s
left join marts_work.int_key_unlinked as p on m.person_key = p.person_key
left join identity.term_frequency as t
    on p.plain = t.plain and t.model_version = v.model_version and t.size_class = v.size_class
where m.person_key = %(person)s and m.child_key = %(child)s
"""
# What was decided, wherever it differs from what the model alone would say.
_WEIGHTS = """
select
    case
        when r.pupil_key is not null then 'review'
        when l.pupil_key is not null then 'auto'
        else 'rejected'
    end as outcome,
    array_agg(m.weight order by m.weight) as weights
from marts_work.match_pair as m
left join (
    select distinct pupil_key, child_key from identity.review
    where known_to = 'infinity' and verdict is null
) as r on m.person_key = r.pupil_key and m.child_key = r.child_key
left join (
    select distinct pupil_key, child_key from identity.link
    where known_to = 'infinity'
) as l on m.person_key = l.pupil_key and m.child_key = l.child_key
group by 1
"""


def steps(conn: Connection, doubt: Doubt) -> list[Step]:
    """The bars of a pair's waterfall, whose weights add up to the pair's. Empty where no model scored it, or the
    last publish was made with another version or without this pair.
    """
    try:
        used = model(doubt.model_version)
    except FileNotFoundError:
        return []
    values = {"version": doubt.model_version, "person": doubt.pupil_key, "child": doubt.child_key}
    try:
        with conn.transaction():
            (n_children,) = conn.execute("select count(*) from marts_work.int_key_children").fetchone()
            values["size_class"] = size_class(max(1, n_children))
            row = conn.execute(_LEVELS, values).fetchone()
    except UndefinedTable:
        return []
    if row is None:
        return []
    *levels, n_children, name_share = row
    return weigh(used, dict(zip(COMPARISONS, levels, strict=True)), n_children, name_share)


def weigh(used: Model, levels: dict[str, str], n_children: int, name_share: float) -> list[Step]:
    """Prior, then one step a comparison; an equal name has a second one for how rare the name is (`name_share`:
    share of the register's children who bear it).
    """
    prior = 1 / max(2, n_children)
    start = f"登记儿童 {n_children:,} 名中的一名 one of {n_children:,} children"
    found = [Step("起点", "start", start, log2(prior / (1 - prior)))]
    for name, level in levels.items():
        zh, en = COMPARISONS[name]
        m, u = used.parameters[name].get(level, (1, 1))  # what is missing on a side says nothing
        found.append(Step(zh, en, LEVELS.get(level, level), log2(m / u)))
        if (name, level) == ("name", "exact"):
            one_in = f"约每 {max(1, round(1 / name_share)):,} 人一名 one in {max(1, round(1 / name_share)):,}"
            found.append(Step("重名程度", "how rare the name is", one_in, log2(u / name_share)))
    return found


def weights(conn: Connection) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Weights of the pairs of the last publish by outcome (auto, review, rejected), and the model's thresholds by
    their words. Both empty before a publish has scored any.
    """
    try:
        with conn.transaction():
            found = dict(conn.execute(_WEIGHTS).fetchall())
            row = conn.execute(
                """select model_version from ops.publish where schema_name = 'marts' and verdict = 'published'
                order by publish_id desc limit 1"""
            ).fetchone()
    except UndefinedTable:
        return {}, {}
    if not found or row is None:
        return {}, {}
    limits = model(row[0]).thresholds
    return found, {"核对 review": limits.review, "认定 link": limits.link}
