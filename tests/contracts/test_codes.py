"""Every accepted spelling of a code, and none that would be a guess."""

import pytest

from rollcall.contracts.codes import code_list, code_lists


@pytest.mark.parametrize(
    "value", ["1", "男", "男性", "1-男", "1－男", "1 男", "1—男", "1男", " 男 ", "１", "1\u00a0男", "1、男"]
)
def test_accepted_spellings(value):
    assert code_list("sex").find(value) == "1"


@pytest.mark.parametrize("value", [None, "", " ", "male", "1-女", "3", "男女", "1-male"])
def test_what_is_not_accepted(value):
    assert code_list("sex").find(value) is None


def test_latin_letters_in_either_case():
    assert code_list("id_type").find("a") == code_list("id_type").find("Ａ") == "A"
    assert code_list("stage").find("PRIMARY") == "primary"


def test_brackets_in_either_width():
    assert code_list("change_kind").find("转学（转出）") == code_list("change_kind").find("21-转学(转出)") == "21"


def test_every_list_finds_its_own_codes_and_names():
    for found in code_lists().values():
        assert found.source
        for code, (zh, en) in found.codes.items():
            assert found.find(code) == found.find(zh) == found.find(f"{code}-{zh}") == code
            assert en
