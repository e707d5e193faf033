"""What a unit sends about its schools and pupils: school, calendar, roll, roll_change, staff."""

import numpy as np
import pyarrow as pa

from rollcall.simulate import names
from rollcall.simulate.clock import is_school_day, to_date
from rollcall.simulate.columns import Columns, dice
from rollcall.simulate.enrol import IN_CLASS
from rollcall.simulate.presence import CLASS_KEYS_PER_SCHOOL, class_keys
from rollcall.simulate.render import BLANK
from rollcall.simulate.schools import SPECIAL, school_names
from rollcall.simulate.world import World

INCLUSION = np.array(["0", "1", "2", "4", "4", "3", "4", "4"])  # by kind of disability
SUBJECTS = np.array(["语文", "数学", "英语", "音乐", "体育", "美术", "科学", "道德与法治"])
# A roll below nine tenths of what a school declares counts as cut: what schools declare leaves room for
# leavers.
LEAST_ON_ROLL = 0.92


def school(world: World, unit: int, counts: tuple[np.ndarray, np.ndarray] | None = None) -> dict:
    """The unit's schools and what they declare: within a percent or two of the roll, or these pupils and classes."""
    rows = np.flatnonzero(world.schools.unit == unit)
    schools = world.schools.take(rows)
    pupils, classes = counts or declared(world, unit)
    all_names = np.array(school_names(world.geo, schools), object)
    return {
        "school_code": world.school_code[rows],
        "school_name": all_names,
        "school_kind": schools.kind.astype("U3"),
        "urban_rural": schools.urban_rural.astype("U3"),
        "sponsor": schools.sponsor.astype("U3"),
        "district_code": np.full(len(rows), world.geo.district_code[world.geo.unit_district[unit]]),
        "township_code": world.geo.township_code[schools.township],
        "parent_school_code": np.where(schools.parent >= 0, schools.parent.astype("U10"), "").astype(object),
        "is_boarding": schools.is_boarding,
        "is_nutrition": schools.is_nutrition,
        "n_pupils_declared": pupils[rows],
        "n_classes_declared": classes[rows],
    }


