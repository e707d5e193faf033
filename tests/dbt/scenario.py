"""One child for every rule and every boundary; the name of each says what is to be seen."""

from datetime import date, timedelta

from rollcall.identity.numbers import check_digit
from tests.dbt.municipality import (
    AS_OF,
    OTHER_SCHOOL,
    OTHER_UNIT,
    REGISTER_ON,
    SCHOOL,
    START,
    UNIT,
    Municipality,
    id_key,
    number_key,
    roll_key,
    school_days,
)

JUNE = [date(2019, 6, day) for day in range(24, 29)]  # the last school days before the summer
OCT = {day: date(2019, 10, day) for day in range(1, 32)}
THIS_WEEK = [OCT[8], OCT[9], OCT[10], OCT[11]]  # the school days after the holiday
FRIDAY_20 = date(2019, 9, 20)
JULY = date(2019, 7, 1)
CLASS_A = ["present", "truant_1", "truant_2", "truant_3", "truant_5", "truant_20", "sick", "broken", "seen"]
SUSPENDED = ["suspended", "suspension_over", "suspension_over_truant", "suspended_without_paper"]
LEFT = ["not_arrived", "to_sichuan", "school_says_dead", "withdrawn"]
OFF_ROLL = ["home_taught", "home_not_taught", "home_visits_unknown", "deferred", "deferred_without_paper"]
OFF_ROLL += ["exempt", "waiting", "off_roll"]


def write(m: Municipality) -> None:
    """Everything, in an order in which class returns find the absences they announce."""
    _places(m)
    _last_year(m)
    _absences(m)
    _two_rolls(m)
    _changes(m)
    _placements(m)
    _register(m)
    _identity(m)
    _elsewhere(m)
    _returns(m)


def _places(m: Municipality) -> None:
    for unit, school in ((UNIT, SCHOOL), (OTHER_UNIT, OTHER_SCHOOL)):
        m.put("school", unit, school_code=school, school_kind="211", school_name="第一小学", district_code=unit)
        days = {*JUNE, *school_days(last=date(2019, 10, 31))}
        summer = {JUNE[-1] + timedelta(days=n) for n in range(1, 65)}
        for day in sorted(days | summer | {OCT[d] for d in range(1, 8)}):
            m.put("calendar", unit, stage="primary", day=day, school_day=int(day in days))


def _last_year(m: Municipality) -> None:
    """Seats of June, and what September says of them."""
    for who in ("last_year_only", "sick_over_summer", "moved_up", "left_at_the_turn", "primary_leaver"):
        m.register(who)
    for who in ("last_year_only", "sick_over_summer"):
        m.pupil(who, "L", on=JUNE[0])
    m.pupil("moved_up", "L", on=JUNE[0], until=START, grade=2)
    m.pupil("moved_up")
    m.pupil("left_at_the_turn", "L", on=JUNE[0], until=START)
    m.pupil("primary_leaver", "L", on=JUNE[0], until=START, grade=6)
    for who, class_no in (("graduate", "L"), ("graduate_unseen", "M")):
        m.register(who, birth_on="2004-10-05")
        m.pupil(who, class_no, on=JUNE[0], until=START, grade=9, birth_on="2004-10-05")
    m.absent("sick_over_summer", [JUNE[-1]], kind="sick", class_no="L")
    for grade in (2, 3, 6, 9):
        m.reports("L", JUNE, grade=grade)


def _two_rolls(m: Municipality) -> None:
    """A child on two rolls, of whom the second class knows nothing, and one who sits in that class."""
    m.both("on_two_rolls")
    there = {"unit": OTHER_UNIT, "school_code": OTHER_SCHOOL}
    m.pupil("on_two_rolls", "T", roll_number_key=roll_key("second_number"), **there)
    m.register("beside_a_paper_seat")
    m.pupil("beside_a_paper_seat", "T", **there)


