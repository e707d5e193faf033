"""What counts as a file in the inbox, for whoever counts."""

from rollcall.ingest.lying import lying
from rollcall.runtime.status import facts


def test_manifests_hidden_files_and_half_ones_do_not_count(tmp_path, monkeypatch):
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path))
    assert lying() == []
    folder = tmp_path / "inbox" / "500101" / "roll"
    folder.mkdir(parents=True)
    for name in ("a.csv", "a.csv.manifest.json", ".b.csv", "c.csv.part", "d.xlsx.filepart", "e.json"):
        (folder / name).touch()
    assert [path.name for path in lying()] == ["a.csv", "e.json"]
    assert lying({"school"}) == [] and len(lying({"roll"})) == 2
    assert facts()["n_waiting_in_inbox"] == 2
