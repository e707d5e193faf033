"""What the published statuses say of the children whose truth is known: the missed, and the false alarms.

A child stands in the marts under its ID's key, and under the key of every pupil that was not linked to it. It is
missed if it is truly nowhere, the files show it, and any of its statuses is closed, or it has none. It is a false
alarm if it truly sits at a desk and any of its statuses is open, unless that says what is true of the day: an absence
without leave that its teacher listed.
"""

import csv
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rollcall.simulate.score_ledger import LEDGER_COUNTS, score_ledger
from rollcall.simulate.score_lists import LIST_COUNTS, score_lists

IN_SCHOOL, NO_STATUS, PRESENT = "in_school", "no_status", "present"
KINDS = ("false_presence_mark", "stolen_id", "forged_receipt", "not_yet_due")
COUNTS = (
    "unaccounted",
    "unaccounted_in_school",
    "open_status_missed",
    "concealed",
    *(f"concealed_by_{kind}" for kind in KINDS),
    "truly_in_school",
    "false_alarms",
    "false_alarms_per_1000",
    *LIST_COUNTS,
    *LEDGER_COUNTS,
    "status_rules_unexercised",
)


class Said(NamedTuple):
    """A published status of the date; `from_on`: since when."""

    status: str
    rule: str
    is_open: bool
    from_on: date | None
    days_absent: int


NOTHING = Said(NO_STATUS, NO_STATUS, False, None, 0)


def score_children(conn, directory: Path, as_of: date | None) -> dict:
    """The counts named in COUNTS, and of missed children and false alarms those by status, rule and true state.

    All are None when nothing has been published.
    """
    if as_of is None or conn.execute("select to_regclass('marts.fct_child_status')").fetchone()[0] is None:
        return dict.fromkeys(COUNTS)
    truth = _on(directory, "status", as_of)
    published = _published(conn, as_of)
    keys = _keys_of(conn, directory, published)
    said = {child: [published[key] for key in found] for child, found in keys.items()}
    concealed = {
        row["child_id"]: row["concealed_by"]
        for row in pq.read_table(directory / "concealment.parquet", filters=[("as_of", "=", as_of)]).to_pylist()
    }
    unaccounted = {row["child_id"]: row["state"] for row in truth if row["unaccounted_since"] is not None}
    present = [row["child_id"] for row in truth if row["state"] == PRESENT]
    state_of = {key: row["state"] for row in truth for key in keys.get(row["child_id"], [])}
    return (
        _missed(unaccounted, concealed, said)
        | _false_alarms(present, said, _listed(directory))
        | score_lists([(s.status, s.rule, state_of.get(key, "nobody")) for key, s in published.items()])
        | score_ledger(conn, directory, as_of, keys)
        | _unexercised(conn)
    )


def _missed(unaccounted: dict[int, str], concealed: dict[int, str], said: dict[int, list[Said]]) -> dict:
    shown = unaccounted.keys() - concealed.keys()
    missed = {child: bad for child in shown if (bad := [s for s in said.get(child, [NOTHING]) if not s.is_open])}
    in_school = Counter(unaccounted[child] for child, bad in missed.items() if any(s.status == IN_SCHOOL for s in bad))
    found_as = Counter(said.get(child, [NOTHING])[0].status for child in shown)
    by_kind = Counter(concealed[child] for child in unaccounted.keys() & concealed.keys())
    return {
        "unaccounted": len(unaccounted),
        "unaccounted_in_school": sum(in_school.values()),
        **{f"unaccounted_in_school_{state}": n for state, n in sorted(in_school.items())},
        **_numbered("unaccounted_found_as_", found_as),
        "open_status_missed": len(missed),
        **_numbered("open_status_missed_by_", Counter(bad[0].rule for bad in missed.values())),
        "concealed": sum(by_kind.values()),
        **{f"concealed_by_{kind}": by_kind[kind] for kind in KINDS},
    }