def _absences(m: Municipality) -> None:
    for who in CLASS_A:
        m.both(who)
    m.both("sick_in_silent_class", "B")
    m.both("sick_for_weeks")
    m.both("present_in_silent_class", "B")
    m.both("never_reported", "C")
    m.both("rows_lost", "D")
    m.both("silent_between", "E")
    m.both("absent_under_a_wrong_number", "G")
    m.both("left_out_of_the_count", "H")
    m.register("never_came")
    m.pupil("never_came", on=date(2019, 9, 23))
    m.absent("never_came", school_days(date(2019, 9, 23)))
    m.absent("truant_1", [OCT[11]])
    m.absent("truant_2", [OCT[10], OCT[11]], kind="unknown")
    m.absent("truant_3", THIS_WEEK[1:])
    m.absent("truant_5", [date(2019, 9, 30), *THIS_WEEK])
    m.absent("truant_20", school_days(date(2019, 9, 9)))
    m.absent("sick", [OCT[11]], kind="sick")
    m.absent("sick_for_weeks", school_days(date(2019, 9, 9)), kind="sick")
    m.absent("sick_in_silent_class", [FRIDAY_20], kind="sick", class_no="B")
    m.absent("broken", [OCT[8], OCT[10], OCT[11]])
    m.absent("broken", [OCT[9]], kind="excused")
    m.absent("seen", [OCT[8], OCT[10], OCT[11]])
    m.absent("nobody", [d for d in school_days() if d > FRIDAY_20], class_no="G")
    m.absent("silent_between", [OCT[8], OCT[10], OCT[11]], class_no="E")
    # The run follows the child from one school to the other.
    m.register("mover")
    m.pupil("mover", until="2019-10-10")
    m.pupil("mover", "F", unit=OTHER_UNIT, school_code=OTHER_SCHOOL, on=OCT[10])
    m.absent("mover", [OCT[8], OCT[9]])
    m.absent("mover", [OCT[10], OCT[11]], class_no="F", school_code=OTHER_SCHOOL, unit_code=OTHER_UNIT)
    # Truant the day before it leaves, after a change of class.
    m.register("truant_and_gone")
    m.pupil("truant_and_gone", until="2019-09-16")
    m.pupil("truant_and_gone", "E", on=date(2019, 9, 16))
    m.absent("truant_and_gone", [OCT[10]], class_no="E")
    m.change("truant_and_gone", "21", OCT[11], to_school_code=OTHER_SCHOOL)
    # On another roll without a change, and marked by the school that has it no longer.
    m.register("marked_by_the_old_school")
    m.pupil("marked_by_the_old_school", "N", until="2019-10-08")
    m.pupil("marked_by_the_old_school", "F", unit=OTHER_UNIT, school_code=OTHER_SCHOOL, on=OCT[8])
    m.absent("marked_by_the_old_school", THIS_WEEK, class_no="N")
    # The old school goes on marking a pupil it has let go.
    m.register("moved_well")
    m.pupil("moved_well")
    m.pupil("moved_well", "F", unit=OTHER_UNIT, school_code=OTHER_SCHOOL, on=date(2019, 9, 23))
    m.change("moved_well", "21", date(2019, 9, 20), to_school_code=OTHER_SCHOOL)
    m.change("moved_well", "22", date(2019, 9, 20), to_school_code=OTHER_SCHOOL, unit=OTHER_UNIT)
    m.absent("moved_well", THIS_WEEK)


def _changes(m: Municipality) -> None:
    for who in (*SUSPENDED, *LEFT):
        m.both(who)
    paper = {"approval_no": "渝教〔2019〕1号"}
    m.change("suspended", "11", date(2019, 9, 9), ends_on=AS_OF, **paper)
    m.change("suspension_over", "11", date(2019, 9, 9), ends_on=OCT[10], **paper)
    # The class lists it as soon as its leave is over: the absences say more than the missing return.
    m.change("suspension_over_truant", "11", date(2019, 9, 9), ends_on=OCT[8], **paper)
    m.absent("suspension_over_truant", THIS_WEEK[1:])
    m.change("suspended_without_paper", "11", date(2019, 9, 9), ends_on=AS_OF)
    # A registered return: the one class counts the child again, the other has said nothing since.
    for who, class_no, back_on in (("returned", "A", OCT[10]), ("returned_unseen", "R", OCT[11])):
        m.both(who, class_no)
        m.change(who, "11", date(2019, 9, 9), ends_on=date(2019, 9, 30), **paper)
        m.change(who, "12", back_on)
    m.change("not_arrived", "21", date(2019, 9, 23), to_school_code=OTHER_SCHOOL)
    m.change("to_sichuan", "21", date(2019, 9, 23), to_province_code="51")
    m.change("school_says_dead", "51", date(2019, 9, 23))
    m.change("withdrawn", "31", date(2019, 9, 23))


