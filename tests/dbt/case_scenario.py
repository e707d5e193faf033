"""Children on the ledger: each walks one way through the process; the name says which."""

from datetime import date

from tests.dbt.municipality import (
    OTHER_SCHOOL,
    OTHER_UNIT,
    SCHOOL,
    UNIT,
    Municipality,
    id_key,
    roll_key,
    school_days,
)

CLASS = "K"
CORRECTED_CLASS = "L"
ON_ROLL = ["walked", "closed_well", "back_soon", "reported_only", "hidden", "called_false", "twice", "verified_dropout"]
ON_ROLL += ["told_then_sick", "told_then_claimed", "false_in_watch"]
CORRECTED = ["corrected", "called_off", "corrected_before"]
OFF_ROLL = ["lost_child", "removed", "removal_waits", "removed_alone", "handed", "by_number", "paper"]
OFF_ROLL += ["verified_never_enrolled", "claimed_after_verdict", "removal_refused", "taken"]


def sep(day: int) -> date:
    return date(2019, 9, day)


def oct_(day: int) -> date:
    return date(2019, 10, day)


WITHDRAWN = [sep(9), sep(10), sep(11)]


def write_cases(m: Municipality) -> None:
    """Children, their absences, and what people did."""
    for who in ON_ROLL:
        m.both(who, CLASS)
    for who in OFF_ROLL:
        m.register(who)
    for who in CORRECTED:
        m.both(who, CORRECTED_CLASS)
    _process(m)
    _short(m)
    _off_roll(m)
    _old_ledger(m)
    m.reports(CLASS, school_days())
    # The corrected returns of the class with the two that were never absent.
    m.reports(CORRECTED_CLASS, [d for d in school_days() if d not in WITHDRAWN])
    m.reports(CORRECTED_CLASS, WITHDRAWN, surplus=-len(CORRECTED))


def act(m: Municipality, who: str, kind: str, on: date, role: str = "unit", **values) -> None:
    """One step, naming a pupil by roll number and anybody else by ID."""
    row = {"action_kind": kind, "acted_on": on, "actor_role": role, "unit_code": UNIT, "name": "王小明"}
    if who in (*ON_ROLL, *CORRECTED):
        row |= {"roll_number_key": roll_key(who), "school_code": SCHOOL}
    else:
        row |= {"id_number_key": id_key(who), "id_number_state": "valid", "birth_on": "2010-05-05"}
    row |= values
    m.put("case_action", "platform", on=on, **{name: value for name, value in row.items() if value is not None})


def _process(m: Municipality) -> None:
    # The whole way: absent, reported, verified, persuaded, ordered, a return that attendance contradicts, the real
    # one, and away again during the watch.
    away = [d for d in school_days(sep(3), sep(18))]
    m.absent("walked", [*away, sep(24), sep(25), sep(26)], class_no=CLASS)
    act(m, "walked", "report", sep(5), "school", evidence_kind="attendance")
    act(m, "walked", "verify_dropout", sep(10), cause="weary")
    act(m, "walked", "persuade", sep(11), "school")
    act(m, "walked", "close", sep(12), "school", disposition="same_school", evidence_kind="attendance")
    act(m, "walked", "order", sep(12), "township", due_on=sep(22))
    act(m, "walked", "return_claimed", sep(16), "school", disposition="same_school", evidence_kind="attendance")
    act(m, "walked", "close", sep(20), disposition="same_school", evidence_kind="attendance")
    act(m, "walked", "close", sep(30), "school", disposition="same_school", evidence_kind="attendance")

    # Back for a month and a day before the unit closes; it tries without evidence, and with the wrong kind, first.
    m.absent("closed_well", school_days(sep(2), sep(6)), class_no=CLASS)
    act(m, "closed_well", "verify_dropout", sep(5))
    paper = {"disposition": "transfer", "evidence_kind": "receipt"}
    act(m, "closed_well", "close", oct_(8), unit_code=OTHER_UNIT, **paper)
    act(m, "closed_well", "close", oct_(9), disposition="same_school")
    act(m, "closed_well", "close", oct_(9), evidence_kind="attendance")
    act(m, "closed_well", "close", oct_(9), disposition="same_school", evidence_kind="receipt")
    act(m, "closed_well", "close", oct_(10), disposition="same_school", evidence_kind="attendance")


