"""What the published links say of the pupils whose child is known."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

COUNTS = (
    "links",
    "links_false",
    "link_precision",
    "link_recall_auto",
    "link_recall_with_review",
    "review_share",
    "pending_share",
    "double_enrolment_found_share",
    "no_enrolment_linked",
    "links_of_a_stolen_identity",
)


def score_links(conn, directory: Path, as_of: date | None) -> dict:
    """The figures named in COUNTS, shares in 0..1; None when nothing has been published.

    A pair is true if the pupil is the child and the police register the child. A pupil who uses a missing child's
    whole identity (concealed_by stolen_id) can be told from an honest one by nobody: such links are counted apart.
    review_share: pairs in open review, of pupils; pending_share: of children on the register.
    no_enrolment_linked: links to children who truly have no enrolment.
    """
    if as_of is None or conn.execute("select to_regclass('marts.fct_link')").fetchone()[0] is None:
        return dict.fromkeys(COUNTS)
    pupils, child_of, registered = _pupils(directory, as_of), _children(directory), _registered(directory)
    stolen = _stolen(directory, as_of)
    links = _pairs(conn, "select pupil_key, child_key from marts.fct_link")
    asked = _pairs(
        conn,
        """select pupil_key, child_key from identity.review
        where verdict is null and known_to = 'infinity' and subject = 'roll'""",
    )
    (pending,) = conn.execute(
        """select count(*) from marts.fct_child_status
        where status = 'identity_pending' and from_on <= %(as_of)s and to_on > %(as_of)s""",
        {"as_of": as_of},
    ).fetchone()
    true = {(pupil, child) for pupil, child in pupils.items() if child in registered}
    said = {(pupil, child_of.get(key)) for pupil, key in links if pupil in pupils}
    robbed = {(pupil, child) for pupil, child in said if child in stolen and pupils[pupil] != child}
    said -= robbed
    true = {pair for pair in true if pair[0] not in {pupil for pupil, _ in robbed}}
    doubts = {(pupil, child_of.get(key)) for pupil, key in asked}
    enrolled = set(pupils.values())
    seats: dict[int, set[str]] = {}
    for pupil, child in true:
        seats.setdefault(child, set()).add(pupil)
    double = {child: found for child, found in seats.items() if len(found) > 1}
    return {
        "links": len(said),
        "links_false": len(said - true),
        "link_precision": _share(len(said & true), len(said)),
        "link_recall_auto": _share(len(said & true), len(true)),
        "link_recall_with_review": _share(len((said | doubts) & true), len(true)),
        "review_share": _share(len(asked), len(pupils)),
        "pending_share": _share(pending, len(registered)),
        "double_enrolment_found_share": _share(
            sum(all((pupil, child) in said for pupil in found) for child, found in double.items()), len(double)
        ),
        "no_enrolment_linked": sum(child is not None and child not in enrolled for _, child in said),
        "links_of_a_stolen_identity": len(robbed),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 7) if whole else None


def _pairs(conn, query: str) -> list[tuple[str, str]]:
    return [(pupil.hex, child.hex) for pupil, child in conn.execute(query)]


def _pupils(directory: Path, as_of: date) -> dict[str, int]:
    """Key of every roll number that has been on a roll by the date -> child_id."""
    pupils = pq.read_table(directory / "pupil.parquet", filters=[("from_on", "<=", as_of)])
    return dict(zip(_keys(pupils["roll_number"], "roll_number"), pupils["child_id"].to_pylist(), strict=True))


def _children(directory: Path) -> dict[str, int]:
    """Key of every number that a child has or had on the register -> child_id."""
    children = pq.read_table(directory / "child.parquet")
    found: dict[str, int] = {}
    for column in ("former_id_number", "second_id_number", "id_number"):
        some = children.filter(pc.not_equal(children[column], ""))
        found |= dict(zip(_keys(some[column], "id_number"), some["child_id"].to_pylist(), strict=True))
    return found


def _registered(directory: Path) -> set[int]:
    children = pq.read_table(directory / "child.parquet", filters=[("is_on_register", "=", True)])
    return set(children["child_id"].to_pylist())


def _stolen(directory: Path, as_of: date) -> set[int]:
    wanted = [("as_of", "=", as_of), ("concealed_by", "=", "stolen_id")]
    return set(pq.read_table(directory / "concealment.parquet", filters=wanted)["child_id"].to_pylist())


def _keys(numbers: pa.ChunkedArray, kind: str) -> list[str]:
    """As filing computes them."""
    from rollcall.ingest.clean.identity import keys
    from rollcall.warehouse.secrets import secret

    return keys(numbers.combine_chunks(), kind, bytes.fromhex(secret("pseudonym.key"))).to_pylist()
