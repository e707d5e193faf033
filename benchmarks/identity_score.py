"""What the matching found, and what simpler ways would have, against the truth."""

from pathlib import Path

import pandas as pd

from benchmarks.identity_data import Truth
from rollcall.warehouse.connect import connect


def scored(truth: Truth, work: str) -> dict:
    """The figures of `rollcall score` on identity, with the counts they are made of."""
    links, reviews = _links(work), _reviews(work)
    pupils, keys = _pupils(truth), _children(truth)
    linked = links.merge(pupils, on="pupil_key").merge(keys, on="child_key", how="left")
    asked = reviews.merge(pupils, on="pupil_key").merge(keys, on="child_key", how="left")
    true = pupils[truth.registered[pupils.child]]
    right = linked[linked.child == linked.is_child]
    found = set(right.pupil_key)
    helped = found | set(asked[asked.child == asked.is_child].pupil_key)
    held = set(linked.child_key)
    pending = set(asked.child_key) - held
    without = linked[~truth.has_seat[linked.is_child.fillna(0).astype(int)] & linked.is_child.notna()]
    twice = true[true.child.duplicated(keep=False)]
    both = right[right.child.isin(twice.child)].groupby("child").size()
    n_twice = twice.child.nunique()
    return {
        "n_pupils": len(pupils),
        "n_true_pairs": len(true),
        "n_links": len(linked),
        "n_false_links": len(linked) - len(right),
        "link_precision": round(len(right) / len(linked), 7),
        "link_recall_auto": round(len(found & set(true.pupil_key)) / len(true), 6),
        "link_recall_with_review": round(len(helped & set(true.pupil_key)) / len(true), 6),
        "n_review_pairs": len(asked),
        "n_review_pupils": asked.pupil_key.nunique(),
        "review_share": round(len(asked) / len(pupils), 6),
        "review_true_share": round((asked.child == asked.is_child).mean(), 4) if len(asked) else None,
        "pending_share": round(len(pending) / int(truth.registered.sum()), 6),
        "n_double_enrolments": n_twice,
        "double_enrolment_found_share": round(int((both >= 2).sum()) / n_twice, 4) if n_twice else None,
        "no_enrolment_linked": len(without),
        "n_pupils_with_a_stolen_identity": int(truth.uses_stolen.sum()),
        **{f"links_{method}": int(n) for method, n in links.method.value_counts().items()},
        **{f"reviews_{reason}": int(n) for reason, n in reviews.reason.value_counts().items()},
        **_missed(true, helped, work),
    }


def _missed(true: pd.DataFrame, helped: set[str], work: str) -> dict:
    """Of the true pairs that nobody found: how the pupil ended."""
    ends = _read(f"select replace(pupil_key::text, '-', '') as pupil_key, outcome from {work}.int_identify_pupils")
    lost = true[~true.pupil_key.isin(helped)].merge(ends, on="pupil_key", how="left")
    return {f"missed_{end}": int(n) for end, n in lost.outcome.value_counts().items()}


def id_join(truth: Truth) -> dict:
    """The plain join by equal valid number."""
    links = _read(
        """select replace(r.roll_number_key::text, '-', '') as pupil_key,
            replace(p.id_number_key::text, '-', '') as child_key
        from history.roll as r join history.population as p on r.id_number_key = p.id_number_key
        where r.id_number_state = 'valid'"""
    )
    return {f"id_join_{name}": value for name, value in _quality(truth, links).items()}


def splink_alone(truth: Truth, work: str) -> dict:
    """The same model over every pupil and every child, best child per pupil from the linking threshold on."""
    from benchmarks.identity_alone import everything

    links, seconds = everything(work)
    return {f"splink_alone_{name}": value for name, value in (_quality(truth, links) | seconds).items()}


def _quality(truth: Truth, links: pd.DataFrame) -> dict:
    pupils, keys = _pupils(truth), _children(truth)
    linked = links.merge(pupils, on="pupil_key").merge(keys, on="child_key", how="left")
    true = pupils[truth.registered[pupils.child]]
    right = linked[linked.child == linked.is_child]
    without = linked[linked.is_child.notna() & ~truth.has_seat[linked.is_child.fillna(0).astype(int)]]
    return {
        "n_links": len(linked),
        "n_false_links": len(linked) - len(right),
        "precision": round(len(right) / len(linked), 7),
        "recall": round(right.pupil_key.nunique() / len(true), 6),
        "no_enrolment_linked": len(without),
    }


