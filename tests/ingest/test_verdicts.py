"""What the gate says: refuse, reject, warn, wait; by section for the platform's files."""

import traceback
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from rollcall.contracts.rules import rules
from rollcall.ingest.broken import DeliveryBroken
from rollcall.ingest.label import SHANGHAI
from rollcall.ingest.replay import replay
from rollcall.warehouse.connect import connect
from rollcall.warehouse.settings import settings
from tests.ingest.sending import Sent, ingest, put, put_bytes, send

MONDAY = date(2019, 9, 2)
MORNING = datetime(2019, 9, 2, 8, tzinfo=SHANGHAI)
SCHOOL = "2150900001"


def school(n_pupils: int = 3) -> Sent:
    row = {
        "school_code": SCHOOL,
        "school_name": "试验小学",
        "school_kind": "小学",
        "urban_rural": "镇中心区",
        "sponsor": "县级教育部门",
        "district_code": "500101",
        "is_boarding": "否",
        "is_nutrition": "是",
        "n_pupils_declared": str(n_pupils),
        "n_classes_declared": "1",
    }
    return Sent("school", "500101", date(2019, 9, 1), MORNING - timedelta(days=1), (row,))


def pupil(serial: int, **changes: str) -> dict:
    number = with_check_digit(f"5009012010030{serial:04d}")
    return {
        "school_code": SCHOOL,
        "roll_number": f"G{number}",
        "name": "冉试验",
        "sex": "男" if int(number[16]) % 2 else "女",
        "birth_on": "2010-03-0" + number[13],
        "id_type": "居民身份证",
        "id_number": number,
        "grade": "3",
        "class_no": "1",
        "study_mode": "走读",
    } | changes


def with_check_digit(first_17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, first_17, strict=True))
    return first_17 + "10X98765432"[total % 11]


def roll(*pupils: dict, received: int = 0, **changes) -> Sent:
    return Sent("roll", "500101", MONDAY, MORNING + timedelta(hours=received), pupils, **changes)


PUPILS = [pupil(serial) for serial in range(1001, 1009)]


def ledger(feed: str) -> list[tuple]:
    with connect("pipeline") as conn:
        return conn.execute(
            "select verdict, n_read, n_accepted, n_rejected from ops.delivery where feed = %s order by received_at",
            (feed,),
        ).fetchall()


def rejected() -> list[tuple[int, list[str]]]:
    with connect("pipeline") as conn:
        return conn.execute("select line, rules from ops.rejected_row order by line").fetchall()


def reasons(feed: str) -> set[str]:
    with connect("pipeline") as conn:
        rows = conn.execute("select reasons from ops.delivery where feed = %s", (feed,)).fetchall()
    return {reason["rule"] for (found,) in rows for reason in found}


def test_a_sound_roll_is_accepted_whole(wipe):
    send(school(8), roll(*PUPILS))
    assert ledger("roll") == [("accepted", 8, 8, 0)]
    with connect("pipeline") as conn:
        row = conn.execute("select name, birth_on, sex, id_number_state, grade from history.roll limit 1").fetchone()
    assert row[0] == "冉试验" and row[3] == "valid" and row[4] == 3


def test_a_roll_waits_for_its_schools(wipe):
    send(roll(*PUPILS))
    assert ledger("roll")[0][0] == "waiting"
    send(school(8))
    assert ledger("roll") == [("accepted", 8, 8, 0)]


def test_single_bad_rows_are_rejected_with_line_and_rule(wipe):
    bad = pupil(1002, sex="火星"), pupil(1003, id_number="5.00901E+17"), pupil(1004, id_number="5.00901 E17")
    send(school(8), roll(PUPILS[0], *bad, *PUPILS[4:]))
    assert ledger("roll") == [("accepted", 8, 5, 3)]
    lines = dict(rejected())
    assert set(lines) == {3, 4, 5}
    assert "number_destroyed" in lines[4] and "number_destroyed" in lines[5]