def _placements(m: Municipality) -> None:
    def placed(who: str, kind: str, **values) -> None:
        row = {"id_number_key": id_key(who), "id_number_state": "valid", "placement_no": who, "sex": "1"}
        row |= {"placement_kind": kind, "assessment": "ordinary", "birth_on": "2010-05-05", "name": "王小明"}
        m.put("placement", values.pop("unit", UNIT), **(row | {"placed_on": START, "on": REGISTER_ON} | values))

    for who in OFF_ROLL:
        m.register(who)
    placed("home_taught", "home_teaching", assessment="home", n_visits_planned=4, n_visits_done=3)
    placed("home_not_taught", "home_teaching", assessment="home", n_visits_planned=4, n_visits_done=0)
    placed("home_visits_unknown", "home_teaching", assessment="home")
    placed("deferred", "deferred", assessment="deferred", assessed_on=START)
    placed("deferred_without_paper", "deferred", assessment="deferred")
    placed("exempt", "exempt", assessment="unable", assessed_on=START)
    placed("waiting", "waiting")
    placed("off_roll", "special_school")
    m.register("placement_too_old")
    placed("placement_too_old", "special_school", unit=OTHER_UNIT, on=JULY, placed_on=JULY)
    m.both("included")
    m.both("included_in_silent_class", "B")
    placed("included", "inclusion")
    placed("included_in_silent_class", "inclusion")


def _register(m: Municipality) -> None:
    def changed(who: str, kind: str, on: date, **values) -> None:
        row = {"id_number_key": id_key(who), "id_number_state": "valid", "change_kind": kind, "changed_on": on}
        m.put("population_change", f"police-{UNIT}", on=REGISTER_ON, **(row | values))

    m.both("died")
    changed("died", "death", AS_OF, name="王小明")
    # Somebody else's death under the child's number.
    m.both("alive")
    changed("alive", "death", START, name="王大明")
    for who in ("moved_away", "moved_within", "nowhere", "still_registered"):
        m.register(who)
    m.register("lives_outside", residence_district_code="440305")
    # The register of 1 September is newer than the move.
    changed("still_registered", "out", date(2019, 8, 20), to_district_code="510104")
    changed("moved_away", "out", START, to_district_code="510104")
    changed("moved_within", "out", START, to_district_code=OTHER_UNIT)
    m.register("six_on_31_august", birth_on="2013-08-31")
    m.register("six_on_1_september", birth_on="2013-09-01")
    m.register("fifteen", birth_on="2004-08-31")
    m.register("not_yet_fifteen", birth_on="2004-09-01")
    # A police correction: the roll has the old number, the register the new one.
    m.register("old_number", until="2019-10-01")
    m.register("new_number", on=OCT[1])
    m.pupil("old_number")
    changed("old_number", "id_corrected", date(2019, 9, 17), new_id_number_key=id_key("new_number"))
    # Two people held one number; one of them got a new one.
    m.register("keeps_number")
    m.register("gets_number", name="李四", birth_on="2011-01-01", on=OCT[1])
    m.pupil("keeps_number")
    changed("keeps_number", "id_corrected", date(2019, 9, 17), new_id_number_key=id_key("gets_number"))
    # One number corrected into two: both are children of their own.
    for who in ("forked", "fork_a", "fork_b"):
        m.register(who, **({"until": "2019-10-01"} if who == "forked" else {"on": OCT[1]}))
    m.pupil("forked")
    for who in ("fork_a", "fork_b"):
        changed("forked", "id_corrected", date(2019, 9, 17), new_id_number_key=id_key(who))