def exceptions(truth: Truth, work: str, path: Path) -> None:
    """Every false link, every linked theft, and a sample of what nobody found, pair by pair."""
    links, pupils, keys = _links(work), _pupils(truth), _children(truth)
    linked = links.merge(pupils, on="pupil_key").merge(keys, on="child_key", how="left")
    wrong = linked[(linked.child != linked.is_child)]
    reviews = _reviews(work)
    asked = reviews.merge(pupils, on="pupil_key").merge(keys, on="child_key", how="left")
    helped = set(linked[linked.child == linked.is_child].pupil_key) | set(
        asked[asked.child == asked.is_child].pupil_key
    )
    true = pupils[truth.registered[pupils.child]]
    lost = true[~true.pupil_key.isin(helped)]
    key_of = dict(zip(truth.key_child[::-1].tolist(), truth.child_keys[::-1], strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for row in wrong.itertuples():
            out.write(f"FALSE {row.method} {row.weight}\n")
            _show(out, work, row.pupil_key, [row.child_key, key_of[row.child]])
        for row in _thefts(truth, links, keys).itertuples():
            out.write(f"STOLEN {row.method} {row.weight}\n")
            _show(out, work, row.pupil_key, [row.child_key])
        for row in asked[asked.child != asked.is_child].head(60).itertuples():
            out.write(f"ASKED IN VAIN {row.reason} {row.weight}\n")
            _show(out, work, row.pupil_key, [row.child_key, key_of[row.child]])
        for row in lost.sample(min(len(lost), 300), random_state=1).itertuples():
            out.write("LOST\n")
            _show(out, work, row.pupil_key, [key_of[row.child]])


_ROLL = """
select school_code, roll_number, name, former_name, sex, birth_on, id_number, hukou_district_code,
    residence_township_code, guardian_name, guardian_phone
from history.roll where roll_number_key = %s
"""
_CHILD = """
select plain, former_plain, sex, birth_on, id_number, district_code, township_code, guardian_name, guardian_phone,
    is_twin
from {}.int_key_children where child_key = %s
"""
_PAIR = """
select child_key, weight, margin, rank, name_level, birth_level, sex_level, number_level, place_level, decision, reason
from {}.match_pair where person_key = %s
"""


def _show(out, work: str, pupil: str, children: list[str]) -> None:
    """The rows of one pair, of simulated people, into the file that was asked for."""
    with connect() as conn:
        out.write(f"  {conn.execute(_ROLL, (pupil,)).fetchall()}\n")
        for child in children:
            out.write(f"  {conn.execute(_CHILD.format(work), (child,)).fetchall()}\n")
        out.write(f"  {conn.execute(_PAIR.format(work), (pupil,)).fetchall()}\n")


def _links(work: str) -> pd.DataFrame:
    return _read(
        f"""select replace(pupil_key::text, '-', '') as pupil_key, replace(child_key::text, '-', '') as child_key,
            method, weight from {work}.int_identify_pupils where is_linked"""
    )


def _reviews(work: str) -> pd.DataFrame:
    return _read(
        f"""select replace(person_key::text, '-', '') as pupil_key, replace(child_key::text, '-', '') as child_key,
            reason, weight from {work}.int_list_reviews where subject = 'roll'"""
    )


def _pupils(truth: Truth) -> pd.DataFrame:
    everybody = pd.DataFrame({"pupil_key": truth.pupil_keys, "child": truth.pupil_child})
    return everybody[~truth.uses_stolen]


def _thefts(truth: Truth, links: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Links of pupils who use a missing child's identity to anybody but themselves."""
    everybody = pd.DataFrame({"pupil_key": truth.pupil_keys, "child": truth.pupil_child})[truth.uses_stolen]
    linked = links.merge(everybody, on="pupil_key").merge(keys, on="child_key", how="left")
    return linked[linked.child != linked.is_child]


def _children(truth: Truth) -> pd.DataFrame:
    found = pd.DataFrame({"child_key": truth.child_keys, "is_child": truth.key_child})
    return found.drop_duplicates("child_key")


def _read(query: str) -> pd.DataFrame:
    from rollcall.warehouse.connect import adbc

    with adbc() as source, source.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetch_arrow_table().to_pandas()