def test_a_register_row_is_kept_when_its_household_number_is_destroyed(wipe):
    def child(serial: int, household: str) -> dict:
        number = with_check_digit(f"5009012010030{serial:04d}")
        sex = "男" if int(number[16]) % 2 else "女"
        row = {"id_number": number, "name": "冉试验", "sex": sex, "birth_on": "2010-03-01", "register_kind": "户籍"}
        return row | {"district_code": "500101", "township_code": "500101901", "household_no": household}

    shown = ("5.00908E+08", "5.00908E+08", "500000123", "500000123")
    rows = tuple(child(1001 + n, household) for n, household in enumerate(shown))
    send(Sent("population", "police-500101", date(2019, 9, 1), MORNING, rows))
    assert ledger("population") == [("accepted", 4, 4, 0)]
    with connect("pipeline") as conn:
        keys = conn.execute("select household_no from history.population order by line").fetchall()
    assert keys[0] == keys[1] == (None,) and keys[2] == keys[3] != (None,)
    assert "number_destroyed" in reasons("population")


def test_the_youngest_pupils_of_a_later_year_are_not_too_young(wipe):
    monday, received = date(2023, 9, 4), datetime(2023, 9, 4, 8, tzinfo=SHANGHAI)
    young = [
        pupil(n, birth_on="2017-08-31", id_number=with_check_digit(f"5009012017083{n:04d}")) for n in range(1001, 1009)
    ]
    unborn = pupil(1009, birth_on="2021-09-05", id_number=with_check_digit("50090120210905101"))
    send(school(9), Sent("roll", "500101", monday, received, (*young, unborn)))
    assert ledger("roll") == [("accepted", 9, 8, 1)]
    assert rejected() == [(10, ["birth_out_of_range"])]


def test_a_wrong_check_digit_is_a_warning_and_the_pupil_stays(wipe):
    number = PUPILS[0]["id_number"]
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    send(school(8), roll(pupil(1001, id_number=wrong), *PUPILS[1:]))
    assert ledger("roll") == [("accepted", 8, 8, 0)]
    with connect("pipeline") as conn:
        states = conn.execute("select id_number_state from history.roll where id_number = %s", (wrong,)).fetchall()
    assert states == [("bad_check",)]


def test_rows_that_share_a_key_but_differ_are_all_rejected_and_repeats_but_the_first(wipe):
    send(school(8), roll(*PUPILS[:6], pupil(1001, grade="4"), PUPILS[1], *PUPILS[6:]))
    rules = dict(rejected())
    assert rules[2] == ["key_conflict"] and rules[8] == ["key_conflict"]
    assert rules[9] == ["row_repeated"] and 3 not in rules


def test_too_many_bad_rows_refuse_the_delivery_and_the_previous_stays_in_force(wipe):
    send(school(8), roll(*PUPILS))
    send(roll(*(dict(p, sex="火星") for p in PUPILS), received=1, revision=2))
    assert [row[0] for row in ledger("roll")] == ["accepted", "refused"]
    assert "share_exceeded" in reasons("roll")
    with connect("pipeline") as conn:
        assert conn.execute("select count(*) from history.roll where known_to = 'infinity'").fetchone() == (8,)
        (page,) = conn.execute("select data_docs from ops.delivery where verdict = 'refused'").fetchone()
    html = (settings().docs_out / page).read_text("utf-8")
    assert "冉试验" not in html and PUPILS[0]["id_number"] not in html


def test_a_file_that_cannot_be_read_has_a_page_too(wipe):
    whole = roll(*PUPILS).text
    rest = whole.split(b"\r\n", 1)[1]
    sent = {
        "500101": (rest, "no_header"),
        "500102": (b"\x00\xff\xfe\x81" * 500, "encoding_unreadable"),
        # A row that has one cell more than the header, with somebody's name in it.
        "500103": (whole + "冉试验,".encode("gb18030") * 30 + b"\r\n", "ragged_row"),
    }
    for sender, (data, _) in sent.items():
        put_bytes(replace(roll(*PUPILS), sender=sender), data)
        put(replace(school(8), sender=sender))
    ingest()
    with connect("pipeline") as conn:
        found = conn.execute(
            "select sender, verdict, reasons, data_docs from ops.delivery where feed = 'roll' order by sender"
        ).fetchall()
    assert [sender for sender, *_ in found] == list(sent)
    for sender, verdict, said, page in found:
        assert verdict == "refused" and sent[sender][1] in {each["rule"] for each in said}, said
        html = (settings().docs_out / page).read_text("utf-8")
        assert rules()[sent[sender][1]].means_zh in html and "Failed" in html
        assert all(f"行号：{each['line']}）" in html for each in said if each["line"])
        assert "冉" not in html and PUPILS[0]["id_number"] not in html