def _false_alarms(present: list[int], said: dict[int, list[Said]], listed: set[tuple[int, date]]) -> dict:
    alarms = {}
    for child in present:
        raised = [s for s in said.get(child, [NOTHING]) if s.is_open or s.status == NO_STATUS]
        false = [s for s in raised if not (s.days_absent and (child, s.from_on) in listed)]
        if false:
            alarms[child] = false[0]
    return {
        "truly_in_school": len(present),
        "false_alarms": len(alarms),
        "false_alarms_per_1000": round(1000 * len(alarms) / len(present), 2) if present else None,
        **_numbered("false_alarms_as_", Counter(s.status for s in alarms.values())),
        **_numbered("false_alarms_by_", Counter(s.rule for s in alarms.values())),
    }


def _unexercised(conn) -> dict:
    """Rules of the seed that hold for no child on any date up to the published one, how many and which."""
    from rollcall.warehouse.settings import settings

    with open(settings().repo / "dbt_project" / "seeds" / "seed_rule.csv", encoding="utf-8") as file:
        rules = {row["rule"] for row in csv.DictReader(file)}
    held = {rule for (rule,) in conn.execute("select distinct rule from marts.fct_child_status")}
    missing = sorted(rules - held)
    return {"status_rules_unexercised": len(missing), **{f"status_rules_unexercised_{rule}": 1 for rule in missing}}


def _numbered(prefix: str, counts: Counter) -> dict:
    return {f"{prefix}{name}": n for name, n in sorted(counts.items())}


def _on(directory: Path, name: str, as_of: date) -> list[dict]:
    """Spells of the truth that hold on the date."""
    table = pq.read_table(directory / f"{name}.parquet", filters=[("from_on", "<=", as_of)])
    return table.filter(pc.or_kleene(pc.is_null(table["to_on"]), pc.greater(table["to_on"], as_of))).to_pylist()


def _listed(directory: Path) -> set[tuple[int, date]]:
    """Days on which a teacher listed a child as absent without leave."""
    rows = pq.read_table(directory / "unexplained_absence.parquet").to_pylist()
    return {(row["child_id"], row["day"]) for row in rows}


def _published(conn, as_of: date) -> dict[str, Said]:
    """child_key -> what the marts say of it on the date."""
    rows = conn.execute(
        """select child_key::text, status, rule, is_open, from_on, days_absent from marts.fct_child_status
        where from_on <= %(as_of)s and to_on > %(as_of)s""",
        {"as_of": as_of},
    )
    return {key.replace("-", ""): Said(*found) for key, *found in rows}


def _keys_of(conn, directory: Path, published: dict[str, Said]) -> dict[int, list[str]]:
    """child_id -> the keys under which it stands in the marts, that of the register first."""
    of_pupil = {
        pupil.replace("-", ""): child.replace("-", "")
        for pupil, child in conn.execute("select distinct pupil_key::text, child_key::text from marts.fct_enrolment")
    }
    keys: dict[int, dict[str, None]] = defaultdict(dict)
    for child, key in _registered(directory):
        if key in published:
            keys[child][key] = None
    for child, pupil in _pupils(directory):
        key = of_pupil.get(pupil)
        if key in published:
            keys[child][key] = None
    return {child: list(found) for child, found in keys.items()}


def _registered(directory: Path) -> zip:
    """(child_id, key of its ID) of the children on the police register."""
    children = pq.read_table(directory / "child.parquet", filters=[("is_on_register", "=", True)])
    return zip(children["child_id"].to_pylist(), _keys(children["id_number"], "id_number"), strict=True)


def _pupils(directory: Path) -> zip:
    """(child_id, key of a roll number it truly has)."""
    pupils = pq.read_table(directory / "pupil.parquet")
    return zip(pupils["child_id"].to_pylist(), _keys(pupils["roll_number"], "roll_number"), strict=True)


def _keys(numbers: pa.ChunkedArray, kind: str) -> list[str]:
    """As filing computes them."""
    from rollcall.ingest.clean.identity import keys
    from rollcall.warehouse.secrets import secret

    return keys(numbers.combine_chunks(), kind, bytes.fromhex(secret("pseudonym.key"))).to_pylist()
