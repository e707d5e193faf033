"""Headers as senders write them."""

import pytest

from rollcall.contracts.headers import resolve_header
from rollcall.contracts.load import contract, contracts


@pytest.mark.parametrize("feed", sorted(contracts()))
def test_business_names_and_aliases_resolve(feed):
    found = contract(feed)
    plain = resolve_header(found, [column.zh for column in found.columns])
    assert plain.columns == {column.name: place for place, column in enumerate(found.columns)}
    assert not (plain.missing_required or plain.missing_optional or plain.unknown or plain.ambiguous)
    for column in found.columns:
        for alias in column.aliases:
            assert resolve_header(found, [alias]).columns == {column.name: 0}


@pytest.mark.parametrize("header", ["*姓名", "姓 名", "★姓名★", "姓名＊", "\u3000姓名\n", "\ufeff姓名"])
def test_noise_is_removed(header):
    assert resolve_header(contract("roll"), [header]).columns == {"name": 0}


def test_brackets_in_either_width():
    assert resolve_header(contract("aid_payment"), ["金额（元）"]).columns == {"amount_fen": 0}


def test_business_name_beats_alias_and_the_alias_is_noted():
    found = resolve_header(contract("roll"), ["联系电话", "成员1联系电话"])
    assert found.columns == {"guardian_phone": 1}
    assert found.shadowed == ["联系电话"]


def test_equal_claims_are_ambiguous():
    found = resolve_header(contract("roll"), ["身份证号", "身份证号码", "姓名", "姓名"])
    assert found.ambiguous == {"id_number": ["身份证号", "身份证号码"], "name": ["姓名", "姓名"]}
    assert "name" not in found.columns and "name" not in found.missing_required


def test_ignored_are_dropped_unknown_are_noted_missing_are_told():
    found = resolve_header(contract("roll"), ["血型", "上下学距离（公里）", "", "星座", "学籍号"])
    assert found.unknown == ["星座"]
    assert found.columns == {"roll_number": 4}
    assert {"name", "sex", "school_code"} <= set(found.missing_required)
    assert "former_name" in found.missing_optional