def _identity(m: Municipality) -> None:
    m.register("unit_sent_no_roll", township_code="500103901", district_code="500103")
    m.register("deferred_before")
    m.put(
        "opening_case",
        "municipality",
        id_number_key=id_key("deferred_before"),
        id_number_state="valid",
        unit_code=UNIT,
        name="王小明",
        sex="1",
        birth_on="2010-05-05",
        case_status="deferred",
        suspended_until=AS_OF,
        opened_on=REGISTER_ON,
    )
    _matched(m)
    _promoted(m)
    m.register("robbed", name="李晓红", birth_on="2009-01-01", sex="2")
    m.pupil("thief", id_number_key=id_key("robbed"), name="赵强", birth_on="2010-03-03")
    m.register("same_birth", name="欧阳晓明")
    m.pupil("same_birth", name="欧阳小明")
    m.register("other_surname", name="欧小明")
    m.pupil("other_surname", name="欧阳建国")
    m.register("other_sex", name="王红", sex="2")
    m.pupil("other_sex", name="王强")
    m.register("bad_number")
    m.pupil("bad_number", id_number_state="bad_check")
    m.pupil("migrant")
    m.put(
        "hardship_register",
        "welfare",
        id_number_key=id_key("only_poor"),
        id_number_state="valid",
        hardship_kind="orphan",
        name="孤儿",
        sex="1",
        birth_on="2010-01-01",
        district_code=UNIT,
    )


def _elsewhere(m: Municipality) -> None:
    for who, proof in (("proved", "national_roll"), ("claimed", "claim")):
        m.register(who)
        row = {"id_number_key": id_key(who), "id_number_state": "valid", "answer_no": who, "proof_kind": proof}
        row |= {"name": "王小明", "sex": "1", "birth_on": "2010-05-05", "province_code": "51"}
        m.put("outside_enrolment", "municipality", enrolled_from=date(2019, 9, 1), **row)


def _returns(m: Municipality) -> None:
    days = school_days()
    m.reports("A", days)
    m.reports("B", [d for d in days if d <= FRIDAY_20])
    m.reports("D", [d for d in days if d <= FRIDAY_20])
    m.reports("D", [d for d in days if d > FRIDAY_20], surplus=1)
    m.reports("E", [d for d in days if d != OCT[9]])
    m.reports("R", [d for d in days if d < AS_OF])
    m.reports("G", days)
    m.reports("H", [d for d in days if d <= FRIDAY_20])
    m.reports("H", [d for d in days if d > FRIDAY_20], n_expected=0)
    m.reports("P", days, n_expected=3)
    m.reports("F", days, unit_code=OTHER_UNIT, school_code=OTHER_SCHOOL)
    m.reports("T", days, unit_code=OTHER_UNIT, school_code=OTHER_SCHOOL, n_expected=1)


def _promoted(m: Municipality) -> None:
    """Temporary roll numbers that became formal ones in the middle of September."""
    on = date(2019, 9, 23)
    m.register("promoted", name="百里奚和", birth_on="2010-11-11")
    for who, name in (("promoted", "百里奚和"), ("promoted_migrant", "公孙大娘")):
        pupil = {"name": name, "birth_on": "2010-11-11"}
        none = {"id_number_state": "missing", "id_number_key": None}
        m.pupil(f"{who}_before", "P", roll_number=f"L {who}", until=str(on), **pupil, **none)
        m.pupil(who, "P", roll_number=f"G {who}", on=on, **pupil)


# Children of the register who have a number, and what the roll says of them: name, birth date, number and its state.
NUMBERS = {
    "wrong_digit": "500901201003051239",
    "short_number": "500901201104061234",
    "no_number": "500901200907081235",
    "lunar_birthday": "500901201001231236",
    "twin_on_roll": "500901201206071237",
    "twin_missing": "500901201206071247",
}


