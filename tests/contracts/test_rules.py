"""Every rule can be told to the people who must mend it."""

import re

import pytest

from rollcall.contracts.load import contracts
from rollcall.contracts.rules import rule_text, rules
from rollcall.contracts.suite import expectations

# Rules that the reader, the ledger and the judge give by themselves.
# fmt: off
OUTSIDE_THE_SUITES = {
    "unreadable_container", "encrypted_file", "empty_file", "no_header", "header_missing",
    "header_ambiguous", "header_repeated", "header_unknown", "manifest_late", "manifest_unreadable",
    "encoding_unreadable", "characters_lost",
    "ragged_row", "wrong_feed", "too_many_sheets", "manifest_mismatch", "totals_mismatch",
    "section_refused", "share_exceeded", "duplicate", "reference_missing", "no_business_date",
    "unknown_feed",
}
# fmt: on


@pytest.mark.parametrize("feed", sorted(contracts()))
def test_every_rule_of_a_suite_has_its_text(feed):
    known = rules()
    for item in expectations(feed):
        assert item["meta"]["rule"] in known
        assert item["meta"]["origin"] in ("contract", "domain")
        assert (item["severity"], item["meta"]["action"]) in {
            ("critical", "refuse"),
            ("warning", "reject"),
            ("info", "warn"),
        }


def test_no_text_without_a_rule():
    used = {item["meta"]["rule"] for feed in contracts() for item in expectations(feed)}
    assert set(rules()) == used | OUTSIDE_THE_SUITES


def test_texts_are_whole_and_in_their_language():
    for rule in rules().values():
        assert rule.owner in ("sender", "operator")
        for text in (rule.means_zh, rule.fix_zh):
            assert re.search(r"[\u4e00-\u9fff]", text) and not text.endswith(("。", "."))
        for text in (rule.means_en, rule.fix_en):
            assert text and not text.endswith(("。", "."))


def test_message_names_column_lines_and_numbers():
    zh, en = rule_text("required_missing", feed="roll", column="roll_number", n=3, lines=[4, 7, 9], action="reject")
    assert zh == "必填项为空（列：学籍号；共3行；行号：4、7、9）。请补填。"
    assert en == "A value that must be given is blank (column roll_number; 3 rows; lines 4, 7, 9). Fill it in."


def test_message_without_facts():
    assert rule_text("empty_file", column=None, line=None)[1].startswith("The file holds no data rows. Check")
    with pytest.raises(KeyError, match="no text for rule nonsense"):
        rule_text("nonsense")
