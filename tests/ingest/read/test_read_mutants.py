"""Mutated files: refused in plain words, or read exactly as another reader reads them (bar 4, the reader's
half).

ROLLCALL_MUTANTS sets how many; the same number always gives the same files.
"""

import os
from pathlib import Path

from rollcall.contracts import contract
from rollcall.ingest.read import ReadRefused, read_file
from tests.ingest.independent import differences
from tests.ingest.mutate import FORMS, mutants

COUNT = int(os.environ.get("ROLLCALL_MUTANTS", "312"))
REFUSALS = {
    *("unreadable_container", "encrypted_file", "empty_file", "encoding_unreadable", "characters_lost"),
    *("no_header", "header_missing", "header_ambiguous", "header_repeated", "wrong_feed"),
    *("ragged_row", "too_many_sheets", "totals_mismatch"),
}


def test_every_mutant_is_refused_in_words_or_read_exactly(tmp_path: Path) -> None:
    wrong, accepted = [], set()
    path = tmp_path / "delivery"
    for i, mutant in enumerate(mutants(COUNT)):
        path.write_bytes(mutant.data)
        try:
            reading = read_file(path, contract(mutant.feed), mutant.file_name)
        except ReadRefused as refused:
            for fault in refused.faults:
                if fault.rule not in REFUSALS or not fault.zh or not fault.en:
                    wrong.append((i, mutant.form, mutant.mutation, fault))
            continue
        accepted.add(mutant.form)
        found = differences(mutant.data, reading, contract(mutant.feed))
        if found:
            wrong.append((i, mutant.feed, mutant.form, mutant.mutation, found[:3]))
    assert not wrong
    if len(FORMS) * 3 <= COUNT:
        assert accepted == set(FORMS)