def _matched(m: Municipality) -> None:
    """Children whom no number identifies: by rule, by the model, by nobody but a person."""
    sound = {who: number[:17] + check_digit(number[:17]) for who, number in NUMBERS.items()}
    place = {"district_code": UNIT, "township_code": f"{UNIT}901"}
    home = {"hukou_district_code": UNIT, "residence_township_code": f"{UNIT}901"}
    none = {"id_number_state": "missing", "id_number_key": None}

    def known(who: str, name: str, birth_on: str, **values) -> None:
        m.register(who, name, birth_on, id_number=sound[who], id_number_key=number_key(sound[who]), **place, **values)

    known("wrong_digit", "诸葛青云", "2010-03-05")
    slipped = sound["wrong_digit"].replace("20100305", "20100385")
    slip = {"id_number": slipped, "id_number_key": number_key(slipped), "id_number_state": "bad_check"}
    m.pupil("wrong_digit", name="诸葛靑云", birth_on="2010-03-05", **slip, **home)
    known("short_number", "夏侯远", "2011-04-06")
    short = sound["short_number"][:6] + sound["short_number"][8:17]
    old = {"id_number": short, "id_number_key": number_key(short), "id_number_state": "fifteen"}
    m.pupil("short_number", name="夏侯远", birth_on="2011-04-06", **old, **home)
    known("no_number", "上官婉清", "2009-07-08", sex="2")
    m.pupil("no_number", name="上官婉清", birth_on="2009-07-08", sex="2", **none, **home)
    # The roll has the lunar date: the 9th of the 12th month of 2009.
    known("lunar_birthday", "尉迟长风", "2010-01-23")
    m.pupil("lunar_birthday", name="尉迟长风", birth_on="2009-12-09", **none, **home)
    # One twin is on the roll; whose second enrolment under another name is this?
    twins = {"household_no": id_key("twins"), "sex": "2"}
    known("twin_on_roll", "令狐秋月", "2012-06-07", **twins)
    known("twin_missing", "令狐秋霜", "2012-06-07", **twins)
    number = {"id_number": sound["twin_on_roll"], "id_number_key": number_key(sound["twin_on_roll"])}
    m.pupil("twin_on_roll", name="令狐秋月", birth_on="2012-06-07", sex="2", **number, **home)
    m.pupil("twin_in_doubt", name="令狐秋雪", birth_on="2012-06-07", sex="2", **none, **home)
    # Two districts give one number to two people.
    m.register("shared_number", "独孤城", "2010-10-10")
    m.put(
        "population", "police-500102", on=REGISTER_ON, id_number_key=id_key("shared_number"), id_number_state="valid",
        name="东方朔", sex="2", birth_on="2008-08-08", district_code=OTHER_UNIT, township_code=f"{OTHER_UNIT}001",
        register_kind="hukou",
    )  # fmt: skip
    m.pupil("shared_number", name="东方朔", birth_on="2008-08-08", sex="2")
    m.put(
        "population_change", f"police-{UNIT}", on=REGISTER_ON, id_number_key=id_key("shared_number"),
        id_number_state="valid", name="独孤城", change_kind="death", changed_on=START,
    )  # fmt: skip
    # One child on two registers under two numbers: one on a roll, one on none.
    for who, name, phone in (
        ("registered_first", "宇文成都", "12000000001"),
        ("nowhere_first", "长孙无忌", "12000000002"),
    ):
        there = {"district_code": OTHER_UNIT, "township_code": f"{OTHER_UNIT}001", "on": REGISTER_ON}
        child = {"name": name, "birth_on": "2010-09-09", "guardian_phone": phone}
        m.register(who, **child)
        m.put(
            "population", f"police-{OTHER_UNIT}", id_number_key=id_key(f"{who}_again"), id_number_state="valid",
            sex="1", register_kind="hukou", **child, **there,
        )  # fmt: skip
    m.pupil("registered_first", "P", name="宇文成都", birth_on="2010-09-09")