def declared(world: World, unit: int) -> tuple[np.ndarray, np.ndarray]:
    """Pupils and classes each school declares (over all schools; zero outside the unit)."""
    n_schools = len(world.schools)
    mondays = [
        np.bincount(world.seats.school[world.seats_on(unit, day)], minlength=n_schools) for day in world.clock.mondays
    ]
    first, least = mondays[0], np.min(mondays, axis=0)
    slip = dice(world.seed, f"declared {unit}").integers(-1, 2, n_schools) * (first >= 100)
    on_roll = world.seats_on(unit, world.clock.first)
    keys = np.unique(class_keys(world.seats.take(on_roll)))
    classes = np.bincount(keys // CLASS_KEYS_PER_SCHOOL, minlength=n_schools)
    return np.minimum(first + slip, (least / LEAST_ON_ROLL).astype(int)), classes


def calendar(world: World, unit: int, days: np.ndarray | None = None) -> dict:
    """Every day of the term, or these, for each stage; one cold highland unit closes a day by approval, after our
    weeks."""
    days = world.clock.term if days is None else days
    plain = np.array([is_school_day(day) for day in days])
    weekday = np.array([to_date(day).weekday() for day in days])
    reason = np.where(plain & (weekday > 4), "调休上课", np.where(~plain & (weekday < 5), "法定节假日", "")).astype(
        object
    )
    school_day, approval = plain.astype(int), np.full(len(days), "", object)
    if world.geo.unit_code[unit] == 500229:
        after = np.flatnonzero(plain & (days > world.clock.last))
        closed = after[40:41] if len(after) > 40 else after[-1:]
        school_day[closed], reason[closed], approval[closed] = 0, "高寒地区停课", "城府〔2019〕12号"
    return {
        "stage": np.repeat(["primary", "junior", "special"], len(days)),
        "day": np.tile(days, 3),
        "school_day": np.tile(school_day, 3),
        "reason": np.tile(reason, 3),
        "approval_no": np.tile(approval, 3),
    }


def roll(world: World, unit: int, day: int) -> tuple[dict, np.ndarray]:
    """The unit's roll on a day, and the seat of each row."""
    rows = world.seats_on(unit, day)
    return roll_of(world, world.seats.take(rows)), rows


def roll_of(world: World, seats: Columns) -> dict:
    """These entries as a roll writes them."""
    child, people = seats.child, world.people
    home, had = people.take(child), seats.w_former >= 0
    former = np.where(had, seats.w_former, names.NONE)
    return {
        "school_code": world.school_code[seats.school],
        "roll_number": seats.roll_number,
        "name": names.write(seats.w_surname, seats.w_first, seats.w_second),
        "former_name": names.write(
            former, *(np.where(had, part, names.NONE) for part in (seats.w_first, seats.w_second))
        ),
        "sex": seats.w_sex.astype("U1"),
        "birth_on": seats.w_birth,
        "ethnicity": people.ethnicity[child],
        "id_type": seats.w_id_type.astype("U1"),
        "id_number": seats.w_id,
        "hukou_district_code": people.hukou_code[child],
        "residence_township_code": world.geo.township_code[people.home_township[child]],
        "grade": seats.grade,
        "class_no": class_names(seats.class_no),
        "entered_month": seats.entered,
        "study_mode": np.where(seats.is_boarder, "2", "1"),
        "left_behind": people.left_behind[child].astype("U1"),
        "is_migrant": people.is_migrant[child],
        "is_orphan": people.is_orphan[child],
        "needs_aid": people.hardship[child] != "",
        "is_subsidised": (people.hardship[child] != "") & seats.is_boarder,
        "is_government_place": world.schools.sponsor[seats.school] == 999,
        "disability_kind": people.disability_kind[child].astype("U1"),
        "inclusion": np.where(seats.learning == IN_CLASS, INCLUSION[people.disability_kind[child]], "0"),
        "guardian_name": names.write(home.surname, home.guardian_first, home.guardian_second),
        "guardian_phone": seats.w_phone,
    }


def class_names(class_no: np.ndarray) -> pa.Array:
    """Class numbers as the schools write them: 1班, 2班 ..."""
    texts = pa.array([f"{number}班" for number in range(1024)])
    return texts.take(pa.array(class_no.astype(np.int64)))


def useless(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of the national export that Rollcall has no purpose for and must never load."""
    n = len(rows)
    return {
        "国籍/地区": np.full(n, "中国", object),
        "政治面貌": np.full(n, "群众", object),
        "健康状况": np.full(n, "健康或良好", object),
        "血型": np.array(["A", "B", "O", "AB", "未知血型"], object)[rows % 5],
        "邮政编码": np.full(n, "400000", object),
        "是否独生子女": np.array(["是", "否"], object)[rows % 2],
        "上下学距离(公里)": np.array(["1", "2", "5", "0.5"], object)[rows % 4],
        "上下学交通方式": np.array(["步行", "公共交通", "家长自行接送"], object)[rows % 3],
        "班内学号": (rows % 45 + 1).astype("U2").astype(object),
        "特长": np.full(n, "", object),
    }


def roll_change(world: World, unit: int, first: int, last: int) -> dict:
    """Changes with effect from `first` to `last`, as the unit concerned files them: leaving by the school
    left,
    entering by the school entered."""
    picked = []
    for seat, day, kind, reason, left, entered, province, ends in world.life.changes:
        filed_by = world.schools.unit[entered] if kind == "22" else world.seats.unit[seat]
        if filed_by == unit and first <= day <= last:
            picked.append((seat, day, kind, reason, left, entered, province, ends))
    seat = np.array([row[0] for row in picked], int)
    seats = world.seats.take(seat)
    codes = [code.decode() for code in world.school_code]
    columns = list(zip(*picked, strict=True)) if picked else [()] * 8
    return {
        "roll_number": seats.roll_number,
        "name": names.write(seats.w_surname, seats.w_first, seats.w_second),
        "change_kind": np.array(columns[2], "U2"),
        "changed_on": np.array(columns[1], int),
        "change_reason": np.array(columns[3], "U2"),
        "from_school_code": np.array([codes[place] if place >= 0 else "" for place in columns[4]], object),
        "to_school_code": np.array([codes[place] if place >= 0 else "" for place in columns[5]], object),
        "to_province_code": np.array(columns[6], object),
        "approval_no": np.array([f"学异动〔{to_date(day).year}〕{n}号" for n, day in enumerate(columns[1], 1)], object),
        "approved_on": np.array(columns[1], int),
        "ends_on": np.array([ends if ends >= 0 else BLANK for ends in columns[7]], int),
    }


def staff(world: World, unit: int) -> dict:
    """Posts by the staffing standard: one to 19 pupils in primary schools, one to 13.5 in junior ones."""
    rng = dice(world.seed, f"staff {unit}")
    seats = world.seats.take(world.seats_on(unit, world.clock.first))
    need = np.where(seats.grade <= 6, 1 / 19, 1 / 13.5)
    per_school = np.bincount(seats.school, need, minlength=len(world.schools))
    per_school[np.flatnonzero((world.schools.unit == unit) & (world.schools.kind == SPECIAL))] += 5
    n_posts = np.where(
        world.schools.unit == unit, np.ceil(per_school * rng.uniform(0.93, 1.08, len(per_school))), 0
    ).astype(int)
    school_of = np.repeat(np.arange(len(n_posts)), n_posts)
    n = len(school_of)
    kind = world.schools.kind[school_of]
    junior = rng.random(n) < np.where(world.schools.weight_primary[school_of] == 0, 1, np.where(kind == 312, 0.4, 0))
    stage = np.where(kind == SPECIAL, "special", np.where(junior, "junior", "primary"))
    rural = world.schools.urban_rural[school_of] >= 210
    return {
        "staff_no": np.array([f"{world.geo.unit_code[unit]}{number:06d}" for number in range(1, n + 1)], object),
        "school_code": world.school_code[school_of],
        "is_established": rng.random(n) < 0.93,
        "is_full_time_teacher": rng.random(n) < 0.91,
        "stage": stage,
        "subject": SUBJECTS[rng.integers(0, len(SUBJECTS), n)].astype(object),
        "education_level": rng.choice(["14", "21", "31", "41"], n, p=[0.03, 0.72, 0.23, 0.02]),
        "title_rank": rng.choice(["1", "2", "3", "4", "9"], n, p=[0.003, 0.12, 0.45, 0.38, 0.047]),
        "is_backbone": rng.random(n) < 0.07,
        "is_special_post": rng.random(n) < 0.08 * rural,
        "is_directed_graduate": rng.random(n) < 0.03,
    }
