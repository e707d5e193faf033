"""What alerts say: names of feeds and senders, one text per kind, Chinese and English. Nothing here is
personal.
"""

import csv
from collections import Counter
from functools import lru_cache

from rollcall.contracts.load import contracts
from rollcall.contracts.rules import rules
from rollcall.warehouse.settings import settings

DATA_ENGINEER = "data_engineer"
_OFFICES = {
    "platform": ("市级平台", "municipal platform"),
    "municipality": ("市教委", "municipal education commission"),
    "welfare": ("民政、残联", "welfare offices"),
    DATA_ENGINEER: ("数据工程师", "data engineers"),
}
KINDS = {
    "refused": ("报送被退回", "delivery refused"),
    "section_refused": ("区县部分被退回", "section refused"),
    "late": ("报送迟到", "delivery late"),
    "missing": ("报送缺失", "delivery missing"),
    "waiting": ("等待过久", "waiting too long"),
    "rejected_rows": ("剔除行偏多", "many rows rejected"),
    "publish_failed": ("发布失败", "publish failed"),
    "task_failed": ("任务失败", "task failed"),
    "publish_overdue": ("发布超时", "publish overdue"),
}


def feed_name(feed: str | None) -> tuple[str, str]:
    """(Chinese, English) name of a feed; a folder that is no feed is not quoted."""
    known = contracts().get(feed or "")
    return (known.zh, known.name) if known else ("未知数据", "unknown feed")


def owner_name(owner: str) -> tuple[str, str]:
    """(Chinese, English) name of a unit, a district's police or an office."""
    if owner in _OFFICES:
        return _OFFICES[owner]
    units = _units()
    if owner.startswith("police-") and owner[7:] in units:
        zh, en = units[owner[7:]]
        return f"{zh}公安", f"{en} police"
    return units.get(owner, ("未知单位", "unknown sender"))


def is_known(owner: str) -> bool:
    """Whether this is somebody we can write to."""
    return owner_name(owner)[1] != "unknown sender"


def worst(reasons: list[dict]) -> list[str]:
    """The kinds of rules broken, most rows first, at most three."""
    known = rules()
    weight: Counter[str] = Counter()
    for reason in reasons:
        if reason.get("rule") in known:
            weight[reason["rule"]] += int(reason.get("n") or 1)
    return [rule for rule, _ in sorted(weight.items(), key=lambda item: (-item[1], item[0]))[:3]]


def why(reasons: list[dict]) -> tuple[str, str]:
    """What the worst of the broken rules mean and how to mend them; no value and no line of any row."""
    named = [rules()[rule] for rule in worst(reasons)]
    if not named:
        return "原因见台账", "see the ledger for the reason"
    zh = "；".join(f"{rule.means_zh}——{rule.fix_zh}" for rule in named)
    return zh, "; ".join(f"{rule.means_en}: {rule.fix_en}" for rule in named)


@lru_cache(maxsize=1)
def _units() -> dict[str, tuple[str, str]]:
    with open(settings().repo / "dbt_project" / "seeds" / "seed_unit.csv", encoding="utf-8") as file:
        return {row["unit_code"]: (row["unit_name"], row["unit_name_en"]) for row in csv.DictReader(file)}
