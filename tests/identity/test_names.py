"""What is compared instead of a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall.identity.names import COMPOUND_SURNAMES, plain, sound, surname

NAMES = st.text(alphabet="张張伟偉欧阳歐陽小明□·?* 　①aZ阿依古丽", max_size=8)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("張偉", "张伟"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽．买买提", "阿依古丽买买提"),
        ("王?明", "王□明"),
        ("王＊明", "王□明"),
        ("王 明", "王明"),
        ("Anna Li", "ANNALI"),
        ("乾", "干"),
    ],
)
def test_plain(written, compared):
    assert plain(written) == compared


def test_homophones_sound_alike():
    assert sound("张伟") == sound("章玮") == "zhang wei "
    assert sound("吕") == "lv "
    assert sound("王□") == "wang □ "


def test_surnames():
    assert [surname(name) for name in ("张伟", "欧阳明", "欧阳", "欧小明", "", "司马相如")] == [
        *("张", "欧阳", "欧", "欧", "", "司马")
    ]
    assert len(COMPOUND_SURNAMES) == 36 and all(len(one) == 2 for one in COMPOUND_SURNAMES)


@given(NAMES)
def test_a_plain_name_is_plain(name):
    assert plain(plain(name)) == plain(name)
    assert plain(name).startswith(surname(plain(name)))
