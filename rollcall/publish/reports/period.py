"""The month, quarter, term or school year that a report is about: from its first day to the published date."""

from dataclasses import dataclass
from datetime import date

# Who reports how often. 四个一, 教基厅函〔2024〕15号.
USUAL = {"school": "month", "unit": "quarter", "municipality": "term"}
KINDS = {"month": "月报", "quarter": "季报", "term": "学期报告", "year": "学年报告"}


@dataclass(frozen=True)
class Period:
    """`from_on` to `to_on`, both included; `zh` names it."""

    kind: str
    from_on: date
    to_on: date
    zh: str


def period(kind: str, as_of: date) -> Period:
    """The period of that kind in which `as_of` lies, up to it. Raises ValueError for an unknown kind."""
    year = as_of.year
    if kind == "month":
        return Period(kind, as_of.replace(day=1), as_of, f"{year}年{as_of.month}月")
    if kind == "quarter":
        quarter = (as_of.month - 1) // 3
        return Period(kind, date(year, quarter * 3 + 1, 1), as_of, f"{year}年第{'一二三四'[quarter]}季度")
    if kind == "term":
        # The autumn term runs from September to January, the spring term from February to August.
        if 2 <= as_of.month <= 8:
            return Period(kind, date(year, 2, 1), as_of, f"{year}年春季学期")
        year -= as_of.month == 1
        return Period(kind, date(year, 9, 1), as_of, f"{year}年秋季学期")
    if kind == "year":
        year -= as_of.month < 9
        return Period(kind, date(year, 9, 1), as_of, f"{year}-{year + 1}学年")
    raise ValueError(f"month, quarter, term or year, not {kind}")