def test_rows_missing_by_the_manifest_refuse_the_delivery(wipe):
    send(school(8), roll(*PUPILS[:7], manifest_rows=8))
    assert ledger("roll")[0][0] == "refused"
    assert "rows_differ_from_manifest" in reasons("roll")


def test_pupils_missing_by_the_schools_own_count_refuse_the_delivery(wipe):
    send(school(80), roll(*PUPILS))
    assert ledger("roll")[0][0] == "refused"
    assert "roll_truncated" in reasons("roll")


def class_return(unit: str, class_no: int, n_expected: int = 40, n_present: int = 39, n_absent: int = 1) -> dict:
    return {
        "unit_code": unit,
        "school_code": SCHOOL,
        "grade": "3",
        "class_no": str(class_no),
        "day": "2019-09-02",
        "n_expected": str(n_expected),
        "n_present": str(n_present),
        "n_absent": str(n_absent),
        "returned_at": "2019-09-02 09:10:00",
    }


def test_a_bad_section_is_refused_alone_and_what_it_said_before_stays(wipe):
    good = [class_return("500101", n) for n in range(1, 9)] + [class_return("500102", n) for n in range(11, 19)]
    send(Sent("class_return", "platform", MONDAY, MORNING, tuple(good)))
    corrected = [class_return("500101", n, 41, 40, 1) for n in range(1, 9)]
    corrected += [class_return("500102", n, 41, 39, 1) for n in range(11, 19)]  # the sums do not add up
    send(Sent("class_return", "platform", MONDAY, MORNING + timedelta(hours=1), tuple(corrected), revision=2))
    assert ledger("class_return") == [("accepted", 16, 16, 0), ("accepted", 16, 8, 8)]
    with connect("pipeline") as conn:
        counts = conn.execute(
            """select unit_code, n_expected, count(*) from history.class_return
            where known_to = 'infinity' group by 1, 2 order by 1"""
        ).fetchall()
    assert counts == [("500101", 41, 8), ("500102", 40, 8)]


def test_an_unknown_unit_is_no_section(wipe):
    rows = [class_return("500101", n) for n in range(1, 9)] + [class_return("王小明", 9)]
    send(Sent("class_return", "platform", MONDAY, MORNING, tuple(rows)))
    assert ledger("class_return") == [("accepted", 9, 8, 1)]
    with connect("pipeline") as conn:
        assert conn.execute("select unit_code from ops.delivery_section").fetchall() == [("500101",)]
        assert conn.execute("select unit_code, line from ops.rejected_row").fetchall() == [(None, 10)]


def test_headers_outside_the_contract_are_masked(wipe):
    sent = roll(*PUPILS)
    send(school(8))
    text = sent.text.decode("gb18030").splitlines()
    put_bytes(sent, "\r\n".join([text[0] + ",王小明500901", *(line + ",1" for line in text[1:]), ""]).encode("gb18030"))
    ingest()
    assert ledger("roll") == [("accepted", 8, 8, 0)]
    with connect("pipeline") as conn:
        (found,) = conn.execute("select reasons::text from ops.delivery where feed = 'roll'").fetchone()
    assert "header_unknown" in found and "王小明" not in found and "500901" not in found


def test_a_broken_manifest_refuses_its_own_file_only(wipe):
    put_bytes(roll(*PUPILS), roll(*PUPILS).text, manifest='{"feed": "roll"}')
    send(school(8))
    assert ledger("school")[0][0] == "accepted"
    assert ledger("roll")[0][0] == "refused" and reasons("roll") == {"manifest_unreadable"}
    replay("roll", regate=True)
    assert ledger("roll")[0][0] == "refused"


def test_an_error_of_ours_quotes_no_row(wipe):
    send(school(8))
    with connect("pipeline") as conn:
        conn.execute("alter table history.roll add constraint broken check (name <> '冉试验') not valid")
    try:
        with pytest.raises(DeliveryBroken) as broken:
            send(roll(*PUPILS))
    finally:
        with connect("pipeline") as conn:
            conn.execute("alter table history.roll drop constraint broken")
    assert "冉试验" not in "".join(traceback.format_exception(broken.value))
    assert ledger("roll")[0][0] == "pending"
