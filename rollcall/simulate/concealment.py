"""Where the files delivered truly cannot show that a child is in no school: child by child, day by day.

The day's knowledge is what was received by its end. The reasons are a closed list: false_presence_mark (a
teacher marked the child present), stolen_id (another pupil's row carries the child's ID and agrees with it
otherwise), forged_receipt, not_yet_due (nothing that could show it has been delivered yet).
"""

from collections import defaultdict

import numpy as np
import pyarrow as pa

from rollcall.simulate.clock import FOREVER, SHANGHAI, to_date, to_number
from rollcall.simulate.columns import Columns
from rollcall.simulate.delivery import Post
from rollcall.simulate.leaving import FALSE_MARK
from rollcall.simulate.life import DROPOUT, GHOST
from rollcall.simulate.presence import class_keys
from rollcall.simulate.world import World

NOT_YET_DUE, STOLEN = "not_yet_due", "stolen_id"
DAYS_AFTER = 7
SHORT_RETURNS = 7  # so many may be due to a pupil who moved: changes come weekly, and two days late is not late
SCHEMA = pa.schema([("child_id", pa.int64()), ("as_of", pa.date32()), ("concealed_by", pa.string())])


def conceal(world: World, post: Post) -> pa.Table:
    """child_id, as_of, concealed_by for every day from the opening to a week after the end."""
    known, classes = Known(post), ClassDays(world)
    thefts = _thefts(world)
    left = {(int(world.seats.child[seat]), day): int(world.seats.unit[seat]) for seat, day, *_ in world.life.changes}
    outs = {int(world.seats.child[seat]): (seat, marks) for seat, _, _, marks in world.life.outs}
    rows = []
    for child, begin, end, state, since, lasting in world.life.spells:
        if since < 0:
            continue
        for day in range(max(begin, world.clock.opening), min(end, world.clock.last + DAYS_AFTER + 1)):
            if child in thefts:
                reason = STOLEN
            elif state in (DROPOUT, GHOST) and (child, begin) not in left:
                seat, marks = outs[child]
                reason = _attendance(world, known, classes, seat, since, marks, day)
            elif (child, begin) in left:
                unit = str(world.geo.unit_code[left[child, begin]])
                reason = "" if known.shows_leaving(unit, begin, day) else NOT_YET_DUE
            else:
                reason = lasting if lasting != STOLEN else ""
            if reason:
                rows.append({"child_id": child, "as_of": to_date(day), "concealed_by": reason})
    return pa.Table.from_pylist(rows, SCHEMA)


class Known:
    """What was delivered soundly, and the day on which it was known."""

    def __init__(self, post: Post) -> None:
        self.on: dict[tuple[str, str, int], int] = {}
        for row in post.deliveries:
            if row["is_rotten"]:
                continue
            key = (row["feed"], row["sender"], to_number(row["business_date"]))
            received = to_number(row["received_at"].astimezone(SHANGHAI).date())
            self.on[key] = min(received, self.on.get(key, received))
        self.rolls: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for (feed, sender, day), known_on in self.on.items():
            if feed in ("roll", "roll_change"):
                self.rolls[sender].append((feed, day, known_on))
        self.bad = {(row["feed"], row["file_name"], row["unit_code"]) for row in post.sections}
        self.names = {
            (row["feed"], to_number(row["business_date"])): row["file_name"]
            for row in post.deliveries
            if row["sender"] == "platform"
        }

    def platform(self, feed: str, unit: str, day: int, as_of: int) -> bool:
        """Whether the platform's section of a unit for a day was known."""
        known_on = self.on.get((feed, "platform", day))
        return known_on is not None and known_on <= as_of and (feed, self.names[feed, day], unit) not in self.bad

    def shows_leaving(self, unit: str, left: int, as_of: int) -> bool:
        """Whether a roll without the pupil, or the change itself, was known."""
        return any(
            known_on <= as_of and (left <= date <= as_of if feed == "roll" else left < date <= left + 7)
            for feed, date, known_on in self.rolls[unit]
        )


class ClassDays:
    """By seat: the days it was listed absent; by class: the days it returned."""

    def __init__(self, world: World) -> None:
        self.listed: dict[int, list[int]] = defaultdict(list)
        self.returned: dict[int, list[int]] = defaultdict(list)
        keys = class_keys(world.seats)
        wanted_seats = np.array(sorted({seat for seat, *_ in world.life.outs}), int)
        wanted = np.unique(keys[wanted_seats])
        self.key_of = {int(seat): int(keys[seat]) for seat in wanted_seats}
        for day in world.days:
            for seat in day.absences.seat[np.isin(day.absences.seat, wanted_seats)].tolist():
                self.listed[seat].append(day.day)
            here = class_keys(day.classes)
            for key in here[np.isin(here, wanted) & day.classes.has_returned].tolist():
                self.returned[key].append(day.day)


def _attendance(world: World, known: Known, classes: ClassDays, seat: int, since: int, marks: int, as_of: int) -> str:
    """Against a child on the roll: the last day on which a delivered absence names it must not be followed by a
    delivered class return that marks it present; one left out of the count is shown by more short returns than a move
    explains."""
    unit = str(world.geo.unit_code[world.seats.unit[seat]])
    named = [
        day for day in classes.listed[seat] if since <= day <= as_of and known.platform("absence", unit, day, as_of)
    ]
    returned = [
        day
        for day in classes.returned[classes.key_of[seat]]
        if since <= day <= as_of and known.platform("class_return", unit, day, as_of)
    ]
    if world.seats.expected_from[seat] == FOREVER:
        return ""  # Nobody expects it, but the end of its leave was filed with the leave.
    if world.seats.expected_to[seat] <= since:
        # Left out of the count: it may be anybody of the class, and a move the weekly roll does not show yet.
        return "" if len(returned) > SHORT_RETURNS else NOT_YET_DUE
    marked = [day for day in returned if day >= marks]
    if marked and (not named or max(marked) > max(named)):
        return FALSE_MARK
    return "" if named else NOT_YET_DUE


def _is_known(people: Columns, seats: Columns, seat: int) -> bool:
    """Whether the register has the pupil of a seat under the name that its row bears."""
    child = seats.child[seat]
    written, own = (seats.w_surname, seats.w_first, seats.w_second), (people.surname, people.first, people.second)
    return bool(people.on_register[child]) and all(w[seat] == o[child] for w, o in zip(written, own, strict=True))


def _thefts(world: World) -> set[int]:
    """Unaccounted children whose ID stands on another pupil's row that also agrees in name, or in birth date, sex and
    surname; in the latter case not if the register has that pupil under the name on the row: that can be seen."""
    people, seats = world.people, world.seats
    unaccounted = {people.id[spell[0]]: spell[0] for spell in world.life.spells if spell[4] >= 0}
    wrong = np.flatnonzero((seats.w_id != people.id[seats.child]) & np.isin(seats.w_id, np.array(list(unaccounted))))
    found = set()
    for seat in wrong.tolist():
        child = unaccounted[seats.w_id[seat]]
        surname = people.surname[child] == seats.w_surname[seat]
        name = surname and people.first[child] == seats.w_first[seat] and people.second[child] == seats.w_second[seat]
        birth = people.birth[child] == seats.w_birth[seat] and people.sex[child] == seats.w_sex[seat]
        if name or (birth and surname and not _is_known(people, seats, seat)):
            found.add(child)
    return found
