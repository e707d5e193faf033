"""What a kind of rule means and how to mend what breaks it, in the words of those who must."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rollcall.contracts.load import contracts
from rollcall.contracts.place import expectations_dir
from rollcall.contracts.yaml_file import read_yaml

# Facts a caller may add, in the order in which they are said: (Chinese, English).
_FACTS = {
    "column": ("列：{}", "column {}"),
    "headers": ("表头：{}", "headers {}"),
    "unit": ("教育单位：{}", "unit {}"),
    "line": ("第{}行", "line {}"),
    "n": ("共{}行", "{} rows"),
    "n_rows": ("该范围总行数：{}", "of {} rows"),
    "allowed": ("允许：{}行", "allowed {}"),
    "expected": ("应为：{}", "expected {}"),
    "found": ("实为：{}", "found {}"),
    "value": ("值：{}", "value {}"),
    "lines": ("行号：{}", "lines {}"),
}


@dataclass(frozen=True)
class Rule:
    """One kind of rule: what it means and how to mend it, in both languages, and whose task that is."""

    rule: str
    means_zh: str
    fix_zh: str
    means_en: str
    fix_en: str
    owner: str


def rules() -> dict[str, Rule]:
    """Every kind of rule by id, those of the reader included."""
    return dict(_load(expectations_dir() / "rules.yaml"))


def rule_text(rule_id: str, *, feed: str | None = None, **facts: object) -> tuple[str, str]:
    """(Chinese, English) message for one broken rule; KeyError for an unknown rule.

    `facts` are those in _FACTS; others and those that are None are left out. Values must come masked. With
    `feed`, a column is named by the header its sender knows.
    """
    found = _load(expectations_dir() / "rules.yaml")
    if rule_id not in found:
        raise KeyError(f"no text for rule {rule_id} in rules.yaml")
    rule = found[rule_id]
    zh, en = [], []
    for name, (said_zh, said_en) in _FACTS.items():
        value = facts.get(name)
        if value is None or value == "" or value == []:
            continue
        zh.append(said_zh.format(_column_zh(feed, value) if name == "column" else _listed(value, "、")))
        en.append(said_en.format(_listed(value, ", ")))
    return (
        f"{rule.means_zh}{'（' + '；'.join(zh) + '）' if zh else ''}。{rule.fix_zh}。",
        f"{rule.means_en}{' (' + '; '.join(en) + ')' if en else ''}. {rule.fix_en}.",
    )


def _listed(value: object, joint: str) -> str:
    return joint.join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _column_zh(feed: str | None, column: object) -> str:
    contract = contracts().get(feed or "")
    headers = {item.name: item.zh for item in contract.columns} if contract else {}
    return headers.get(str(column), str(column))


@lru_cache(maxsize=8)
def _load(path: Path) -> dict[str, Rule]:
    return {
        name: Rule(
            name,
            body["zh"]["means"],
            body["zh"]["fix"],
            body["en"]["means"],
            body["en"]["fix"],
            body["owner"],
        )
        for name, body in read_yaml(path).items()
    }