def _short(m: Municipality) -> None:
    # The class was wrong: the file that said so was corrected on the 20th, after people had acted.
    gone = {"known_to": "2019-09-20 18:00:00+08", "retired_by": 2}
    m.absent("corrected", WITHDRAWN, class_no=CORRECTED_CLASS, **gone)
    act(m, "corrected", "report", sep(11), "school", evidence_kind="attendance")
    act(m, "corrected", "persuade", sep(13), "school")
    # Called a false alarm before the file was corrected, and without a report.
    m.absent("called_off", WITHDRAWN, class_no=CORRECTED_CLASS, **gone)
    act(m, "called_off", "verify_false", sep(13), evidence_kind="visit_record")
    # The file had long been corrected when a township reported the child.
    m.absent("corrected_before", WITHDRAWN, class_no=CORRECTED_CLASS, **gone)
    act(m, "corrected_before", "report", oct_(8), "township")
    # Back before anybody had verified anything.
    m.absent("back_soon", [sep(9), sep(10), sep(11)], class_no=CLASS)
    # A neighbour's word against the class's: only the unit can say.
    act(m, "reported_only", "report", oct_(8))
    act(m, "told_then_sick", "report", sep(25), "township")
    m.absent("told_then_sick", [sep(27)], "sick", class_no=CLASS)
    act(m, "told_then_claimed", "report", oct_(8), "township")
    act(m, "told_then_claimed", "return_claimed", oct_(9), "school", disposition="same_school")
    # Verified, back for a month, and called a false alarm by who should watch.
    m.absent("false_in_watch", school_days(sep(2), sep(6)), class_no=CLASS)
    act(m, "false_in_watch", "verify_dropout", sep(5))
    act(m, "false_in_watch", "verify_false", sep(10), evidence_kind="visit_record")
    # The unit found the child away from school; the class marks presence.
    act(m, "hidden", "verify_dropout", oct_(8))
    # Called a false alarm while the absences go on: after a month the word is no longer believed.
    m.absent("called_false", school_days(sep(2), sep(30)), class_no=CLASS)
    act(m, "called_false", "report", sep(4), "school", evidence_kind="attendance")
    act(m, "called_false", "verify_false", sep(5), evidence_kind="visit_record")
    # Away for four school days; the unit knows after three that the child will not come back.
    m.absent("verified_dropout", school_days(oct_(8), oct_(11)), class_no=CLASS)
    act(m, "verified_dropout", "verify_dropout", oct_(10), evidence_kind="visit_record")
    # Two short absences in one school year are one case.
    m.absent("twice", [sep(9), sep(10), sep(11), *school_days(oct_(8), oct_(11))], class_no=CLASS)


def _off_roll(m: Municipality) -> None:
    act(m, "lost_child", "lost", oct_(8), disposition="lost")
    act(m, "lost_child", "close", oct_(9), disposition="lost", evidence_kind="visit_record")
    paper = {"disposition": "dead", "evidence_kind": "death_certificate"}
    act(m, "removed", "removal_proposed", oct_(8), **paper)
    act(m, "removed", "removal_approved", oct_(8), "unit")
    act(m, "removed", "removal_approved", oct_(9), "municipality")
    act(m, "removal_refused", "removal_proposed", oct_(8), **paper)
    act(m, "removal_refused", "removal_rejected", oct_(9), "municipality")
    act(m, "removal_waits", "removal_proposed", oct_(8), **paper)
    act(m, "removed_alone", "close", oct_(8), **paper)
    act(m, "handed", "hand_over", oct_(8))
    act(m, "handed", "accept", oct_(8), "school", school_code=SCHOOL)
    act(m, "handed", "accept", oct_(9), "school", unit_code=OTHER_UNIT, school_code=OTHER_SCHOOL)
    act(m, "verified_never_enrolled", "verify_never_enrolled", oct_(9), "township", evidence_kind="visit_record")
    act(m, "claimed_after_verdict", "verify_never_enrolled", oct_(8), "township", evidence_kind="visit_record")
    act(m, "claimed_after_verdict", "return_claimed", oct_(9), "school", disposition="same_school")
    act(m, "taken", "report", sep(3), unit_code=OTHER_UNIT)
    act(m, "taken", "hand_over", oct_(8), unit_code=OTHER_UNIT)
    act(m, "taken", "accept", oct_(8), unit_code=OTHER_UNIT)
    act(m, "taken", "close", oct_(9), unit_code=OTHER_UNIT, disposition="transfer", evidence_kind="receipt")
    act(m, "paper", "close", oct_(8), disposition="transfer", evidence_kind="receipt")
    act(m, "nobody_knows", "persuade", oct_(8))
    act(m, "by_number", "persuade", oct_(8), **_by_number("by_number", 2019))


def _by_number(who: str, year: int) -> dict:
    from hashlib import md5

    printed = md5(f"{id_key(who)}:{year}".encode()).hexdigest()[:10].upper()
    return {"id_number_key": None, "birth_on": None, "name": None, "case_no": f"DM{year}-{printed}"}


def _old_ledger(m: Municipality) -> None:
    for number, (who, status, opened_on) in enumerate(
        [("from_old_ledger", "dropout", date(2019, 3, 4)), ("watched_before", "watch", date(2019, 8, 20))], 1
    ):
        m.register(who)
        m.put(
            "opening_case",
            "municipality",
            case_no=f"TZ000{number}",
            id_number_key=id_key(who),
            id_number_state="valid",
            unit_code=UNIT,
            name="王小明",
            sex="1",
            birth_on="2010-05-05",
            case_status=status,
            opened_on=opened_on,
        )
    # The old ledger had the child back at school; no roll has it.
    paper = {"disposition": "same_school", "evidence_kind": "attendance"}
    act(m, "watched_before", "close", oct_(8), **paper)
    act(m, "from_old_ledger", "persuade", oct_(8), id_number_key=None, birth_on=None, name=None, case_no="TZ0001")
