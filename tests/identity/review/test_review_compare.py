"""What the reviewer is told about two rows, one well-known difference at a time."""

import inspect
import re
from datetime import date

import pytest

from rollcall.identity.review.compare import compare, summary
from rollcall.warehouse.settings import REPO


def found(field: str, mine, other, **subject) -> tuple[str, str]:
    compared = {c.field: c for c in compare({field: mine} | subject, {field: other})}
    return compared[field].state, compared[field].note.split(" ")[0]


@pytest.mark.parametrize(
    "mine, other, state, note",
    [
        ("张小红", "张小红", "equal", ""),
        ("張小紅", "张小红", "alike", "繁简不同"),
        ("张晓虹", "张小红", "alike", "同音"),
        ("阿依·古丽", "阿依•古丽", "alike", "仅间隔号或空格不同"),
        ("张小？", "张小红", "alike", "有字缺失，其余一致"),
        ("张小花", "张小红", "alike", "差一个字"),
        ("张花", "张红", "differs", ""),
        ("李大伟", "张小红", "differs", ""),
        (None, "张小红", "missing", ""),
    ],
)
def test_names(mine, other, state, note):
    assert found("name", mine, other) == (state, note)


def test_a_former_name_of_either_side_counts():
    one = compare({"name": "张三丰"}, {"name": "李四光", "former_name": "张三丰"})[0]
    two = compare({"name": "李四光", "former_name": "张三丰"}, {"name": "张三丰"})[0]
    assert one.note == two.note == "与曾用名一致 equals the former name"
    none = compare({"name": "张三丰", "former_name": None}, {"name": "李四光", "former_name": None})[0]
    assert none.state == "differs"


@pytest.mark.parametrize(
    "mine, other, state, note",
    [
        (date(2012, 1, 1), date(2012, 1, 23), "alike", "农历与公历"),
        (date(2012, 3, 5), date(2012, 5, 3), "alike", "月日颠倒"),
        (date(2011, 3, 5), date(2012, 3, 5), "alike", "仅年不同"),
        (date(2012, 3, 5), date(2012, 3, 15), "alike", "仅日不同"),
        (date(2011, 3, 5), date(2012, 3, 15), "differs", ""),
    ],
)
def test_birth_dates(mine, other, state, note):
    assert found("birth_on", mine, other) == (state, note)


@pytest.mark.parametrize(
    "mine, other, state, note",
    [
        ("500991201201240047", "500991201201230047", "alike", "第14位不同"),
        ("500991201210230047", "500991201201230047", "alike", "相邻两位颠倒"),
        ("500991201201230000", "500991201201230047", "alike", "前15位一致"),
        ("500991120123004", "500991201201230047", "alike", "15位旧号与18位一致"),
        ("500992201305050011", "500991201201230047", "differs", ""),
    ],
)
def test_numbers(mine, other, state, note):
    assert found("id_number", mine, other) == (state, note)


def test_the_state_of_a_number_is_told():
    assert found("id_number", None, "500991201201230047", id_number_state="missing") == ("missing", "无证件号")


def test_codes_are_shown_as_words_and_places_by_name():
    rows = ({"sex": "1", "residence_township_code": "1", "residence_township_code_name": "街道"}, {"sex": "2"})
    compared = {c.field: c for c in compare(*rows)}
    assert (compared["sex"].subject, compared["sex"].child, compared["sex"].state) == ("男", "女", "differs")
    assert (compared["township_code"].subject, compared["township_code"].state) == ("街道", "missing")


def test_the_summary_holds_no_data():
    mine = {"name": "张晓虹", "id_number": "500991201201240047", "id_number_state": "bad_check"}
    told = summary(compare(mine, {"name": "张小红", "id_number": "500991201201230047"}))
    assert told == "姓名：同音；证件号：校验位不符；第14位不同"


def test_every_reason_and_level_has_words_and_every_reason_is_explained_to_clerks():
    from rollcall.identity import compare as model_levels
    from rollcall.identity import decide
    from rollcall.identity.review.weigh import COMPARISONS, LEVELS
    from rollcall.identity.review.words import REASONS

    given = set(re.findall(r"then '([a-z_]+)'", inspect.getsource(decide))) - {"link", "review", "none"}
    # Who is like too many is not put in review, nor a child of whom somebody has said that it is another.
    assert given - {"too_many", "different"} == set(REASONS) - {"second_pupil"}
    assert set(COMPARISONS) == set(model_levels.LEVELS)
    assert {label for levels in model_levels.LEVELS.values() for label, _ in levels} <= set(LEVELS)
    page = (REPO / "docs" / "review.md").read_text("utf-8")
    assert all(f"`{reason}`" in page for reason in REASONS)
