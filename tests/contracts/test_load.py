"""The contracts: valid ODCS, complete, quick to load, and plain about what is wrong with a bad one."""

import importlib.resources
import json
import shutil
import subprocess
import sys

import jsonschema
import pytest

from rollcall.contracts.load import RESERVED, ContractError, contract, contracts
from rollcall.contracts.place import REPOSITORY
from rollcall.contracts.yaml_file import read_yaml

FEEDS = sorted(contracts())


def test_there_is_a_contract_for_every_feed_of_the_design():
    assert " ".join(FEEDS) == (
        "absence aid_payment aid_transfer calendar case_action class_return disability_register "
        "hardship_register opening_case outside_enrolment placement population population_change roll "
        "roll_change school school_base staff"
    )


@pytest.mark.parametrize("feed", FEEDS)
def test_contract_is_valid_odcs(feed):
    text = (importlib.resources.files("open_data_contract_standard") / "schema.json").read_text("utf-8")
    schema = json.loads(text)
    jsonschema.validators.validator_for(schema)(schema).validate(read_yaml(REPOSITORY / f"contracts/{feed}.yaml"))


@pytest.mark.parametrize("feed", FEEDS)
def test_contract_says_what_it_must(feed):
    found = contract(feed)
    assert found.key and found.purpose and found.retention and found.owner and found.grain
    assert all(column.zh and column.description for column in found.columns)
    assert not RESERVED & {column.name for column in found.columns}
    assert all(found.column(name).is_required for name in found.key)
    assert all(column.is_personal for column in found.of_kind("id_number", "roll_number", "name", "phone", "secret"))


def test_companions():
    assert contract("roll").companions == [
        ("roll_number_key", "uuid"),
        ("id_number_key", "uuid"),
        ("id_number_state", "text"),
    ]
    assert contract("school").companions == []


def test_key_is_in_key_order():
    assert contract("roll_change").key == ("roll_number", "change_kind", "changed_on")


def test_unknown_feed_is_named():
    with pytest.raises(KeyError, match="no contract for feed nothing"):
        contract("nothing")


def test_nothing_heavy_is_imported():
    code = (
        "import sys; from rollcall.contracts import model, codes, headers, rules; "
        "print([m for m in ('pydantic', 'great_expectations', 'pyarrow', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: school_code}", "value: shcool_code}", "kind of school_code"),
        ("value: snapshot}", "value: sometimes}", "history is 'sometimes'"),
        ("property: senders", "property: sender", "unknown custom property sender"),
        ("name: is_boarding", "name: valid_to", "valid_to is a name that history keeps"),
        ("businessName: 举办者", "businessName: 学校名称", "names both"),
        ("primaryKeyPosition: 1", "primaryKeyPosition: 2", "key positions"),
    ],
)
def test_a_bad_contract_is_refused_in_plain_words(tmp_path, monkeypatch, old, new, message):
    shutil.copytree(REPOSITORY / "contracts", tmp_path / "contracts")
    path = tmp_path / "contracts/school.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.setenv("ROLLCALL_CONTRACTS", str(tmp_path / "contracts"))
    with pytest.raises(ContractError, match=f"school.yaml: .*{message}"):
        contracts()
